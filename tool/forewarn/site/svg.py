"""SVG pictures, taken apart and put together again from what can only be looked at.

An SVG is a document of its own when it is opened: it can run scripts, call other hosts and show
pages in itself. What is not on the lists here does not get into a site, in whatever spelling,
character set or namespace prefix it was written.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from xml.etree import ElementTree

from forewarn.expressions import expression
from forewarn.site.pictures import without_notes

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_TAG_NAMES = """
circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer feComposite
feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA
feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
feSpecularLighting feSpotLight feTile feTurbulence filter g image line linearGradient marker mask
path pattern polygon polyline radialGradient rect stop style svg switch symbol text textPath title
tspan use view
"""
_TAGS = frozenset(_TAG_NAMES.split())
_ATTRIBUTE_NAMES = """
alignment-baseline amplitude azimuth baseFrequency baseline-shift baseProfile bias class clip
clip-path clip-rule clipPathUnits color color-interpolation color-interpolation-filters color-
rendering cursor cx cy d diffuseConstant direction display divisor dominant-baseline dx dy
edgeMode elevation enable-background exponent fill fill-opacity fill-rule filter filterUnits
flood-color flood-opacity font-family font-size font-size-adjust font-stretch font-style font-
variant font-weight fr fx fy glyph-orientation-horizontal glyph-orientation-vertical
gradientTransform gradientUnits height href id image-rendering in in2 intercept k1 k2 k3 k4
kernelMatrix kernelUnitLength kerning lang lengthAdjust letter-spacing lighting-color
limitingConeAngle marker-end marker-mid marker-start markerHeight markerUnits markerWidth mask
mask-type maskContentUnits maskUnits media method mode name numOctaves offset opacity operator
order orient overflow paint-order pathLength patternContentUnits patternTransform patternUnits
pointer-events points pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio
primitiveUnits r radius refX refY requiredFeatures result role rotate rx ry scale seed shape-
rendering side spacing specularConstant specularExponent spreadMethod startOffset stdDeviation
stitchTiles stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap
stroke-linejoin stroke-miterlimit stroke-opacity stroke-width style surfaceScale systemLanguage
tableValues targetX targetY text-anchor text-decoration text-rendering textLength transform
transform-origin type unicode-bidi values vector-effect version viewBox visibility white-space
width word-spacing writing-mode x x1 x2 xChannelSelector y y1 y2 yChannelSelector z zoomAndPan
"""
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
_ADDRESS = expression(r"\burl\s*\(\s*(?![\"']?#)", re.IGNORECASE)
# What a style can load or run, and the ways to write it so that no search finds it.
_ACTIVE_STYLE = expression(
    r"\\|/\*|@(?!media\b|keyframes\b)|expression\s*\(|image(?:-set)?\s*\(|cross-fade\s*\("
    r"|src\s*\(|behavior\s*:"
    r"|-moz-binding|javascript:|<",
    re.IGNORECASE,
)
_EMBEDDED = expression(r"data:image/(?P<kind>png|jpeg|gif|webp);base64,(?P<data>[A-Za-z0-9+/=\s]*)")
_MOST = 100_000  # elements
_DEEPEST = 200

ElementTree.register_namespace("", _SVG.strip("{}"))
ElementTree.register_namespace("xlink", _XLINK_HREF.partition("}")[0].strip("{"))


class ActivePicture(ValueError):
    """An SVG that holds more than a picture, or is none; the message says what."""


def clean(data: bytes) -> bytes:
    """The picture, written anew in UTF-8 without comments, editors' notes and declarations.

    Raises:
        ActivePicture: it holds something that could run or call another host, or cannot be read.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(data)
    except DefusedXmlException as error:
        raise ActivePicture("it declares entities of its own") from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise ActivePicture(f"it is no XML that can be read: {error}") from error
    if root.tag != f"{_SVG}svg":
        raise ActivePicture("its outermost element is no svg of the SVG namespace")
    _clean(root)
    return ElementTree.tostring(root, encoding="unicode").encode()


def _clean(root: ElementTree.Element) -> None:
    count, pending = 0, [(root, 0)]
    while pending:
        element, depth = pending.pop()
        count += 1
        if count > _MOST or depth > _DEEPEST:
            raise ActivePicture("it has too many elements, or they are nested too deeply")
        _check_attributes(element)
        for below in [*element]:
            if str(below.tag).startswith(_SVG) and below.tag != f"{_SVG}metadata":
                _check_tag(below)
                pending.append((below, depth + 1))
            elif _is_html(str(below.tag)):
                raise ActivePicture(f"it holds an element that is no picture: {below.tag}")
            else:
                # What a drawing program keeps for itself.
                _drop(element, below)
        if element.tag == f"{_SVG}style":
            # As it is read after that: what is left out may stand in the middle of a word.
            _check_style("".join(element.itertext()), "its style sheet")


def _check_tag(element: ElementTree.Element) -> None:
    name = str(element.tag).removeprefix(_SVG)
    if name not in _TAGS:
        raise ActivePicture(f"it holds <{name}>, which could run or call another host")


def _is_html(tag: str) -> bool:
    return not tag.startswith("{") or "www.w3.org/1999/xhtml" in tag or "MathML" in tag


def _drop(parent: ElementTree.Element, below: ElementTree.Element) -> None:
    at = [*parent].index(below)
    parent.remove(below)
    if at:
        parent[at - 1].tail = (parent[at - 1].tail or "") + (below.tail or "")
    else:
        parent.text = (parent.text or "") + (below.tail or "")


def _check_attributes(element: ElementTree.Element) -> None:
    for name, value in [*element.attrib.items()]:
        if name in ("href", _XLINK_HREF):
            _check_reference(element, name, value)
        elif name == "style":
            _check_style(value, "a style attribute")
        elif name in _ATTRIBUTES:
            _check_style(value, f"the attribute {name}")
        elif name.startswith(_XML) and name.removeprefix(_XML) in ("lang", "space"):
            continue
        elif name.casefold().startswith("on"):
            raise ActivePicture(f"it holds the handler {name}")
        else:
            del element.attrib[name]


def _check_reference(element: ElementTree.Element, name: str, value: str) -> None:
    if value.strip().startswith("#"):
        return
    embedded = _EMBEDDED.fullmatch(value.strip()) if element.tag == f"{_SVG}image" else None
    if not embedded:
        raise ActivePicture("it refers to something outside itself")
    try:
        picture = without_notes(b64decode(embedded["data"]))
    except ValueError as error:
        raise ActivePicture(f"the picture in it cannot be read: {error}") from error
    element.set(name, f"data:image/{embedded['kind']};base64,{b64encode(picture).decode()}")


def _check_style(text: str, where: str) -> None:
    if _ADDRESS.search(text):
        raise ActivePicture(f"{where} refers to something outside itself")
    if _ACTIVE_STYLE.search(text):
        raise ActivePicture(f"{where} could load or run something")

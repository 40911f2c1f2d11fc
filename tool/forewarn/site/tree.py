"""The tree: one audience's pages as files, with a mkdocs.yml that holds what may be published."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from forewarn import pages
from forewarn.expressions import expression
from forewarn.installed import version
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.pages.html.elements import esc
from forewarn.pages.view.page_type import NavItem
from forewarn.site import attachments, defaults
from forewarn.site.attachments import Attachments
from forewarn.site.fingerprint import word
from forewarn.site.ingredients import Ingredients
from forewarn.site.own_files import SEARCH_BOX, THEME, own_files, stylesheet, stylesheets
from forewarn.site.sanitise import clean
from forewarn.store.files import cannot_write
from forewarn.store.mkdocs_yml import CONFIG, read_config

_OURS = b"# Written by forewarn; the next `forewarn pages` replaces it.\n"
# Not those that take our search box out of the header, or pages without their own scripts.
_FEATURE = expression(r"(?:content|header|navigation(?!\.(?:instant|tabs\.sticky))|toc)\.[a-z.]+")
_PLAIN = expression(r"[\w ./:()-]{1,100}")
_MAKERS = ("forewarn", "mkdocs", "mkdocs-material", "markdown", "pymdown-extensions", "nh3")


def write_tree(made_of: Ingredients, to: Path) -> Path:
    """Write what an audience may see into the new folder `to`, ready for a site generator.

    Of the knowledge base's own files only those that a shown page links to are copied. Returns
    `to`.

    Raises:
        DataError: a file cannot be read or written.
    """
    view = made_of.look()
    tree = pages.tree_of(view)
    author = read_config(made_of.root)
    config = configuration(
        author, settings=made_of.settings, audience=made_of.audience, nav=tree.nav
    )
    docs = to / "docs"
    try:
        for src, text in tree.files.items():
            _write(docs / src, text.encode())
        for src, data in own_files(made_of.audience).items():
            _write(docs / src, data)
        _write(docs / SEARCH_BOX, stylesheet(Path(SEARCH_BOX).name))
        for src in sorted(tree.uses):
            _write(docs / src, made_of.attachments.read(src, made_of.audience))
        for src in theme_files(made_of.attachments, author):
            data = made_of.attachments.read(f"{attachments.KB}/{src}", made_of.audience)
            _write(docs / src, data)
        shutil.copytree(THEME, to / "theme", ignore=shutil.ignore_patterns("__pycache__"))
        write_config(to, _for_any_generator(config))
    except OSError as error:
        raise cannot_write(to, error) from error
    return to


def _for_any_generator(config: dict[str, Any]) -> dict[str, Any]:
    """The settings for a generator that may not have our plugin, which does these things."""
    # The variant is for Zensical: the look that Material has.
    theme = {**config["theme"], "custom_dir": "theme", "variant": "classic"}
    extensions = [
        {"forewarn.site.blocks": {"clean": True}} if row == "forewarn.site.blocks" else row
        for row in config["markdown_extensions"]
    ]
    return {**config, "theme": theme, "markdown_extensions": extensions}


def write_config(folder: Path, config: Mapping[str, Any]) -> Path:
    """Write a tree's mkdocs.yml and the folders that it names; the path of the file."""
    (folder / "docs").mkdir(parents=True, exist_ok=True)
    path = folder / CONFIG
    path.write_bytes(_OURS + yaml.safe_dump(config, sort_keys=False, allow_unicode=True).encode())
    return path


def is_ours(folder: Path) -> bool:
    """Whether a folder holds a tree that was written by `write_tree`."""
    try:
        return (folder / CONFIG).read_bytes().startswith(_OURS)
    except OSError:
        return False


def frame_word(config: Mapping[str, Any]) -> str:
    """All that decides how a page's text is shown: the settings, the theme and its makers."""
    parts: list[object] = [config, *(f"{name} {version(name)}" for name in _MAKERS)]
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".html"):
            parts.append((path.name, path.read_bytes()))
    return word(repr(parts))


def configuration(
    author: Mapping[str, Any],
    *,
    settings: Settings,
    audience: Audience,
    nav: tuple[NavItem, ...],
) -> dict[str, Any]:
    """The mkdocs.yml of a tree. From the author's it takes what is named here, value by value."""
    config: dict[str, Any] = {"site_name": site_name(settings, audience), "docs_dir": "docs"}
    if audience.value in settings.site_urls:
        config["site_url"] = settings.site_urls[audience.value]
    if settings.description:
        config["site_description"] = esc(settings.description)
    if isinstance(author.get("copyright"), str):
        config["copyright"] = clean(author["copyright"])
    config["use_directory_urls"] = True
    config["extra"] = {"forewarn": {"audience": audience.value, "serving": False, "cards": False}}
    config["theme"] = theme(author)
    config["plugins"] = [{"forewarn": {"audience": audience.value, "generated": True}}]
    config["markdown_extensions"] = [
        {name: dict(options)} if options else name for name, options in extensions(author).items()
    ]
    config["extra_css"] = stylesheets(audience)
    config["validation"] = dict(defaults.VALIDATION)
    config["nav"] = nav_data(nav)
    return {key: _plain(value) for key, value in config.items()}


def with_cards(config: dict[str, Any], settings: Settings, audience: Audience) -> None:
    """Let pages name pictures of their facts: customers' pages, where the site's address is known.

    Who is sent a link to a page for staff must not read it in the picture beside it.
    """
    shown = audience is Audience.PUBLIC and audience.value in settings.site_urls
    config["extra"]["forewarn"]["cards"] = shown


def site_name(settings: Settings, audience: Audience) -> str:
    """The name in the header and in every page's title, as HTML."""
    return esc(settings.name if audience is Audience.PUBLIC else f"{settings.name} (staff)")


def theme(author: Mapping[str, Any]) -> dict[str, Any]:
    """Material as every site has it, with the author's language, palette, features and logo."""
    wanted = author.get("theme")
    made = dict(defaults.THEME)
    if not isinstance(wanted, dict):
        return made
    language = wanted.get("language")
    if isinstance(language, str) and _in_theme("partials/languages", f"{language}.html"):
        made["language"] = language
    if isinstance(wanted.get("features"), list):
        more = [f for f in wanted["features"] if isinstance(f, str) and _FEATURE.fullmatch(f)]
        made["features"] = list(dict.fromkeys([*made["features"], *more]))
    palette = _palette(wanted.get("palette"))
    if palette:
        made["palette"] = palette
    for key in ("logo", "favicon"):
        if isinstance(wanted.get(key), str) and _PLAIN.fullmatch(wanted[key]):
            made[key] = wanted[key]
    return made


def _palette(value: object) -> Any:
    """A palette of plain words, whatever its shape; other values are left out."""
    if isinstance(value, dict):
        kept = {
            key: _palette(below)
            for key, below in value.items()
            if key in ("media", "scheme", "primary", "accent", "toggle", "name")
            or (key == "icon" and _in_theme(".icons", f"{below}.svg"))
        }
        return {
            key: below
            for key, below in kept.items()
            # A switch without a drawing cannot be shown.
            if below and (key != "toggle" or (isinstance(below, dict) and "icon" in below))
        }
    if isinstance(value, list):
        return [found for found in map(_palette, value) if found]
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else None


def _in_theme(folder: str, name: str) -> bool:
    """Whether the theme has such a file; a page that includes another one cannot be made."""
    theme = find_spec("material")
    if theme is None or not theme.submodule_search_locations or not _PLAIN.fullmatch(name):
        return False
    place = Path(theme.submodule_search_locations[0], "templates", folder, name)
    return ".." not in name and place.is_file()


def extensions(author: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The default Markdown extensions, and of the author's those that are known to be safe.

    An author's options are taken where they are a switch or a number.
    """
    made = {name: dict(options) for name, options in defaults.EXTENSIONS.items()}
    wanted = author.get("markdown_extensions")
    if isinstance(wanted, dict):
        wanted = [{name: options} for name, options in wanted.items()]
    for row in wanted if isinstance(wanted, list) else ():
        pairs = row.items() if isinstance(row, dict) else [(row, None)]
        for name, options in pairs:
            if isinstance(name, str) and name in defaults.ALLOWED_EXTENSIONS:
                kept = options if isinstance(options, dict) else {}
                made.setdefault(name, {}).update(
                    {key: value for key, value in kept.items() if isinstance(value, bool | int)}
                )
    return made


def theme_files(attached: Attachments, author: Mapping[str, Any]) -> list[str]:
    """The author's logo and favicon, as they lie in kb/."""
    made = theme(author)
    wanted = [made.get(key) for key in ("logo", "favicon")]
    return [src for src in wanted if src and f"{attachments.KB}/{src}" in attached.paths]


def nav_data(items: tuple[NavItem, ...]) -> list[Any]:
    """The navigation as mkdocs.yml has it."""
    return [{item.title: nav_data(item.items) if item.items else item.src} for item in items]


def _plain(value: Any) -> Any:
    """Containers and text of the exact types that YAML writes."""
    if isinstance(value, dict):
        return {str(key): _plain(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(below) for below in value]
    return str(value) if isinstance(value, str) else value


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)

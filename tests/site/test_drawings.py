"""Drawings and filters in a page's HTML: what we draw stays, and nothing of a record's can run."""

from __future__ import annotations

import pytest

from forewarn.site.sanitise import clean
from site_builder import parse


def test_our_drawing_stays_as_it_is() -> None:
    drawn = (
        '<svg width="100%" height="56" role="img" aria-label="Releases"><rect x="1.00%" y="18" '
        'width="40%" height="12" class="fw-tl-active"></rect><circle cx="9%" cy="24" r="4"></circle>'
        '<line x1="5%" x2="5%" y1="0" y2="34"></line><text x="0" y="13">2.7</text></svg>'
    )
    assert clean(drawn) == drawn


@pytest.mark.parametrize(
    "hostile",
    [
        '<svg onload="hacked=1"><circle r="4" onclick="hacked=1" style="fill: url(//evil)"></svg>',
        '<svg><a xlink:href="javascript:hacked=1" href="javascript:hacked=1"><text>x</text></a></svg>',
        '<svg><set attributeName="href" to="javascript:hacked=1"/><animate onbegin="hacked=1"/></svg>',
        '<svg><use href="//evil/x.svg#a"/><image href="//evil/x.png"/></svg>',
        "<svg><foreignObject><iframe src=//evil></iframe></foreignObject></svg>",
        "<svg><style><img src=x onerror=hacked=1></style></svg>",
        "<svg><script>hacked=1</script><desc><script>hacked=1</script></desc></svg>",
        "<svg></p><title><a id='</title><img src=x onerror=hacked=1>'></svg>",
        "<svg><text><p><style></style><img title='</style><img src=x onerror=hacked=1>'></svg>",
        "<math><mtext><svg><text><mglyph><style><img src=x onerror=hacked=1></style></svg></math>",
        '<rect x="1" fill="url(//evil)" filter="url(//evil)"></rect>',
    ],
)
def test_no_drawing_of_a_record_runs_or_loads_anything(hostile: str) -> None:
    left = clean(hostile)
    assert clean(left) == left
    for tag, attributes in parse(left).elements:
        assert tag in ("svg", "circle", "text", "a", "p", "img")
        assert attributes.keys() <= {"r", "rel", "src", "title"}
        assert attributes.get("src", "x") == "x"


def test_what_a_list_is_narrowed_by_stays_text() -> None:
    marked = '<div data-filter="{&quot;noun&quot;: &quot;&lt;b&gt;&quot;}" data-filter-state="a|b">x</div>'
    assert clean(marked) == marked

"""The colours: whatever is written in one of them can be read on what it stands on."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Browser

from site_builder import Story, served
from site_crawl import SCHEMES, Scheme

TEXT, EDGE = 4.5, 3.0  # WCAG 2.2 AA: text, and what must be seen to be used
VERDICTS = ("works", "limited", "breaks", "quiet", "planned")
PAGE = "--md-default-bg-color"
GROUNDS = (PAGE, "--fw-head-bg", *(f"--fw-{name}-bg" for name in VERDICTS))
# What stands on any of our boxes, and what has a ground of its own.
EVERYWHERE = ("--md-default-fg-color", "--md-default-fg-color--light", "--md-typeset-a-color")
PAIRS = {
    **dict.fromkeys(itertools.product(EVERYWHERE, GROUNDS), TEXT),
    **{(f"--fw-{name}", ground): TEXT for name in VERDICTS for ground in (PAGE, f"--fw-{name}-bg")},
    ("--fw-quiet", "--fw-head-bg"): TEXT,
    ("--md-primary-bg-color", "--md-primary-fg-color"): TEXT,
    ("--md-primary-bg-color--light", "--md-primary-fg-color"): TEXT,
    ("--fw-edge", PAGE): EDGE,
    ("--md-accent-fg-color", PAGE): EDGE,
}
_COLOURS = """names => {
  const probe = document.body.appendChild(document.createElement("i"));
  const pen = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  return Object.fromEntries(names.map((name) => {
    if (!getComputedStyle(probe).getPropertyValue(name)) throw new Error(`no token ${name}`);
    probe.style.setProperty("color", `var(${name})`);
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = getComputedStyle(probe).color;
    pen.fillRect(0, 0, 1, 1);
    return [name, [...pen.getImageData(0, 0, 1, 1).data]];
  }));
}"""

Colour = tuple[float, float, float]


def over(colour: list[int], ground: Colour) -> Colour:
    """A colour with what shines through it."""
    share = colour[3] / 255
    red, green, blue = (c * share + g * (1 - share) for c, g in zip(colour, ground, strict=False))
    return red, green, blue


def brightness(colour: Colour) -> float:
    parts = (part / 255 for part in colour)
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_the_standard_says() -> None:
    black, white, grey = (0.0, 0.0, 0.0), (255.0, 255.0, 255.0), (118.0, 118.0, 118.0)
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(grey, white) == pytest.approx(4.54, abs=0.01)
    assert over([0, 0, 0, 255], white) == black


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_pair_of_colours_that_is_used_can_be_read(
    browser: Browser, told: Story, scheme: Scheme
) -> None:
    names = sorted({name for pair in PAIRS for name in pair})
    with served(told.staff) as address:
        page = browser.new_page(color_scheme=scheme, bypass_csp=True)
        page.goto(address)
        colours = page.evaluate(_COLOURS, names)
        page.close()
    white = (255.0, 255.0, 255.0)
    weak = {}
    for (name, ground), least in PAIRS.items():
        below = over(colours[ground], white)
        found = contrast(over(colours[name], below), below)
        if found < least:
            weak[name, ground] = round(found, 2)
    assert weak == {}
    # Light and dark are two sets of the same tokens.
    assert (brightness(over(colours[PAGE], white)) > 0.5) == (scheme == "light")

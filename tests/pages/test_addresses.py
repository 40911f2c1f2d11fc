"""An alert leads to the page that the staff site has."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from forewarn.model.catalogue import Catalogue
from forewarn.model.events.change import derive
from forewarn.model.events.event import EventKind
from forewarn.pages.view import paths
from kb_builder import Kb, story
from page_builder import build


def alerts(kb: Kb) -> dict[str, str]:
    """The page to which the alert of each release that has shipped leads."""
    at = datetime(2026, 5, 20, tzinfo=UTC)
    events = derive(Catalogue(), kb.load(), at)
    return {str(event.version): event.page for event in events if event.kind is EventKind.SHIPPED}


def test_every_alert_leads_to_a_place_that_the_staff_site_has(tmp_path: Path) -> None:
    kb = story(tmp_path / "kb")
    kb.write("releases/player/2.3.briefing.md", "Ask for the codec.\n")
    for page in alerts(kb).values():
        address, _, anchor = page.partition("#")
        files = {paths.url(src): text for src, text in build(kb).files.items()}
        assert f'id="{anchor}"' in files[address] if anchor else address in files


def test_an_alert_of_a_release_with_nothing_but_a_briefing_leads_to_the_briefing(
    tmp_path: Path,
) -> None:
    kb = Kb(tmp_path / "kb").product("player", "Player").release("player", "2.4")
    assert alerts(kb) == {"2.4": "products/player/#v2.4"}
    kb.write("releases/player/2.4.briefing.md", "Ask for the codec.\n")
    assert alerts(kb) == {"2.4": "products/player/2.4/"}

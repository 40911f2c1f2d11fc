"""What every registered builder must do, the built-in ones and others."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import run
from forewarn import plugins
from forewarn.model.record import Audience
from forewarn.site import builder
from kb_builder import Kb
from site_builder import made_of

pytestmark = pytest.mark.slow

NAMES = plugins.names("builders")


@pytest.mark.parametrize("name", NAMES)
def test_a_builder_makes_a_site_with_every_page_and_with_the_search(
    name: str, tmp_path: Path
) -> None:
    kb = Kb(tmp_path / "kb")
    kb.product("recorder", "Recorder")
    kb.release("recorder", "2.7", notes="New.\n")
    record = builder.get(name).build(made_of(kb, Audience.PUBLIC), tmp_path / "site")
    assert record.folder == tmp_path / "site"
    for page in ("index.html", "products/recorder/2.7/index.html", "pagefind/bundles.json"):
        assert (record.folder / page).is_file()


def test_publish_has_every_builder_and_knows_no_other() -> None:
    assert f"[{'|'.join(NAMES)}]" in run("publish", "--help").out
    refused = run("publish", "--builder", "nobody")
    assert refused.code == 2
    assert all(repr(name) in refused.err for name in NAMES)

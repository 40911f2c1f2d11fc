"""What every builder promises: a whole site in a new folder, and not a byte anywhere else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from forewarn import plugins
from forewarn.contract import small_kb
from forewarn.model.record import Audience
from forewarn.site import builder
from forewarn.site.attachments import in_folder
from forewarn.site.ingredients import Ingredients
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.settings import load_settings


@pytest.mark.parametrize("name", plugins.names("builders"))
def test_a_builder_makes_a_site_that_begins_somewhere_and_writes_nowhere_else(
    name: str, tmp_path: Path
) -> None:
    root = small_kb.write(tmp_path / "kb")
    loaded = load_worktree(root)
    made_of = Ingredients(
        root=root,
        catalogue=loaded.catalogue,
        identity=loaded.identity,
        settings=load_settings(root),
        attachments=in_folder(root),
        audience=Audience.PUBLIC,
        today=date(2026, 5, 20),
    )
    before = _bytes_in(tmp_path)
    site = tmp_path / "site"
    record = builder.get(name).build(made_of, site)
    assert record.folder == site
    assert (site / "index.html").is_file()
    assert {
        path: b for path, b in _bytes_in(tmp_path).items() if site not in path.parents
    } == before
    update = builder.get(name).update
    if update:
        update(made_of, tmp_path / "again", record, None)
        assert _under(tmp_path / "again") == _under(site)


def _bytes_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _under(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): kept for path, kept in _bytes_in(site).items()}

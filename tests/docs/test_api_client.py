"""The program in the article on the API does what the article says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from forewarn import pages
from forewarn.model.record import Audience
from forewarn.store.settings import load_settings
from kb_builder import TODAY, story
from site_builder import served
from waiting import SECONDS

ARTICLE = Path(__file__).parents[2] / "kb" / "api.md"


@pytest.mark.slow
def test_the_program_in_the_article_answers_from_a_served_site(tmp_path: Path) -> None:
    text = ARTICLE.read_text(encoding="utf-8")
    program = re.search(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    answer = re.search(r"^\$ python ask\.py \S+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert program
    assert answer
    kb, site = story(tmp_path / "kb"), tmp_path / "site"
    tree = pages.tree_of(
        pages.look(
            kb.load(), audience=Audience.PUBLIC, today=TODAY, settings=load_settings(kb.root)
        )
    )
    for src, page in tree.files.items():
        place = site / src
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(page.encode())
    (tmp_path / "ask.py").write_text(program[1])
    with served(site) as address:
        done = subprocess.run(
            [sys.executable, tmp_path / "ask.py", f"{address.rstrip('/')}/api/v1/"],
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    assert done.stderr == ""
    assert done.stdout == answer[1]

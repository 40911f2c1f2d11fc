"""Templates are compiled once on a machine, and nothing that lies around stands for another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from forewarn.site.compiled import CompiledTemplates


def said(name: str, text: str, tmp_path: Path) -> tuple[str, bool]:
    """What a template says in a process of its own, and whether it was compiled there."""

    class InAnotherProcess(CompiledTemplates):
        known = {}  # noqa: RUF012 - what a process knows

    compiled = []

    class Told(Environment):
        def _generate(self, *given: object, **more: object) -> str:
            compiled.append(name)
            return super()._generate(*given, **more)  # type: ignore[arg-type]

    env = Told(loader=DictLoader({"page.html": text}), autoescape=True)
    env.bytecode_cache = InAnotherProcess(tmp_path / name, kept=tmp_path / "kept")
    return env.get_template("page.html").render(), bool(compiled)


def test_what_one_process_has_compiled_the_next_one_need_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    assert said("first", "{{ 1 + 1 }}", tmp_path) == ("2", True)
    assert said("second", "{{ 1 + 1 }}", tmp_path) == ("2", False)
    assert said("third", "{{ 1 + 2 }}", tmp_path) == ("3", True)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: b"x" * 500,
    ],
    ids=["empty", "cut short", "a bit of it turned", "something else"],
)
def test_what_is_damaged_is_compiled_again(
    damage: Callable[[bytes], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    said("first", "{{ 1 + 1 }}", tmp_path)
    (kept,) = (tmp_path / "kept").glob("*/*")
    kept.write_bytes(damage(kept.read_bytes()))
    assert said("second", "{{ 1 + 1 }}", tmp_path) == ("2", True)
    assert said("third", "{{ 1 + 1 }}", tmp_path) == ("2", False)


def test_where_nothing_may_be_kept_it_is_compiled_every_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept").touch()
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    assert said("first", "{{ 1 + 1 }}", tmp_path) == ("2", True)
    assert said("second", "{{ 1 + 1 }}", tmp_path) == ("2", True)

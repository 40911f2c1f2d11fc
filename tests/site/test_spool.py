"""Pages wait for the renderer in a file, not in memory."""

from __future__ import annotations

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from forewarn.site.record import Task
from forewarn.site.spool import Spool


def page(number: int) -> Task:
    return Task(f"kb/{number}.md", f"Ünïcode \udce4 {number}\n" * 2000, f"key {number}")


def test_each_of_several_renderers_gets_its_pages_as_they_were_made(tmp_path: Path) -> None:
    with Spool(tmp_path / "texts") as tasks, ThreadPoolExecutor(4) as pool:
        for number in range(60):
            tasks.add(page(number))
        parts = pool.map(lambda at: tasks[at : at + 7], range(0, len(tasks), 7))
        assert [task for part in parts for task in part] == [page(number) for number in range(60)]
        assert tasks[59] == page(59)


def test_pages_that_wait_take_no_memory_and_leave_no_file(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        with Spool(tmp_path / "texts") as tasks:
            for number in range(300):
                tasks.add(page(number))
            held, _ = tracemalloc.get_traced_memory()
            assert sum(len(task.text) for task in tasks) > 8_000_000
    finally:
        tracemalloc.stop()
    assert held < 1_000_000
    assert [*tmp_path.iterdir()] == []

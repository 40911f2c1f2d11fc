"""`make bench`: each row against its named peer, in the same run; prints ratios.

A row is two commands, run in turn A B A B …; the ratio is the median of the pairs'. The wall
time is that of the whole process.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

PAIRS = 21


@dataclass(frozen=True)
class Row:
    """`most` is the ratio that the project has promised not to exceed."""

    name: str
    ours: Callable[[], object]
    peer_name: str
    peer: Callable[[], object]
    most: float


def python(*words: str, given: str = "") -> Callable[[], object]:
    """A run of this interpreter as a process of its own, with this on standard input."""
    command = [sys.executable, *words]
    return lambda: subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, input=given.encode()
    )


def rows() -> Iterator[Row]:
    """Every row; more come with what is worth measuring."""
    script = "from forewarn.cli import main; main()"
    for words in (["--version"], ["--help"]):
        yield Row(
            name=f"forewarn {' '.join(words)}",
            ours=python("-c", script, *words),
            peer_name="import click",
            peer=python("-c", "import click"),
            most=1.5,
        )
    pairs = "".join(f"{n % 9}.{n}rc1 {n % 9}.{n}.{n % 5}\n" for n in range(50_000))
    for scheme in ("pep440", "maven"):  # the peer's own scheme, and the slowest
        yield Row(
            name=f"50,000 pairs of {scheme}",
            ours=python("-c", script, "version", "compare", scheme, given=pairs),
            peer_name="the same by packaging",
            peer=python("-c", _COMPARE_WITH_PACKAGING, given=pairs),
            most=2.5,
        )


# The whole of it, as a script of one's own would have it.
_COMPARE_WITH_PACKAGING = """
import sys
from packaging.version import Version
for line in sys.stdin:
    a, b = map(Version, line.split())
    print("<" if a < b else ">" if a > b else "=")
"""


def measure(row: Row) -> tuple[float, float, float]:
    """Median seconds of ours and of the peer, and the median ratio of the pairs."""
    row.ours()
    row.peer()  # both warm the file cache, and neither counts
    pairs = [(_seconds(row.ours), _seconds(row.peer)) for _ in range(PAIRS)]
    ours, peer = zip(*pairs, strict=True)
    ratio = statistics.median(a / b for a, b in pairs)
    return statistics.median(ours), statistics.median(peer), ratio


def _seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def main() -> None:
    """Measure the rows whose name holds the given text (all without one); exit 1 on a miss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="?", default="", help="a part of the rows' names")
    only = parser.parse_args().only
    missed = 0
    print(f"{'row':<24}{'ours':>10}  {'peer':<28}{'ratio':>7}{'most':>7}")
    for row in rows():
        if only not in row.name:
            continue
        ours, peer, ratio = measure(row)
        missed += ratio > row.most
        peer_text = f"{row.peer_name} {peer * 1000:.0f} ms"
        verdict = "" if ratio <= row.most else "  MISSED"
        print(
            f"{row.name:<24}{ours * 1000:>7.0f} ms  {peer_text:<28}{ratio:>7.2f}{row.most:>7.2f}"
            f"{verdict}"
        )
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()

"""`make bench`: each row against its named peer, in the same run; prints ratios.

A row is two commands, run in turn A B A B …; the ratio is the median of the pairs'. The wall
time is that of the whole process.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import alerts
import catalogue
import load
import mail
import questions
import replay_month
import sites
import watching
from row import Row, measure, python


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


def main() -> None:
    """Measure the rows whose name holds the given text (all without one); exit 1 on a miss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="?", default="", help="a part of the rows' names")
    only = parser.parse_args().only
    print(f"{'row':<44}{'ours':>10}  {'peer':<28}{'ratio':>7}{'most':>7}")
    missed = sum(show(row) for row in rows() if only in row.name)
    missed += catalogue.report(only, show)
    missed += load.report(only, show)
    missed += mail.report(only)
    missed += alerts.report(only)
    missed += watching.report(only)
    missed += sites.report(only)
    missed += replay_month.report(only)
    missed += questions.report(only)
    sys.exit(1 if missed else 0)


def show(row: Row) -> bool:
    """Measure and print a row; whether it misses what was promised."""
    ours, peer, ratio = measure(row)
    missed = ratio > row.most
    print(
        f"{row.name:<44}{ours * 1000:>7.0f} ms  {f'{row.peer_name} {peer * 1000:.0f} ms':<28}"
        f"{ratio:>7.2f}{row.most:>7.2f}{'  MISSED' if missed else ''}",
        flush=True,
    )
    return missed


if __name__ == "__main__":
    main()

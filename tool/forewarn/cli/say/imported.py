"""What an import says: its progress, the difference it would make, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forewarn.words.releases import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forewarn.services.imports.importing import Imported, LeftOut

# A dry run shows that many files on a terminal; JSON has all of them.
_MOST_FILES = 20
_MOST_NEWS = 5
# Of rows and files that went wrong each is worth a line; of the rest, one example will do.
_MOST_EXAMPLES = 10


def as_data(result: Imported, dry_run: bool) -> dict[str, object]:
    """An import for a program; of a dry run, with each file that would be written."""
    files = [{"path": path, "diff": diff(path, data)} for path, data in result.files.items()]
    return {
        "dry_run": dry_run,
        "commit": result.commit,
        "products": {"listed": result.products, "new": result.products_new},
        "releases": {
            "listed": result.releases,
            "new": result.releases_new,
            "planned": result.planned,
        },
        "news": list(result.news),
        **({"files": files} if dry_run else {}),
        "left_out": [
            {
                "reason": rows[0].reason.value,
                "meaning": rows[0].reason.meaning,
                "count": sum(row.count for row in rows),
                "items": [
                    {"product": r.product, "item": r.item, "why": r.why, "count": r.count}
                    for r in rows
                ],
            }
            for rows in _grouped(result.left_out)
        ],
    }


def as_text(result: Imported, dry_run: bool) -> str:
    """An import for a person: in a dry run the difference first, then counts, then the rest."""
    lines = list(_differences(result)) if dry_run else []
    would = "would be " if dry_run else ""
    if result.products:
        lines.append(f"{counted(result.products, 'product')}: {result.products_new} {would}added")
    lines.append(
        f"{counted(result.releases, 'release')}: {result.releases_new} {would}added"
        + (f", {result.planned} of them planned" if result.planned else "")
    )
    if result.news:
        named = ", ".join(result.news[:_MOST_NEWS]) + (", …" if result.news[_MOST_NEWS:] else "")
        lines.append(f"news, told when you publish: {len(result.news)} ({named})")
    if result.commit:
        lines.append(f"commit {result.commit[:12]}")
    if result.left_out:
        lines += ["", "Not carried over, or not as it was (--format json lists all of it):"]
    for rows in _grouped(result.left_out):
        lines += _group_lines(rows)
    return "\n".join(lines)


def diff(path: str, data: bytes) -> str:
    """The unified diff that makes a new file. An import changes none that is there."""
    rows = data.decode().splitlines()
    return "\n".join(
        ["--- /dev/null", f"+++ b/{path}", f"@@ -0,0 +1,{len(rows)} @@", *(f"+{r}" for r in rows)]
    )


def _differences(result: Imported) -> Iterator[str]:
    files = list(result.files.items())
    for path, data in files[:_MOST_FILES]:
        yield diff(path, data)
    if more := files[_MOST_FILES:]:
        yield f"… and {counted(len(more), 'more file')} like these (--format json has all of them)"
    if files:
        yield ""


def _group_lines(rows: list[LeftOut]) -> Iterator[str]:
    reason = rows[0].reason
    most = _MOST_EXAMPLES if reason.lost else 1
    yield f"{sum(row.count for row in rows):>7}  {reason.meaning}"
    for row in rows[:most]:
        about = f"{row.product}: " if row.product else ""
        yield f"{'':>9}{'' if reason.lost else 'e.g. '}{about}{row.item}: {row.why}"
    if reason.lost and rows[most:]:
        yield f"{'':>9}… and {len(rows) - most} more"


def _grouped(rows: tuple[LeftOut, ...]) -> list[list[LeftOut]]:
    """The rows by their reason, in the order in which the reasons are declared."""
    groups: dict[str, list[LeftOut]] = {}
    for row in rows:
        groups.setdefault(row.reason, []).append(row)
    return [groups[reason] for reason in type(rows[0].reason) if reason in groups] if rows else []

"""How a source that was tried reads on a terminal, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forewarn.facts.times import moment
from forewarn.model.option import OptionValue
from forewarn.model.product import Watch
from forewarn.model.sighting import Shown, Unread
from forewarn.sources.interface import Answer

if TYPE_CHECKING:
    from forewarn.services.watch.asking import NoAnswer
    from forewarn.services.watch.proposing import Proposal
    from forewarn.services.watch.trying import Tried

# So many of each kind are named; JSON has all.
_MOST = 50


def tried_text(found: tuple[Tried, ...]) -> str:
    """Each source with what it shows, what it cannot read and what it leaves out."""
    return "\n".join(
        f"{one.product}, source {one.number}: {one.row.type} {one.row.source}\n"
        + "\n".join(
            [
                *([_answer_text(one.answer)] if isinstance(one.answer, Answer) else []),
                *([_failed_text(one.failed)] if one.failed else []),
            ]
        )
        for one in found
    )


def tried_data(found: tuple[Tried, ...]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "product": one.product,
            "number": one.number,
            "type": one.row.type,
            "source": one.row.source,
            **(_answer_data(one.answer) if isinstance(one.answer, Answer) else {}),
            **(_failed_data(one.failed) if one.failed else {}),
        }
        for one in found
    ]


def proposal_text(found: Proposal) -> str:
    """The row to write, and what it shows; or what was tried in vain."""
    tried = [f"tried {row.type}: {why}" for row, why in found.tried]
    if found.row is None or found.answer is None:
        nothing = tried or ["nothing there looks like releases"]
        return "\n".join(
            [*nothing, "next: look for a feed, or an interface for programs, of the same vendor"]
        )
    shows = _answer_text(found.answer)
    first = f"add this to releases/{found.product}/product.yml:"
    return "\n".join((first, "", "watch:", *_yaml(found.row), "", shows))


def proposal_data(found: Proposal) -> dict[str, Any]:
    """The same for programs."""
    return {
        "product": found.product,
        "row": {"type": found.row.type, **found.row.options} if found.row else None,
        **(_answer_data(found.answer) if found.answer else {}),
        "tried": [{"type": row.type, "why": why} for row, why in found.tried],
    }


def _failed_text(failed: NoAnswer) -> str:
    kind = f" ({failed.trouble.value})" if failed.trouble else ""
    return f"  FAILED{kind}: {failed.error}"


def _failed_data(failed: NoAnswer) -> dict[str, Any]:
    kind = failed.trouble.value if failed.trouble else None
    return {"failed": {"kind": kind, "error": failed.error}}


def _answer_text(answer: Answer) -> str:
    lines = [f"  shows    {_shown_text(shown)}" for shown in answer.shown[:_MOST]]
    lines += [f"  unread   {_entry_text(entry)}" for entry in answer.unread[:_MOST]]
    lines += [f"  left out {_entry_text(entry)}" for entry in answer.left_out[:_MOST]]
    more = sum(map(len, (answer.shown, answer.unread, answer.left_out))) - len(lines)
    lines += [f"  and {more} more; --format json has all"] if more else []
    lines.append(
        f"  entries: {answer.entries}; {len(answer.shown)} shown, {len(answer.unread)} that cannot "
        f"be read, {len(answer.left_out)} left out; reach: {answer.reach.value}"
        + (", a witness: by itself it proves no download" if answer.witness else "")
    )
    if answer.dated:
        lines.append(f"  made {moment(answer.dated)}")
    if answer.valid_until:
        lines.append(f"  valid until {moment(answer.valid_until)}")
    return "\n".join(lines)


def _shown_text(shown: Shown) -> str:
    words = [
        shown.version,
        " ".join(filter(None, (shown.platform, shown.arch))),
        f"on {shown.channel}" if shown.channel else "",
        shown.download or shown.url,
        f"{shown.size:,} bytes" if shown.size else "",
        " ".join(f"{name} {digits[:12]}…" for name, digits in shown.digests),
        f"{shown.published:%Y-%m-%d}" if shown.published else "",
        f"{shown.rollout} % of customers" if shown.rollout is not None else "",
        "no file yet" if shown.empty else "",
        "; ".join(shown.notes),
    ]
    return ", ".join(filter(None, words))


def _entry_text(entry: Unread) -> str:
    return f"{entry.title or entry.key}: {entry.why}"


def _answer_data(answer: Answer) -> dict[str, Any]:
    return {
        "reach": answer.reach.value,
        "witness": answer.witness,
        "entries": answer.entries,
        "shown": [_shown_data(shown) for shown in answer.shown],
        "unread": [_entry_data(entry) for entry in answer.unread],
        "left_out": [_entry_data(entry) for entry in answer.left_out],
        "dated": moment(answer.dated),
        "valid_until": moment(answer.valid_until),
    }


def _shown_data(shown: Shown) -> dict[str, Any]:
    return {
        "version": shown.version,
        "platform": shown.platform,
        "arch": shown.arch,
        "channel": shown.channel,
        "title": shown.title,
        "url": shown.url,
        "download": shown.download,
        "size": shown.size,
        "digests": dict(shown.digests),
        "published": moment(shown.published),
        "rollout": shown.rollout,
        "no_files": shown.empty,
        "declared": list(shown.notes),
    }


def _entry_data(entry: Unread) -> dict[str, Any]:
    return {"title": entry.title, "url": entry.url, "why": entry.why}


def _yaml(row: Watch) -> list[str]:
    import yaml

    written = yaml.safe_dump(
        [{"type": row.type, **_plain(row.options)}], sort_keys=False, allow_unicode=True, width=200
    )
    return [f"  {line}" for line in written.splitlines()]


def _plain(value: Any) -> Any:
    """The options as YAML writes them; `true` is a word there."""
    if isinstance(value, str):
        return True if value == "true" else value
    if isinstance(value, tuple):
        return [_plain(below) for below in value]
    plain: dict[str, OptionValue] = {name: _plain(below) for name, below in value.items()}
    return plain

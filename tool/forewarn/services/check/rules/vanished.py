"""Many records gone in one change: a mistake of a script or of a merge, until somebody says no."""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from forewarn.model.finding import Finding
from forewarn.model.settings import CheckSettings
from forewarn.services.check.rules.rule import ERROR, Rule, RuleSet

VANISHED = Rule(
    id="vanished",
    severity=ERROR,
    means="Against an earlier commit, at least 10 records and more than a fifth of all are gone. A "
    "script or a merge does that by mistake; disappearing is not withdrawing. Looked at by "
    "`check --since COMMIT`, and by `publish` against the last published commit. An article that "
    "only moved to another folder does not count.",
    mend="Take the files back (`git checkout COMMIT -- releases kb`). If it is meant, publish with "
    "`--accept-vanished`, or set another share: `check: {vanish_limit: 50%}` in forewarn.yml.",
)

_LEAST = 10  # a new knowledge base may lose half of its four records


def find_vanished(
    before: Collection[str],
    after: Collection[str],
    settings: CheckSettings,
    commit: str,
    others: int = 0,
) -> Finding | None:
    """The finding, if of the records with the paths `before` too many are not in `after`.

    `others` is how many more there were, of which none has gone.
    """
    total = len(before) + others
    gone = set(before).difference(after)
    arrived = {posixpath.basename(path) for path in set(after).difference(before) if _movable(path)}
    gone -= {path for path in gone if _movable(path) and posixpath.basename(path) in arrived}
    if len(gone) < _LEAST or 100 * len(gone) <= settings.vanish_limit * total:
        return None
    return VANISHED.at(
        settings.place,
        f"{len(gone)} of the {total} records of commit {commit[:10]} are gone, such as "
        f"{min(gone)}; more than {settings.vanish_limit} % in one change is refused",
        "Take them back from Git; or, if it is meant, `forewarn publish --accept-vanished`.",
    )


def _movable(path: str) -> bool:
    """Whether it is an article: the path of a release is what the release is."""
    return path.startswith("kb/")


RULES = RuleSet(rules=(VANISHED,))

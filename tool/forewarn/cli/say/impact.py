"""How the answers of `impact` read: the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from forewarn.cli.say.compat import aside, harm, not_known, notes
from forewarn.cli.say.words import verdict_word
from forewarn.model.article import Remediation
from forewarn.model.matrix import Run, runs
from forewarn.model.release import Verdict
from forewarn.words.releases import counted

if TYPE_CHECKING:
    from forewarn.model.article import Article
    from forewarn.model.compatibility import Judgement
    from forewarn.model.impact import Affected, Impact, Issues
    from forewarn.model.replies import ImpactReply

_HARMS = {
    Verdict.BREAKS: "breaks {}",
    Verdict.LIMITED: "limits {}",
    Verdict.UNKNOWN: "leaves {} untested",
}
_STATED = {
    Verdict.BREAKS: "breaks versions of {}",
    Verdict.LIMITED: "limits versions of {}",
    Verdict.UNKNOWN: "is untested with {}",
    Verdict.WORKS: "works with versions of {}",
}
_OPEN = {
    Remediation.VENDOR_FIX: "open until the vendor's fix ships",
    Remediation.NONE_AVAILABLE: "open, and nothing is known against it",
    Remediation.NO_FIX_PLANNED: "open, and no fix is planned",
    Remediation.WORKAROUND: "open, with a workaround",
    Remediation.MITIGATION: "open, with a mitigation",
}


def impact_text(found: ImpactReply) -> str:
    """What a release manager must know before shipping, and an agent before an update."""
    impact, installed = found.impact, found.installed
    judged = [j.b for affected in impact.products for j in affected.judgements]
    told = [impact.target, *(release for release in judged if found.seen.of(release))]
    lines = [_headline(impact), *notes(told, found)]
    for judgement in impact.inside:
        word = verdict_word(judgement.verdict)
        lines += ["", f"{word}: inside it, {judgement.a} and {judgement.b}", *harm(judgement)]
    blocks = [block for affected in impact.products for block in _blocks(affected)]
    for run, judgement in sorted(blocks, key=lambda block: -block[1].verdict.caution):
        if judgement.verdict.harms:
            lines += ["", f"{verdict_word(judgement.verdict)}: {run.newest.product} {run}"]
            lines += harm(judgement)
    lines += _all_stated(impact)
    for verdict, heading in (
        (Verdict.UNKNOWN, "Not tested; do not promise that these work with it:"),
        (Verdict.WORKS, "These work with it:"),
    ):
        rows = [f"  {r.newest.product} {r}{aside(j)}" for r, j in blocks if j.verdict is verdict]
        if rows:
            lines += ["", heading, *rows]
    return "\n".join([*lines, *not_known(installed.unknown if installed else ()), *_issues(impact)])


def _headline(impact: Impact) -> str:
    known = any(a.judgements or a.stated is not None for a in impact.products)
    if not impact.inside and not known:
        names = " and ".join(affected.product for affected in impact.products)
        if names:
            return f"{impact.target} harms nothing that is recorded: nothing of {names} is in use."
        return f"Nothing recorded has to do with {impact.target}."
    harmed = [judgement for affected in impact.products for judgement in affected.harmed]
    parts = []
    for verdict, harms in _HARMS.items():
        number = sum(judgement.verdict is verdict for judgement in harmed)
        if number:
            parts.append(harms.format(counted(number, "release")))
    parts += [_STATED[one.verdict].format(one.product) for one in _not_recorded(impact)]
    if impact.inside:
        parts.append("contains what does not work together")
    done = ", ".join(parts) or "harms nothing that is recorded"
    return f"{verdict_word(impact.verdict)}: {impact.target} {done}."


def _not_recorded(impact: Impact) -> list[Affected]:
    """The products of which no release could be judged, for none is recorded."""
    return [one for one in impact.products if one.stated is not None and not one.judgements]


def _all_stated(impact: Impact) -> Iterator[str]:
    """What is stated of the versions of products of which no release is recorded."""
    for one in _not_recorded(impact):
        yield from ("", f"No release of {one.product} is recorded; what is stated of its versions:")
        for row in one.stated or ():
            said = ": ".join(filter(None, (row.verdict.value, row.about, row.limits)))
            yield f"  {one.product} {row.versions}: {said}"
            yield from ((f"    say: {row.remedy}",) if row.remedy else ())
        if not one.stated:
            yield "  nothing; do not promise that any of them works with it"


def _blocks(affected: Affected) -> Iterator[tuple[Run, Judgement]]:
    """A product's neighbouring releases of which the same is to be said."""
    of = {judgement.b.version: judgement for judgement in affected.judgements}
    releases = [judgement.b for judgement in affected.judgements]
    for run in runs(releases, lambda r: _told(of[r.version])):
        yield run, of[run.newest.version]


def _told(judgement: Judgement) -> object:
    return judgement.verdict, harm(judgement), aside(judgement)


def _issues(impact: Impact) -> Iterator[str]:
    issues: Issues = impact.issues
    if not (issues.errors or issues.warnings or issues.info):
        return
    yield from ("", f"Known issues of {impact.target}:")
    for severity, group in (("ERROR", issues.errors), ("WARNING", issues.warnings)):
        for issue in group:
            state = _OPEN[issue.remediation] if issue.remediation else "open"
            promise = f"; a fix is promised for {issue.promised}" if issue.promised else ""
            yield _issue(severity, f"{state}{promise}", issue)
    for issue in issues.info:
        fixes = ", ".join(f"{product} {versions}" for product, versions in issue.fixed_in.items())
        yield _issue("INFO", f"fixed in {fixes}", issue)


def _issue(severity: str, state: str, issue: Article) -> str:
    return f"  {severity}: {issue.title}\n    {state} ({issue.path})"

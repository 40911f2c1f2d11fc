"""How a release reads on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from forewarn.cli.say.live import again_line, bytes_lines, live_lines, live_words
from forewarn.cli.say.table import columns
from forewarn.cli.say.words import verdict_word
from forewarn.model.recommend import adviser
from forewarn.model.release import Status
from forewarn.words.caveats import instead_words
from forewarn.words.days import moment_digits
from forewarn.words.releases import NONE_OUT, span_words

if TYPE_CHECKING:
    from forewarn.model.catalogue import Catalogue
    from forewarn.model.live import Live
    from forewarn.model.record import Support
    from forewarn.model.release import Release, RolloutStep, Statement, Transition
    from forewarn.model.replies import LatestReply, ProductsReply, ReleaseReply, ReleasesReply


def products_text(found: ProductsReply) -> str:
    """All products as a table."""
    rows = []
    for key, product in sorted(found.catalogue.products.items()):
        newest = found.catalogue.latest(key)
        rows.append((key, product.name, newest.version if newest else NONE_OUT))
    return columns(rows)


def releases_text(found: ReleasesReply) -> str:
    """Releases as a table."""
    return columns([_row(found, release) for release in found.releases()])


def latest_text(found: LatestReply) -> str:
    """The newest, a line each; or that there is none."""
    lines = [headline(found.catalogue, release, found.today) for release in found.releases]
    return "\n".join(lines) or _nothing_shipped(found)


def shown_text(found: ReleaseReply) -> str:
    """A release for a person in a hurry: state, what it breaks, downloads, the rest."""
    return _line_text(found) + _release_text(found) + again_line(found.seen, found.release)


def _release_text(found: ReleaseReply) -> str:
    catalogue, release, today = found.catalogue, found.release, found.today
    live = found.seen.of(release)
    lines = [headline(catalogue, release, today, live)]
    lines += live_lines(live) if live else []
    lines += bytes_lines(found.seen, release)
    lines += _rollout(release, today)
    worst_first = sorted(release.compatibility, key=lambda s: -s.verdict.caution)
    for statement in worst_first:
        lines += _statement_lines(release, statement, today)
    for download in release.downloads:
        lines.append(f"  download {download.target_words}: {download.url}")
        if download.sha256:
            lines.append(f"    sha256 {download.sha256}")
    lines += _suites(catalogue, release)
    for issue in catalogue.issues_of(release.product, release.version):
        fixed = "fixed" if catalogue.is_fixed(issue) else "open"
        lines.append(f"  known issue ({fixed}): {issue.title} ({issue.path})")
    lines += _support(catalogue, release, today)
    lines += (f"  history: {_step(step)}" for step in release.history)
    briefing = catalogue.briefings.get((release.product, release.version))
    if briefing:
        lines += ["", "Briefing (staff only):", briefing.text.strip()]
    if release.notes.strip():
        lines += ["", release.notes.strip()]
    return "\n".join(lines)


def _line_text(found: ReleaseReply) -> str:
    """What a line of releases is, before the newest of them is shown; empty for no line."""
    line = found.line
    if not line:
        return ""
    name = f"{found.catalogue.name_of(line[0].product)} {found.asked}"
    if len(line) == 1:
        return f"{name} stands for {line[0].version}.\n"
    versions = ", ".join(release.version for release in line[:20])
    more = f" and {len(line) - 20} more" if len(line) > 20 else ""
    return f"{name} stands for {span_words(line)}: {versions}{more}. The newest of them:\n"


def headline(catalogue: Catalogue, release: Release, today: date, live: Live | None = None) -> str:
    """What it is and its state, in one line."""
    name = f"{catalogue.name_of(release.product)} {release.version}"
    return f"{name}: {state(catalogue, release, today, live)}"


def _row(found: ReleasesReply, release: Release) -> tuple[str, ...]:
    """A release in a table of them."""
    live = found.seen.of(release)
    late = ", which has passed" if release.overdue(found.today) else ""
    return (
        str(release),
        release.status.value,
        release.track,
        f"{release.released_at or release.planned_for or ''}{late}",
        live_words(live) if live else "",
    )


def _nothing_shipped(found: LatestReply) -> str:
    """That there is no latest release of a product."""
    return (
        f"no release of {found.catalogue.name_of(found.product)} has shipped"
        + (f" on track {found.track}" if found.track else "")
        + (f" for {found.platform}" if found.platform else "")
        + (", by the records that can be read" if found.unread else "")
    )


def state(catalogue: Catalogue, release: Release, today: date, live: Live | None = None) -> str:
    """The state of a release and since when, for a sentence that begins with its name.

    `live` is that it can be downloaded whatever its record says.
    """
    match release.status:
        case Status.PLANNED:
            text = f"planned for {release.planned_for or 'no set date'}"
            if release.overdue(today):
                text = f"was {text}, which has passed"
            if live:
                return f"{text}, but {live_words(live)}"
            return text if release.announced_at else f"{text}, under embargo"
        case Status.STAGED:
            since = f" since {release.since}" if release.since else ""
            if live:
                return f"recorded as staged{since}, but {live_words(live)}"
            return f"staged{since}, not shipped yet"
        case Status.WITHDRAWN:
            instead = instead_words(adviser(catalogue, today).recommend(release))
            return f"{_withdrawn(release)}; {instead}"
        case Status.SHIPPED:
            return _shipped(catalogue, release, today)
        case Status.UNRECORDED:
            return f"not recorded, but {live_words(live)}" if live else "not recorded"


def own_state(catalogue: Catalogue, release: Release, today: date, live: Live | None = None) -> str:
    """The same as far as its own record and its product's tell: nothing of any other release."""
    if release.status is Status.WITHDRAWN:
        return _withdrawn(release)
    if release.status is not Status.SHIPPED:
        return state(catalogue, release, today, live)
    support = catalogue.support_of(release)
    over = support is not None and support.over(today)
    return _out(release) + (", out of support" if over else "")


def _withdrawn(release: Release) -> str:
    gone = release.withdrawn
    assert gone is not None  # noqa: S101 - the reader refuses the one without the other
    return f"withdrawn on {gone.on}: {gone.reason.strip().removesuffix('.')}"


def _out(release: Release) -> str:
    text = f"shipped on {release.released_at}"
    back = release.reinstated
    if back:
        text += f", withdrawn and shipped again on {back.on}"
        text += f" ({back.reason})" if back.reason else ""
    return text


def _shipped(catalogue: Catalogue, release: Release, today: date) -> str:
    text = _out(release)
    newer = catalogue.superseded_by(release)
    if newer:
        text += f", superseded by {newer.version}"
        still = catalogue.still_latest_on(release)
        text += f" but the newest for {' and '.join(still)}" if still else ""
    support = catalogue.support_of(release)
    over = support is not None and support.over(today)
    if over:
        text += ", out of support"
    advice = adviser(catalogue, today).recommend(release)
    if advice.to == newer and not advice.skipped and not over:
        return text
    instead = instead_words(advice)
    return f"{text}; {instead}" if instead else text


def _rollout(release: Release, today: date) -> Iterator[str]:
    reached = {step.platform: step for step in release.rolled_out(today)}
    for platform in dict.fromkeys(step.platform for step in release.rollout):
        now = reached.get(platform)
        then = next((s for s in release.rollout if s.platform == platform and s.on > today), None)
        text = f"rolled out to {_share(now)} on {platform} since {now.on}" if now else ""
        if then:
            text += f", {_share(then)} from {then.on}" if now else ""
            text = text or f"to be rolled out to {_share(then)} on {platform} from {then.on}"
        yield f"  {text}"


def _share(step: RolloutStep) -> str:
    return f"{step.share.normalize():f} %"


def _suites(catalogue: Catalogue, release: Release) -> Iterator[str]:
    for member in release.contains:
        yield f"  contains {catalogue.name_of(member.product)} {member.version}"
    for suite in catalogue.suites_with(release):
        yield f"  is in {catalogue.name_of(suite.product)} {suite.version}"


def _support(catalogue: Catalogue, release: Release, today: date) -> Iterator[str]:
    support = catalogue.support_of(release)
    if support is None:
        return
    stage = support.stage(today)
    yield f"  support: {stage or 'no end is known'}; {_terms(support)}"
    log = (*support.earlier, support) if support.earlier else ()
    for decision in log:
        why = f" ({decision.reason})" if decision.reason else ""
        yield f"    decided on {decision.on}: {_terms(decision)}{why}"


def _terms(support: Support) -> str:
    named = zip(("active", "security", "extended"), support.terms[:3], strict=True)
    said = [f"{stage} until {day}" for stage, day in named if day]
    return ", ".join([*said, *(["ended"] if support.ended else [])]) or "no dates"


def _step(step: Transition) -> str:
    return (
        f"{moment_digits(step.at) if step.at else step.on} {step.to}"
        + (f" by {step.by}" if step.by else "")
        + (f", {step.reason}" if step.reason else "")
        + (f", {step.withdrawn.reason}" if step.withdrawn else "")
    )


def _statement_lines(owner: Release, statement: Statement, today: date) -> list[str]:
    about = f", {statement.about}" if statement.about else ""
    lines = [
        f"  {verdict_word(statement.verdict)} with {statement.partner} {statement.versions}{about}"
    ]
    if statement.limits:
        lines.append(f"    limits: {statement.limits}")
    if statement.remedy:
        lines.append(f"    remedy: {statement.remedy}")
    tag = statement.verified
    if tag:
        how = f": {tag.how}" if tag.how else ""
        late = f"; held until {tag.until}, inspect it again" if tag.expired(today) else ""
        lines.append(f"    verified by {tag.by} on {tag.on}{how}{late}")
    lines.append(f"    stated by {owner} in {statement.place}")
    return lines

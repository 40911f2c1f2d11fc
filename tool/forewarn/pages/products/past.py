"""What has become of a release, step by step: how it was rolled out, and what was recorded when."""

from __future__ import annotations

from itertools import groupby

from forewarn.model.release import Release, RolloutStep, Transition
from forewarn.pages.html import words
from forewarn.pages.html.elements import NOTHING, Html, day_html, esc, fmt, join, moment_html, tag
from forewarn.pages.view.view import View


def rollout(view: View, release: Release) -> Html:
    """For each platform, the share that is offered the release now, and the steps."""
    reached = {step.platform: step for step in release.rolled_out(view.today)}
    items = [
        tag("li", _platform(platform, reached.get(platform), list(steps)))
        for platform, steps in groupby(release.rollout, lambda step: step.platform)
    ]
    return tag("ul", *items, class_="fw-list") if items else NOTHING


def _platform(platform: str, now: RolloutStep | None, steps: list[RolloutStep]) -> Html:
    said = esc("offered to nobody yet")
    if now:
        said = fmt("offered to {} since {}", _share(now), day_html(now.on))
    planned = tag("span", fmt("Steps: {}", join(map(_step, steps), ", ")), class_="fw-small")
    return fmt("{}: {}. {}", tag("strong", esc(platform)), said, planned)


def _share(step: RolloutStep) -> Html:
    return fmt("{}&nbsp;%", f"{step.share.normalize():f}")


def _step(step: RolloutStep) -> Html:
    return fmt("{} from {}", _share(step), day_html(step.on))


def history(view: View, src: str, release: Release) -> Html:
    """The changes of its state that somebody kept, the oldest first."""
    items = (tag("li", _transition(view, src, step)) for step in release.history)
    return tag("ol", *items, class_="fw-history") if release.history else NOTHING


def _transition(view: View, src: str, step: Transition) -> Html:
    person = view.settings.people.get(step.by) if step.by else None
    by = f"by {person.name if person else step.by}" if step.by else ""
    reason = step.reason or (step.withdrawn.reason if step.withdrawn else None)
    return join(
        (
            moment_html(step.at) if step.at else day_html(step.on),
            tag("strong", esc(step.to)),
            esc(by),
            fmt("— {}", words.text(view, src, reason)) if reason else NOTHING,
        ),
        " ",
    )

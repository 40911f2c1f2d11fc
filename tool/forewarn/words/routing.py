"""Who gets what, and why or why not, in words."""

from __future__ import annotations

from datetime import datetime

from forewarn.model.matching import Decision, Outcome, Reason

_NOT_ASKED = {
    Reason.NEVER_TOLD: "it takes back what they were never told",
    Reason.AUDIENCE: "it is for another audience",
    Reason.PRODUCT: "it is about other products",
    Reason.ISSUE: "it is about another known issue, or about none",
    Reason.PAIR: "it says nothing of what the two products do with each other",
    Reason.TRACK: "it is about another track",
    Reason.PLATFORM: "it is about other platforms",
    Reason.KIND: "it is of another kind",
    Reason.SEVERITY: "it is not severe enough",
    Reason.PRERELEASE: "it is about a pre-release",
    Reason.LINE: "another line tells them already, and no later",
}


def moment(at: datetime) -> str:
    """A moment in UTC, to the minute."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def when(decision: Decision) -> str:
    """Whether and when they are told: `at once`, `held until …`, `in the digest of …`."""
    match decision.outcome:
        case Outcome.AT_ONCE:
            return "at once"
        case Outcome.HELD if decision.at:
            return f"held until {moment(decision.at)}"
        case Outcome.DIGEST if decision.at:
            return f"in the digest of {moment(decision.at)}"
        case Outcome.SUPPRESSED:
            return "suppressed"
        case _:
            return "nothing"


def why(decision: Decision) -> str | None:
    """Why it is not told at once, or not at all, or to whom it is told instead; None: no more."""
    other = decision.other
    match decision.reason:
        case Reason.ASKED:
            return None
        case Reason.TOLD if decision.outcome is Outcome.HELD:
            return "it comes with what it answers, which waits as well"
        case Reason.TOLD:
            return "they were told what it answers"
        case Reason.AWAY:
            return f"they are away: {other} gets it"
        case Reason.MAILBOX:
            return f"{other} gets it, in the same mailbox"
        case Reason.DEPUTY:
            return f"they stand in for {other}"
        case Reason.QUIET | Reason.DIGEST:
            told = "quiet hours" if decision.reason is Reason.QUIET else "they want a digest"
            return f"{told}; they stand in for {other}" if other else told
        case _:
            return _NOT_ASKED[decision.reason]


def kept_reason(decision: Decision) -> str | None:
    """What the outbox keeps of why: `held until …: quiet hours`; None where it is sent at once."""
    reason = why(decision)
    if decision.outcome is Outcome.AT_ONCE:
        return reason
    return f"{when(decision)}: {reason}" if reason else when(decision)

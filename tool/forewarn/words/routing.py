"""Who gets what, and why or why not, in words."""

from __future__ import annotations

from forewarn.model.matching import Cause, Decision, Outcome
from forewarn.words.days import moment_digits

_NOT_ASKED = {
    Cause.OPERATORS: "it is told to the operators, whoever subscribes",
    Cause.NEVER_TOLD: "it takes back what they were never told",
    Cause.AUDIENCE: "it is for another audience",
    Cause.PRODUCT: "it is about other products",
    Cause.ISSUE: "it is about another known issue, or about none",
    Cause.PAIR: "it says nothing of what the two products do with each other",
    Cause.TRACK: "it is about another track",
    Cause.PLATFORM: "it is about other platforms",
    Cause.KIND: "it is of another kind",
    Cause.SEVERITY: "it is not severe enough",
    Cause.PRERELEASE: "it is about a pre-release",
    Cause.LINE: "another line tells them already, and no later",
}


def when(decision: Decision) -> str:
    """Whether and when they are told: `at once`, `held until …`, `in the digest of …`."""
    match decision.outcome:
        case Outcome.AT_ONCE:
            return "at once"
        case Outcome.HELD if decision.at:
            return f"held until {moment_digits(decision.at)}"
        case Outcome.DIGEST if decision.at:
            return f"in the digest of {moment_digits(decision.at)}"
        case Outcome.SUPPRESSED:
            return "suppressed"
        case _:
            return "nothing"


def why(decision: Decision) -> str | None:
    """Why it is not told at once, or not at all, or not to those who asked; None: no more to say.

    The outbox keeps it with the delivery.
    """
    other = decision.other
    match decision.reason:
        case Cause.ASKED:
            return None
        case Cause.TOLD if decision.outcome is Outcome.HELD:
            return "it comes with what it answers, which waits as well"
        case Cause.TOLD:
            return "they were told what it answers"
        case Cause.OWNER:
            return "they own the product, and no line tells them"
        case Cause.AWAY:
            return f"they are away: {other} gets it"
        case Cause.MAILBOX:
            return f"{other} gets it, in the same mailbox"
        case Cause.DEPUTY:
            return f"they stand in for {other}"
        case Cause.QUIET | Cause.DIGEST:
            told = "quiet hours" if decision.reason is Cause.QUIET else "collected for a digest"
            return f"{told}; they stand in for {other}" if other else told
        case _:
            return _NOT_ASKED[decision.reason]

"""What the reader finds. A record with such a mistake is left out whole: half of one could mislead.

The reader applies these rules where it reads; here is what they mean.
"""

from __future__ import annotations

from forewarn.model import rule_ids
from forewarn.model.finding import Finding
from forewarn.model.record import Place
from forewarn.services.check.rules.rule import ERROR, Rule, RuleSet


def _of_the_reader(id: str, means: str, mend: str) -> Rule:
    """A rule without which a record would be read in another way than it was meant."""
    return Rule(id=id, severity=ERROR, settable=False, means=means, mend=mend)


UNKNOWN_PRODUCT = _of_the_reader(
    rule_ids.UNKNOWN_PRODUCT,
    "A release, a statement, an article or `lockstep:` names a product that has no readable "
    "`releases/<product>/product.yml`, so its versions have no order and nothing can be said of "
    "them.",
    "Mend the name, mend that product.yml first, or make it: `forewarn product add`.",
)
UNSAFE_NAME = _of_the_reader(
    rule_ids.UNSAFE_NAME,
    "The name of a folder or file cannot be a product's id, a version or an article's path: "
    "it could not stand in an address, or not on every file system.",
    "Rename it as the message says.",
)

UNREADABLE = _of_the_reader(
    rule_ids.UNREADABLE,
    "A file is no YAML, not UTF-8, holds a control character, is nested too deeply, or "
    "is larger than 1,000,000 bytes; mkdocs.yml, larger than 200,000.",
    "Mend the line that is named. Quote a value that holds `: ` or ` #`, or begins with "
    "one of `* & ! < > = [ { @ %` or a backtick.",
)


def unknown_product(product: str, place: Place) -> Finding:
    """The finding about a name of a product, where the record can be read without it."""
    return UNKNOWN_PRODUCT.at(
        place,
        f"there is no product {product!r}",
        f"Mend the name, or `forewarn product add {product} --name … --scheme …`.",
    )


_RULES = (
    UNREADABLE,
    _of_the_reader(
        rule_ids.UNKNOWN_LIST,
        "A subscription names a mailing list that is not under `lists:` of forewarn.yml.",
        "Mend the name, or add the list with its address.",
    ),
    _of_the_reader(
        rule_ids.UNKNOWN_ROOM,
        "A subscription names a room that is not under `rooms:` of forewarn.yml.",
        "Mend the name, or add the room with what its service calls it.",
    ),
    _of_the_reader(
        rule_ids.MERGE_CONFLICT,
        "The marks of a merge conflict were left in a file, so it says two things.",
        "Choose one side, remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`, and commit.",
    ),
    _of_the_reader(
        rule_ids.SHORTHAND,
        "YAML's anchors, aliases and tags (`&`, `*`, `!`) are refused: a record is written "
        "out, so that whoever reads one line of it knows what it says.",
        "Write the value itself; quote text that begins with one of these characters.",
    ),
    _of_the_reader(
        rule_ids.NO_FRONT_MATTER,
        "A release or article does not begin with its keys between two lines `---`.",
        "Begin the file with a line `---`, the keys, and another line `---`.",
    ),
    _of_the_reader(
        rule_ids.WRONG_TYPE,
        "One value stands where a list or keys are expected, or the other way round.",
        "Write it as the message says: `key: value` lines, or rows beginning with `- `.",
    ),
    _of_the_reader(
        rule_ids.WRONG_VALUE,
        "A value cannot be what its key is for: a date that is none, a verdict that does not "
        "exist, a range that cannot be read, a web address with spaces.",
        "Write what the message expects. `check --fix` mends dates such as 2026-5-4, capital "
        "letters in a sha256, and words such as `Shipped`.",
    ),
    _of_the_reader(
        rule_ids.EMPTY,
        "A key that is needed has no text.",
        "Give it a value.",
    ),
    _of_the_reader(
        rule_ids.DUPLICATE_KEY,
        "A key stands twice in one mapping. YAML readers silently take one of the two.",
        "Keep one of them.",
    ),
    _of_the_reader(
        rule_ids.MISSING_KEY,
        "A key is missing that is always needed, or needed with this status or kind.",
        "Add it.",
    ),
    _of_the_reader(
        rule_ids.UNKNOWN_KEY,
        "A key is none that a record of this kind has: mostly a slip, and what stands under "
        "it would be overlooked.",
        "Write the key as the message lists it. `check --fix` mends a slip of one or two "
        "letters where only one key can be meant.",
    ),
    _of_the_reader(
        rule_ids.WRONG_HISTORY,
        "The `history:` of a release goes against `planned` → `staged` → `shipped` → "
        "`withdrawn` (→ `shipped` again), or says that it went further than its `status:`.",
        "Put the rows into their order, add the one that is missing, or mend `status:`. Git "
        "keeps what a removed row said.",
    ),
    _of_the_reader(
        rule_ids.DUPLICATE_DOWNLOAD,
        "Two downloads of a release are for the same platform, architecture and edition, so "
        "nobody knows which one to send.",
        "Tell them apart with `arch:` or `edition:`, or remove one.",
    ),
    _of_the_reader(
        rule_ids.MISPLACED,
        "A record lies where none belongs, such as a release directly in `releases/`; or something "
        "lies in `subscriptions/` that is not read.",
        "Put it at `releases/<product>/<version>.md`, or subscriptions at "
        "`subscriptions/<name>.yml`, or remove it.",
    ),
    _of_the_reader(
        rule_ids.NOT_A_VERSION,
        "The name of a release's file, or the end of a range, is no version under the scheme "
        "that the product declares.",
        "Write the version as the scheme does, or declare another scheme in product.yml; "
        "`loose` takes every version.",
    ),
    _of_the_reader(
        rule_ids.UNKNOWN_CHANNEL,
        "A subscription names a channel that is not under `channels:`.",
        "Mend the name, or add the channel.",
    ),
    UNKNOWN_PRODUCT,
    UNSAFE_NAME,
)

RULES = RuleSet(rules=_RULES)

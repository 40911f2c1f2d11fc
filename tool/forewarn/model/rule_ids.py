"""The ids of the rules that records are read by, and of others that stand in more than one place.

What each means, and how severe it is, stands with the rules of `check`.
"""

from __future__ import annotations

BROKEN_TEMPLATE = "broken-template"
DATES_OUT_OF_ORDER = "dates-out-of-order"
DUPLICATE_DOWNLOAD = "duplicate-download"
DUPLICATE_KEY = "duplicate-key"
EMPTY = "empty"
MERGE_CONFLICT = "merge-conflict"
MISPLACED = "misplaced"
MISSING_KEY = "missing-key"
NO_DATE = "no-date"
NO_FRONT_MATTER = "no-front-matter"
NOT_A_VERSION = "not-a-version"
SHORTHAND = "shorthand"
UNKNOWN_CHANNEL = "unknown-channel"
UNKNOWN_KEY = "unknown-key"
UNKNOWN_LIST = "unknown-list"
UNKNOWN_PERSON = "unknown-person"
UNKNOWN_PRODUCT = "unknown-product"
UNKNOWN_ROOM = "unknown-room"
UNKNOWN_TRACK = "unknown-track"
UNREADABLE = "unreadable"
UNSAFE_NAME = "unsafe-name"
WRONG_HISTORY = "wrong-history"
WRONG_TYPE = "wrong-type"
WRONG_VALUE = "wrong-value"

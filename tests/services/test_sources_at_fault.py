"""A source of somebody else's that does what it should not is told, and harms no other."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from command_line import Kb
from plugin_article import install_module

pytestmark = pytest.mark.slow

ODD = '''
"""A source with faults. Options: `how`."""
from datetime import datetime

from forewarn.model.sighting import Shown, Unread
from forewarn.sources.interface import Answer, Source

URL = "https://v.example/2.7"


def shows(**changes):
    values = {"version": "2.7", "url": URL, "title": "Recorder 2.7", **changes}
    return Answer(shown=(Shown(**values),), entries=1)


class Odd(Source):
    def __init__(self, client):
        self.client = client

    @classmethod
    def options(cls, read):
        how = read.required("how")
        if how == "options":
            raise ZeroDivisionError
        return how

    async def __aexit__(self, *error):
        raise ZeroDivisionError

    async def poll(self, request):
        match request.options:
            case "nothing":
                return None
            case "version":
                return shows(version="2.7\\r\\nBcc: x@v.example")
            case "address":
                return shows(url="javascript:alert(1)")
            case "day":
                return shows(published=datetime(2026, 5, 4))
            case "state":
                return Answer(state={1, 2})
            case "good":
                unread = (Unread(key="k", title="a\\nb", url=URL, why="it\\x1b[2J is none"),)
                return Answer(
                    shown=shows(title="Recorder\\r\\n2.7\\x1b[2J").shown, unread=unread, entries=2
                )
'''
FAULTS = {
    "options": "source 'odd' has a fault of its own: ZeroDivisionError",
    "nothing": "its source gave no answer",
    "version": "as a version, which is none under the scheme loose",
    "address": "its source gave 'javascript:alert(1)' as an address of 2.7",
    "day": "its source gave a day for 2.7 that has no time zone",
    "state": "its source keeps a state that is no JSON",
}


def test_each_fault_is_told_at_its_row_and_the_row_beside_it_is_read(
    acme: Kb, tmp_path: Path
) -> None:
    odd = install_module(tmp_path / "site", "sources", "odd", ODD, "Odd")
    rows = "".join(f"  - {{type: odd, how: {how}}}\n" for how in (*FAULTS, "good"))
    acme.write(
        "releases/recorder/product.yml",
        acme.read("releases/recorder/product.yml") + f"watch:\n{rows}",
    )
    done = odd.forewarn(acme.root, "watch", "--once", "--format", "json", code=3)
    told = json.loads(done[: done.rindex("}") + 1])
    failed = {row["source"]: row["error"] for row in told["failed"]}
    assert failed.keys() == {f"odd how={how}" for how in FAULTS}
    for how, said in FAULTS.items():
        assert said in failed[f"odd how={how}"]
    assert [(row["version"], row["source"]) for row in told["sightings"]] == [
        ("2.7", "odd how=good")
    ]
    (mail,) = acme.mails()
    assert (
        "\x1b"
        not in message_from_bytes(mail.read_bytes(), policy=default)
        .get_body(("plain",))
        .get_content()
    )
    assert [row["why"].isprintable() for row in told["unread"]] == [True]
    assert FAULTS["options"] in odd.forewarn(acme.root, "check", code=1)
    assert FAULTS["options"] in odd.forewarn(acme.root, "doctor", code=1)

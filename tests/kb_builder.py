"""A knowledge base in a scratch folder, written as its people write it: as files."""

from __future__ import annotations

import textwrap
from datetime import UTC, date, datetime
from pathlib import Path

from forewarn.model.catalogue import Catalogue
from forewarn.model.sighting import Sighting, SightingState
from forewarn.store.catalogue.whole import load_worktree

TODAY = date(2026, 5, 20)


class Kb:
    """Writes files below `root`; each method returns the builder, so that calls chain."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("kb", "releases"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        self.write("forewarn.yml", "name: Example support\n")
        self.write(
            "mkdocs.yml",
            "site_name: Example support\ndocs_dir: kb\ntheme: {name: material}\n"
            "plugins: [search, forewarn]\n",
        )

    def write(self, path: str, text: str | bytes) -> Kb:
        """Any file, its common indentation taken away."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        data = text if isinstance(text, bytes) else textwrap.dedent(text).lstrip("\n").encode()
        place.write_bytes(data)
        return self

    def product(self, id: str, name: str, more: str = "") -> Kb:
        """A product under the loose scheme; `more` are further lines of product.yml."""
        text = f"name: {name}\nscheme: loose\n" + textwrap.dedent(more).lstrip("\n")
        return self.write(f"releases/{id}/product.yml", text)

    def release(
        self, product: str, version: str, day: str = "2026-03-01", more: str = "", notes: str = ""
    ) -> Kb:
        """A shipped release; `more` are further keys (or others, where `day` is empty)."""
        head = f"status: shipped\nreleased_at: {day}\n" if day else ""
        head += textwrap.dedent(more).lstrip("\n")
        body = textwrap.dedent(notes)
        return self.write(f"releases/{product}/{version}.md", f"---\n{head}---\n{body}")

    def article(self, name: str, title: str, more: str = "", body: str = "Text.\n") -> Kb:
        """A public how-to unless `more` says otherwise."""
        given = textwrap.dedent(more).lstrip("\n")
        for key, value in (("kind", "how-to"), ("audience", "public")):
            if f"{key}:" not in given:
                given += f"{key}: {value}\n"
        text = f"---\ntitle: {title}\n{given}---\n{textwrap.dedent(body)}"
        return self.write(f"kb/{name}.md", text)

    def load(self) -> Catalogue:
        """The catalogue; a mistake in a test's files fails the test."""
        loaded = load_worktree(self.root)
        assert not loaded.findings, loaded.findings
        return loaded.catalogue


def sighting(product: str = "recorder", version: str = "2.8", **more: object) -> Sighting:
    """An open sighting of a Windows download."""
    values: dict[str, object] = {
        "id": "a1b2c3d4",
        "product": product,
        "version": version,
        "source": "https://downloads.example.com/feed.xml",
        "url": f"https://downloads.example.com/{product}-{version}.exe",
        "title": f"{product} {version}",
        "state": SightingState.OPEN,
        "first_seen": datetime(2026, 5, 20, 7, 12, tzinfo=UTC),
        "platform": "windows",
    }
    return Sighting(**{**values, **more})  # type: ignore[arg-type]


def story(root: Path) -> Kb:
    """The recorder and the player of the design: 2.7 breaks playback in players before it."""
    kb = Kb(root)
    kb.write(
        "forewarn.yml",
        """
        name: Example support
        description: What we know of our releases.
        people:
          maria: {name: Maria Lind, email: maria@example.com}
        sites:
          public: https://help.example.com/
          staff: https://support.example.com/
        """,
    )
    kb.product(
        "recorder",
        "Recorder",
        """
        description: Records what the camera sees.
        homepage: https://example.com/recorder
        owner: maria
        tracks: [stable, beta]
        lockstep: [player, exporter]
        support:
          stable: {active_until: 2026-08-01, security_until: 2027-05-04}
        """,
    )
    kb.product("player", "Player", "owner: maria\nlockstep: [recorder]\n")
    kb.product("exporter", "Exporter")
    kb.release("exporter", "1.0", "2025-11-02")
    kb.release("exporter", "1.1", "2026-01-12")
    for version, day in (("2.2", "2025-02-03"), ("2.3", "2025-06-10"), ("2.4", "2025-12-01")):
        kb.release(
            "recorder",
            version,
            day,
            f"""
            downloads:
              - {{platform: windows, url: "https://downloads.example.com/recorder-{version}.exe"}}
              - {{platform: macos, url: "https://downloads.example.com/recorder-{version}.dmg"}}
            compatibility:
              - with: player
                versions: "*"
                about: playing recordings made by this version
                verdict: works
                verified: {{by: maria, on: 2025-12-01, how: played the sample set}}
            """,
        )
        kb.release("player", version, day)
    kb.release(
        "recorder",
        "2.7",
        "2026-05-04",
        """
        downloads:
          - platform: windows
            url: https://downloads.example.com/recorder-2.7.exe
            size: 18874368
            sha256: 9f2c4a7be1d05836c7a94f1b0e6d82a35b9c17e4f8062d3ab5c4e97f10a86d2b
        compatibility:
          - with: player
            versions: "<2.7"
            about: playing recordings made by this version
            verdict: breaks
            remedy: Update the player to 2.7, or convert the recording (kb/convert-recordings.md).
            verified: {by: maria, on: 2026-05-01, how: played three sample recordings}
          - with: player
            versions: ">=2.7"
            about: playing recordings made by this version
            verdict: works
            verified: {by: maria, on: 2026-05-01, until: 2026-05-10}
        support: {active_until: 2027-05-04, security_until: 2028-05-04}
        reference: https://example.com/recorder/2.7
        """,
        """
        Recordings are written in container version 3, which seeks faster in long files.

        - Pauses no longer drop the first frame.
        - The `--split` option takes hours.
        """,
    )
    kb.write(
        "releases/recorder/2.7.briefing.md",
        """
        Customers on player 2.4 see *Unsupported container*. Do **not** advise to go back to
        recorder 2.4: it cannot open projects saved by 2.7.

        1. Ask for the player's version.
        2. Send the link to [converting recordings](../../kb/convert-recordings.md).
        """,
    )
    kb.release(
        "player",
        "2.7",
        "2026-05-12",
        """
        downloads:
          - {platform: windows, url: "https://downloads.example.com/player-2.7.exe", size: 9120044}
        compatibility:
          - with: recorder
            versions: "<2.3"
            about: playing recordings made by the recorder
            verdict: limited
            limits: Chapter marks are not shown.
            remedy: Save the recording again with recorder 2.4.
        """,
        "Plays container version 3.\n",
    )
    kb.release(
        "recorder",
        "2.5",
        "",
        """
        status: withdrawn
        released_at: 2026-03-02
        withdrawn: {on: 2026-03-09, reason: It lost the sound of long recordings., replacement: 2.7}
        """,
    )
    kb.release(
        "recorder",
        "3.0",
        "",
        "status: planned\nplanned_for: 2026-06-15\nannounced_at: 2026-05-10\n",
        "A new timeline.\n",
    )
    kb.release(
        "player", "3.0", "", "status: staged\nplanned_for: 2026-05-18\n", "Not yet announced.\n"
    )
    kb.article(
        "convert-recordings",
        "Converting recordings for an older player",
        """
        applies: {recorder: ">=2.7", player: "<2.7"}
        verified: {by: maria, on: 2026-05-02}
        """,
        """
        Use this when a recording made by [recorder 2.7](../releases/recorder/2.7.md) must be
        played by an older player.

        !!! note
            The original file is left as it is.

        ## By menu

        1. Open **File → Convert**.
        2. Choose *Container version 2*.

        ## By command

        ```console
        $ recorder convert meeting.rec --container 2
        ```

        | Option | Meaning |
        |--------|---------|
        | `--container 2` | what players up to 2.6 read |
        | `--keep` | keep the original |
        """,
    )
    kb.article(
        "sound-lost",
        "Sound is lost after two hours",
        """
        kind: known-issue
        applies: {recorder: ">=2.5,<2.7"}
        fixed_in: {recorder: ">=2.7"}
        opened: 2026-03-06
        remediation: vendor_fix
        """,
        "After two hours the sound stops and the picture goes on.\n",
    )
    kb.article(
        "split-wrong-name",
        "Split files get the wrong name",
        """
        kind: known-issue
        applies: {recorder: "2.7"}
        opened: 2026-05-11
        remediation: workaround
        promised: 2026-05-15
        contingency: Name the parts by hand, as the article says.
        """,
        "Parts are numbered from 0 and overwrite those of the last recording.\n",
    )
    kb.article(
        "refunds", "Who may promise a refund", "kind: policy\naudience: staff\n", "Only a lead.\n"
    )
    return kb

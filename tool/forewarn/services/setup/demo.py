"""The story that forewarn exists for, told by running the real commands on a scratch copy."""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from forewarn.errors import ForewarnError
from forewarn.services.setup.serve import HOST, serve_folder
from forewarn.store.root import STATE_FOLDER

_FEED = """\
<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel>
<title>Downloads</title><link>{url}</link><description>Our downloads</description>
{items}</channel></rss>
"""
_ITEM = """\
<item><title>{title}</title><link>{url}{file}</link><guid>{file}</guid>\
<enclosure url="{url}{file}" length="{size}" type="application/octet-stream" sha256="{sha256}"/>\
<pubDate>{date:%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>
"""
# Filled in with the day of the story.
_BREAKS = """\
compatibility:
  - with: player
    versions: "<2.7"
    about: playing recordings made by this version
    verdict: breaks
    verified: {{by: maria, on: {day}, how: played three sample recordings}}
"""
_REMEDY = (
    "    remedy: Update the player to 2.7, or save the recording as a 2.4 file before sending it.\n"
)


class Story:
    """Runs the commands and tells of them, line by line.

    Args:
        folder: an empty folder for the scratch knowledge base and the vendor's site.
        tell: is given each line; a command's line begins with `$ `.
    """

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        self._folder = folder
        self._tell = tell
        self._vendor = folder / "vendor-site"
        self._items: list[str] = []
        self._url = ""
        self.kb = folder / "support-kb"
        self.mailbox = self.kb / STATE_FOLDER / "mail"

    def play(self) -> None:
        """Tell the whole story; the sites are then in `kb/site`.

        Raises:
            ForewarnError: a command did not do what the story says.
        """
        self._vendor.mkdir(parents=True)
        with self._vendor_site():
            self._known_world()
            self._silent_release()
            self._alert()
            self._gate()
            self._answer()
            self._partial_release()
            self._other_bytes()

    @contextmanager
    def _vendor_site(self) -> Iterator[None]:
        server = serve_folder(self._vendor, 0)
        self._url = f"http://{HOST}:{server.server_address[1]}/"
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()

    def _known_world(self) -> None:
        self._chapter("Monday. Recorder and player are both at 2.4, and forewarn knows it.")
        self._run("init", "support-kb", "--name", "Acme support", inside=False)
        for product, name in (("recorder", "Recorder"), ("player", "Player")):
            self._put_online(name, "2.4")
            self._run("product", "add", product, "--name", name, "--scheme", "loose", quiet=True)
            download = f"windows={self._url}{product}-2.4.exe"
            self._run("release", "add", product, "2.4", "--download", download, quiet=True)
            day = datetime.now().astimezone().date() - timedelta(days=60)
            self._run("release", "ship", product, "2.4", "--on", str(day), quiet=True)
        self._write(
            "releases/recorder/product.yml",
            "lockstep: [player]\n"
            # Usually a day, which the story has not.
            "lockstep_grace: 1s\n"
            "watch:\n"
            f"  - {{type: feed, url: '{self._url}feed.xml', version: 'Recorder ([0-9.]+)', "
            "platform: windows, allow_private: true}\n",
        )
        self._git("commit", "-q", "-am", "Watch the vendor's downloads; the player must keep up")
        self._run("watch", "--once")
        self._run("publish", quiet=True)

    def _silent_release(self) -> None:
        self._chapter("Tuesday. The vendor puts Recorder 2.7 on its site, and tells nobody.")
        self._put_online("Recorder", "2.7")
        self._tell(f"  (new on {self._url}: recorder-2.7.exe)")
        self._run("watch", "--once")

    def _alert(self) -> None:
        self._chapter("A moment later, in the support inbox:")
        for line in self._newest_mail():
            self._tell(f"  | {line}")

    def _gate(self) -> None:
        self._chapter("The release manager takes the draft, tests it, and writes what breaks.")
        self._run("sightings", "accept", self._open_sighting())
        self._write_into_record(_BREAKS.format(day=datetime.now().astimezone().date()))
        refused = self._run("release", "ship", "recorder", "2.7", expect=1)
        if "remedy" not in refused:
            raise _off_script("release ship", refused)
        self._chapter("Refused, and rightly: what is support to say? So the remedy is written.")
        self._write_into_record(_REMEDY)
        self._run("release", "ship", "recorder", "2.7", "--verify-downloads", "--allow-private")
        self._run("publish")

    def _answer(self) -> None:
        self._chapter('The telephone rings. "My recordings do not play any more." The agent asks:')
        answer = self._run("compat", "recorder@2.7", "player@2.4")
        if "BREAKS" not in answer:
            raise _off_script("compat", answer)
        self._chapter("Nobody says that 2.7 is unreleased. The call takes two minutes.")

    def _partial_release(self) -> None:
        self._chapter("Wednesday. The recorder is out, and the player that 2.7 needs is not.")
        self._tell("  (lockstep_grace is a second in this story; usually it is a day)")
        told = self._run("watch", "--once")
        if "nothing new of Player" not in told:
            raise _off_script("watch", told)

    def _other_bytes(self) -> None:
        self._chapter("Thursday. Somebody swaps the file behind 2.7, and changes nothing else.")
        self._items.pop(0)
        self._put_online("Recorder", "2.7", b"other bytes, ")
        self._tell(f"  (new on {self._url}: recorder-2.7.exe, with other bytes)")
        told = self._run("watch", "--once")
        if "has other bytes than before" not in told:
            raise _off_script("watch", told)
        self._run("sightings", "show", self._sighting("recorder", "2.7"))
        self._chapter("Support advises nobody to install it until somebody has said why.")

    def _chapter(self, text: str) -> None:
        self._tell("")
        self._tell(f"== {text}")

    def _run(self, *words: str, expect: int = 0, inside: bool = True, quiet: bool = False) -> str:
        """Run a forewarn command as a process of its own, show it, and return what it printed."""
        place = ("-C", "support-kb") if inside else ()
        self._tell(f"$ {shlex.join(['forewarn', *place, *words])}")
        done = self._process(sys.executable, "-m", "forewarn", *place, *words)
        printed = done.stdout
        if done.returncode != expect:
            raise _off_script(" ".join(words[:2]), printed)
        for line in [] if quiet else printed.splitlines():
            self._tell(f"  {line}")
        return printed

    def _git(self, *words: str) -> None:
        self._tell(f"$ {shlex.join(['git', '-C', 'support-kb', *words])}")
        done = self._process("git", "-C", "support-kb", *words)
        if done.returncode:
            raise _off_script("git", done.stdout)

    def _process(self, *command: str) -> subprocess.CompletedProcess[str]:
        # The scratch copy has an author of its own, so that the story is told on a machine
        # where Git was never used, too.
        author = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", "Maria Keller"), ("EMAIL", "maria@example.com"))
        }
        return subprocess.run(
            command,
            cwd=self._folder,
            env={**os.environ, **author},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            check=False,
        )

    def _put_online(self, name: str, version: str, more: bytes = b"") -> None:
        file = f"{name.lower()}-{version}.exe"
        data = more + f"{name} {version}, for the story\n".encode() * 1000
        (self._vendor / file).write_bytes(data)
        item = _ITEM.format(
            title=f"{name} {version}",
            url=self._url,
            file=file,
            date=datetime.now(UTC),
            size=len(data),
            sha256=sha256(data).hexdigest(),
        )
        self._items.insert(0, item)
        feed = _FEED.format(url=self._url, items="".join(self._items))
        (self._vendor / "feed.xml").write_text(feed, encoding="utf-8")

    def _write(self, path: str, text: str) -> None:
        self._tell(f"  (in {path}:)")
        for line in text.splitlines():
            self._tell(f"  + {line}")
        with (self.kb / path).open("a", encoding="utf-8") as file:
            file.write(text)

    def _write_into_record(self, text: str) -> None:
        path = "releases/recorder/2.7.md"
        self._tell(f"  (in {path}:)")
        for line in text.splitlines():
            self._tell(f"  + {line}")
        record = self.kb / path
        head, fence, body = record.read_text(encoding="utf-8").rpartition("---\n")
        record.write_text(f"{head}{text}{fence}{body}", encoding="utf-8")

    def _newest_mail(self) -> Iterator[str]:
        messages = sorted(self.mailbox.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        if not messages:
            raise _off_script("watch", f"no alert is in {self.mailbox}")
        message = email.message_from_bytes(messages[-1].read_bytes(), policy=email.policy.default)
        yield f"To: {message['To']}"
        yield f"Subject: {message['Subject']}"
        yield ""
        body = message.get_body(("plain",))
        yield from (body.get_content() if body else "").rstrip().splitlines()

    def _sighting(self, product: str, version: str) -> str:
        """The id of what was seen of a version."""
        listed = ("-C", "support-kb", "sightings", "--format", "json")
        done = self._process(sys.executable, "-m", "forewarn", *listed)
        for row in json.loads(done.stdout):
            if (row["product"], row["version"]) == (product, version):
                return str(row["id"])
        raise _off_script("sightings", done.stdout)

    def _open_sighting(self) -> str:
        done = self._process(
            sys.executable, "-m", "forewarn", "-C", "support-kb", "sightings", "--open"
        )
        found = re.search(r"\b[0-9a-f]{8}\b", done.stdout)
        if not found:
            raise _off_script("sightings --open", done.stdout)
        return found.group()


def _off_script(command: str, printed: str) -> ForewarnError:
    last = printed.strip().splitlines()[-4:]
    return ForewarnError(
        f"the story went wrong at `forewarn {command}`: {' / '.join(last)}",
        help="Run `forewarn doctor`; if the set-up is sound, this is a defect of forewarn.",
    )

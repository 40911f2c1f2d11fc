"""Nothing that is not for customers is in any byte of the public site."""

from __future__ import annotations

import base64
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

from canary_kb import (
    BEFORE,
    HIDDEN,
    LETTERS,
    RECORDS,
    SHARE,
    SHOWN,
    TIME,
    UNTOLD,
    YEAR,
    Canaries,
    plant,
    records,
    telling_fields,
    told,
)
from command_line import Kb as RealKb
from forewarn.errors import DataError
from forewarn.model.article import Article
from forewarn.model.product import Product
from forewarn.model.record import Audience
from forewarn.model.release import Release
from forewarn.store.settings import load_settings
from kb_builder import Kb
from site_builder import build_site, every_byte

# What is in no site at all, because it is in the files for those who edit them.
IN_NO_SITE = (
    *("comment", "mkdocs.yml", "watched", "beside", "mail address", "unused", "channel"),
    *("id of a person", "of a colleague", "of a list", "of a room", "in a subscription"),
    "address of a monitor",
)
# The theme's own files, which hold any digits.
THEMES_OWN = re.compile(r"assets/(javascripts|stylesheets)/|pagefind[^/]*\.(js|css)$|wasm")


@dataclass(frozen=True)
class Planted:
    """Both sites of one knowledge base, and what was planted in it."""

    public: Path
    staff: Path
    canaries: Canaries
    told: list[tuple[object, str, str]]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    folder = tmp_path_factory.mktemp("leaks")
    kb, canaries, seen = plant(folder / "kb")
    everything = records(kb.load(), load_settings(kb.root), seen)
    return Planted(
        public=build_site(kb, folder, Audience.PUBLIC, seen),
        staff=build_site(kb, folder, Audience.STAFF, seen),
        canaries=canaries,
        told=[(record, name, text) for record in everything for name, text in told(record)],
    )


def disguises(word: str) -> list[bytes]:
    """A word as it is, and as programs write it for other programs."""
    raw = word.encode()
    forms = [
        raw,
        raw.hex().encode(),
        word.encode("utf-16-le"),
        "".join(f"\\u{ord(letter):04x}" for letter in word).encode(),
        "".join(f"\\x{ord(letter):02x}" for letter in word).encode(),
        "".join(f"%{ord(letter):02x}" for letter in word).encode(),
        "".join(f"&#{ord(letter)};" for letter in word).encode(),
        "".join(f"&#x{ord(letter):x};" for letter in word).encode(),
    ]
    # Base64 depends on where in a group of three the word begins; its ends on what is beside it.
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw + b"\0\0")
        forms.append(encoded[4 if before else 0 : (before + len(raw)) // 3 * 4])
    return forms


def pattern(words: list[str]) -> re.Pattern[bytes]:
    forms = sorted({form for word in words for form in disguises(word)}, key=len, reverse=True)
    return re.compile(b"|".join(map(re.escape, forms)), re.IGNORECASE)


ANY_HIDDEN = pattern([HIDDEN])
_YEARS = f"(?:{YEAR}|{BEFORE})"
A_HIDDEN_DAY = re.compile(
    rf"\b{_YEARS}-\d\d-\d\d|\b{_YEARS}(?:0\d|1[0-2])[0-3]\d(?!\d)"
    rf"|\b\d\d? [A-Z][a-z]+ {_YEARS}".encode()
)


def found_in(site: Path, wanted: re.Pattern[bytes]) -> list[str]:
    """Where something occurs in a site: in the name or in the content of a file."""
    return [
        f"{name}: {match.group()!r}"
        for name, data in every_byte(site)
        for match in [wanted.search(name.encode()) or wanted.search(data)]
        if match
    ]


def words_in(site: Path, mark: str, letters: int = LETTERS) -> set[str]:
    """The planted words of a kind in a site; words are glued together in a search index."""
    wanted = re.compile(rf"{mark}[a-z]{{{letters}}}".encode())
    return {
        word.decode()
        for name, data in every_byte(site)
        for word in wanted.findall(name.encode() + b"\n" + data.lower())
    }


def test_every_field_of_a_record_has_a_word_planted(planted: Planted) -> None:
    """A new field makes this fail until it is planted in tests/canary_kb.py."""
    wanted = set().union(*(telling_fields(record) for record in RECORDS))
    have = {name for _, name, text in planted.told if _is_planted(planted.canaries, text)}
    assert wanted - have - UNTOLD.keys() == set()


def test_it_is_decided_of_every_field_whether_customers_see_it(planted: Planted) -> None:
    """In what customers see, each text holds a word of one kind or the other."""
    public = [
        (name, text)
        for record, name, text in planted.told
        if (isinstance(record, Product) and record.id == "recorder")
        or (isinstance(record, Release) and record.version == "2.7")
        or (isinstance(record, Article) and SHOWN in record.path)
    ]
    fields = {name for kind in (Product, Release, Article) for name in telling_fields(kind)}
    dates = {name for name, text in public if re.match(r"\d{4}-\d\d-\d\d", text)}
    decided = {name for name, text in public if HIDDEN in text or SHOWN in text}
    # In the staff release these are planted, and customers see them as they are.
    plain = {"Release.version", "Release.product", "Product.id", "Release.track", "Download.size"}
    plain |= {"Download.sha256", "RolloutStep.share", "Member.version"}
    assert fields - dates - decided - plain - UNTOLD.keys() == set()


def test_no_byte_of_the_public_site_tells_what_is_for_staff(planted: Planted) -> None:
    assert found_in(planted.public, ANY_HIDDEN) == []


def test_no_day_number_or_hash_of_what_is_for_staff_is_in_the_public_site(
    planted: Planted,
) -> None:
    other = [w for w in planted.canaries.planted if not w.startswith((HIDDEN, SHOWN))]
    wanted = re.compile(A_HIDDEN_DAY.pattern + b"|" + pattern([*other, SHARE, TIME]).pattern)
    found = found_in(planted.public, wanted)
    assert [where for where in found if not THEMES_OWN.search(where)] == []
    assert found_in(planted.staff, A_HIDDEN_DAY)
    assert found_in(planted.staff, pattern(other[:1]))


def test_customers_find_what_is_for_them(planted: Planted) -> None:
    words = {w: where for w, where in planted.canaries.planted.items() if w.startswith(SHOWN)}
    expected = {word for word, where in words.items() if "unused" not in where}
    assert {words[word] for word in expected - words_in(planted.public, SHOWN)} == set()
    release = (planted.public / "products/recorder/2.7/index.html").read_text()
    assert "or ask." in release
    (article,) = planted.public.glob("kb/silent-*/index.html")
    html = article.read_text()
    assert "not closed &lt;!-- code keeps what looks like a comment --&gt;" in html
    assert "behind code" not in html
    assert "more." in html
    assert (planted.public / "kb/shots/public.png").read_bytes() == b"shown"


def test_the_staff_site_holds_what_was_hidden(planted: Planted) -> None:
    """Else the tests above would look for words that are in no site anyway."""
    words = {w: where for w, where in planted.canaries.planted.items() if w.startswith(HIDDEN)}
    expected = {w for w, where in words.items() if not any(n in where for n in IN_NO_SITE)}
    assert {words[word] for word in expected - words_in(planted.staff, HIDDEN)} == set()


def test_a_word_is_found_however_it_is_written(tmp_path: Path) -> None:
    """What the tests above rest on: each disguise, in whatever it is packed."""
    import gzip
    import io
    import zipfile
    import zlib

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", "x" * 100 + HIDDEN)
    text = zlib.compress(b"x" * 100 + HIDDEN.encode())
    chunk = b"zTXt" + b"Comment\0\0" + text
    png = b"\x89PNG\r\n\x1a\n" + (len(chunk) - 4).to_bytes(4) + chunk + b"crc."
    samples = [gzip.compress(b"x" * 100 + HIDDEN.encode()), text, packed.getvalue(), png]
    samples += [base64.b64encode(f"{before}{HIDDEN}zzz".encode()) for before in ("", "a", "bc")]
    samples += [b"-" + form + b"-" for form in disguises(HIDDEN)]
    for number, sample in enumerate(samples):
        (tmp_path / f"{number}.bin").write_bytes(sample)
    (tmp_path / f"{HIDDEN}.txt").write_bytes(b"")
    assert len(found_in(tmp_path, ANY_HIDDEN)) == len(samples) + 1


def test_what_is_narrowed_or_removed_is_gone_at_the_next_publish(kb: RealKb) -> None:
    """Pages, search index, feeds, API, lookup, calendar: by the real command, in both sites."""
    kept = f"{SHOWN}kept"
    changed = {
        "releases/kept/product.yml": f"name: {kept}\nscheme: loose\n",
        "releases/kept/1.0.md": f"---\nstatus: shipped\nreleased_at: 2026-05-01\n---\n{kept}\n",
        f"releases/kept/1.1.{HIDDEN}a.md": "---\nstatus: shipped\nreleased_at: 2026-05-02\n---\nx\n",
        f"releases/{HIDDEN}b/product.yml": f"name: {HIDDEN}c\nscheme: loose\n",
        f"releases/{HIDDEN}b/1.0.md": "---\nstatus: shipped\nreleased_at: 2026-05-02\n---\n",
        "releases/kept/1.2.md": textwrap.dedent(f"""\
            ---
            status: shipped
            released_at: 2026-05-03
            downloads: [{{platform: any, url: "https://x.example.com/{HIDDEN}d.zip"}}]
            compatibility:
              - {{with: {HIDDEN}b, versions: "*", verdict: breaks, remedy: Use {HIDDEN}e.}}
            support: {{active_until: 2077-01-01}}
            ---
            """),
        f"kb/{HIDDEN}f.md": f"---\ntitle: {HIDDEN}g\nkind: how-to\naudience: public\n---\n{HIDDEN}h\n",
        f"kb/{HIDDEN}i.md": textwrap.dedent(f"""\
            ---
            title: {HIDDEN}j
            kind: known-issue
            audience: public
            applies: {{kept: "*"}}
            remediation: workaround
            ---
            ![{HIDDEN}k]({HIDDEN}l.png)
            """),
        f"kb/{HIDDEN}l.png": "a picture",
    }
    for path, text in changed.items():
        kb.write(path, text)
    kb.commit("All of it for customers")
    kb.run("publish", "--no-deliver")
    public = kb.root / "site/public"
    assert words_in(public, HIDDEN, 1) == {f"{HIDDEN}{letter}" for letter in "abcdefghijkl"}

    for path in (f"releases/kept/1.1.{HIDDEN}a.md", f"releases/{HIDDEN}b/product.yml"):
        kb.write(path, changed[path].replace("---\nstatus", "---\naudience: staff\nstatus"))
    kb.write(
        f"releases/{HIDDEN}b/product.yml",
        changed[f"releases/{HIDDEN}b/product.yml"] + "audience: staff\n",
    )
    kb.write(
        "releases/kept/1.2.md",
        "---\nstatus: shipped\nreleased_at: 2026-05-03\n---\nThe file was taken back.\n",
    )
    kb.write(
        f"kb/{HIDDEN}f.md",
        changed[f"kb/{HIDDEN}f.md"].replace("audience: public", "audience: staff"),
    )
    (kb.root / f"kb/{HIDDEN}i.md").unlink()
    kb.commit("Some of it is for staff, some is gone")
    kb.run("publish", "--no-deliver", "--accept-vanished")
    assert found_in(public, ANY_HIDDEN) == []
    assert kept in words_in(public, SHOWN, len("kept"))
    gone = {f"{HIDDEN}{letter}" for letter in "deijkl"}
    assert words_in(kb.root / "site/staff", HIDDEN, 1) & gone == set()


def test_a_mkdocs_yml_that_cannot_be_read_names_its_line(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb")
    kb.write("mkdocs.yml", textwrap.dedent("site_name: x\ntheme: [\n"))
    with pytest.raises(DataError) as caught:
        build_site(kb, tmp_path, Audience.PUBLIC)
    assert caught.value.where == "mkdocs.yml:3"


def _is_planted(canaries: Canaries, text: str) -> bool:
    return (
        HIDDEN in text
        or SHOWN in text
        or str(YEAR) in text
        or text in canaries.planted
        or text == SHARE
    )

"""Pictures show what they show: they tell nothing beside it, run nothing and call nobody."""

from __future__ import annotations

import io
import os
import struct
from base64 import b64encode
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from command_line import Kb
from forewarn.errors import DataError
from forewarn.model.record import Audience
from forewarn.site.attachments import in_folder
from forewarn.site.pictures import UnfitPicture, without_notes
from forewarn.site.svg import ActivePicture, clean

SECRET = b"Maria Keller took this at home"
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def photograph(kind: str, turned: int = 6, **more: object) -> bytes:
    """A small photograph with its place, its owner and the way it is turned."""
    picture = Image.new("RGB", (40, 30), "red")
    picture.paste("blue", (0, 0, 20, 30))
    notes = Image.Exif()
    notes[0x0112] = turned
    notes[0x013B] = SECRET.decode()
    notes.get_ifd(0x8825)[2] = (47.0, 22.0, 1.0)
    out = io.BytesIO()
    values: dict[str, object] = {"exif": notes, "xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", SECRET.decode())
        text.add_itxt("Comment", SECRET.decode(), zip=True)
        values = {"exif": notes, "pnginfo": text}
    elif kind == "GIF":
        values = {"comment": SECRET}
    elif kind == "JPEG":
        values["comment"] = SECRET
    picture.save(out, kind, **values, **more)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("JPEG", {"icc_profile": b"colours of this screen"}),
        ("PNG", {}),
        ("GIF", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
    ],
)
def test_a_photograph_loses_its_notes_and_nothing_that_is_seen(
    kind: str, more: dict[str, object]
) -> None:
    data = photograph(kind, **more)
    assert SECRET in data or kind == "PNG"
    made = without_notes(data)
    assert SECRET not in made
    before, after = (Image.open(io.BytesIO(each)) for each in (data, made))
    assert before.convert("RGB").tobytes() == after.convert("RGB").tobytes()
    assert before.info.get("icc_profile") == after.info.get("icc_profile")
    assert not after.getexif().get_ifd(0x8825)
    assert after.getexif().keys() <= {0x0112}
    assert without_notes(made) == made


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_photograph_stays_turned_as_it_was(turned: int) -> None:
    after = Image.open(io.BytesIO(without_notes(photograph("JPEG", turned))))
    assert after.getexif().get(0x0112, 1) == turned


def test_an_animation_stays_one() -> None:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "green", "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        out = io.BytesIO()
        shown = {"save_all": True, "append_images": frames[1:], "duration": 80, "loop": 0}
        frames[0].save(out, kind, **shown)
        assert Image.open(io.BytesIO(without_notes(out.getvalue()))).n_frames == 3


def test_what_stands_behind_the_picture_is_left_out() -> None:
    for kind in ("JPEG", "PNG", "GIF", "WEBP"):
        made = without_notes(photograph(kind) + b"ftypmp42 a film of " + SECRET)
        assert SECRET not in made


def test_what_a_picture_is_called_does_not_count() -> None:
    assert SECRET not in without_notes(photograph("JPEG"))
    for kind in ("TIFF", "AVIF"):
        with pytest.raises(UnfitPicture, match="notes such as the place"):
            without_notes(photograph(kind))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_picture_cut_off_anywhere_is_refused_or_made_without_notes(kind: str) -> None:
    data = photograph(kind)
    for size in range(len(data)):
        try:
            assert SECRET not in without_notes(data[:size])
        except UnfitPicture:
            continue


def test_customers_get_it_without_notes_and_staff_as_it_is(kb: Kb) -> None:
    data = photograph("JPEG")
    (kb.root / "kb/shots").mkdir(parents=True)
    (kb.root / "kb/shots/menu.jpg").write_bytes(data)
    body = "---\ntitle: Menu\nkind: how-to\naudience: public\n---\n![The menu](shots/menu.jpg)\n"
    kb.write("kb/menu.md", body)
    kb.commit()
    kb.run("publish")
    assert (kb.root / "site/staff/kb/shots/menu.jpg").read_bytes() == data
    assert SECRET not in (kb.root / "site/public/kb/shots/menu.jpg").read_bytes()


def test_pictures_are_those_of_the_commit(kb: Kb) -> None:
    page = "---\ntitle: Menu\nkind: how-to\naudience: public\n---\n![a](a.txt) ![b](b.txt)\n"
    kb.write("kb/menu.md", page)
    kb.write("kb/a.txt", "committed")
    kb.commit()
    kb.write("kb/a.txt", "changed since")
    kb.write("kb/b.txt", "not committed")
    ran = kb.run("publish")
    assert (kb.root / "site/public/kb/a.txt").read_text() == "committed"
    assert not (kb.root / "site/public/kb/b.txt").exists()
    assert "not committed" in ran.out + ran.err


@pytest.mark.parametrize(
    "inner",
    [
        "<script>x()</script>",
        "<s:script xmlns:s='http://www.w3.org/2000/svg'>x()</s:script>",
        "<h:iframe xmlns:h='http://www.w3.org/1999/xhtml' src='https://evil.example'/>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
        "<rect onclick='x()'/>",
        "<rect OnLoad='x()'/>",
        "<a href='javascript:x()'><text>go</text></a>",
        "<a xlink:href='https://evil.example'><text>go</text></a>",
        "<use href='https://evil.example/x.svg#a'/>",
        "<use xlink:href='data:image/svg+xml;base64,AAAA'/>",
        "<image href='https://evil.example/p.png'/>",
        "<image href='data:image/svg+xml;base64,AAAA'/>",
        "<feImage href='https://evil.example/p.png'/>",
        "<animate attributeName='href' to='javascript:x()'/>",
        "<set attributeName='onclick' to='x()'/>",
        "<style>@import 'https://evil.example/x.css';</style>",
        "<style>@\\69mport 'https://evil.example/x.css';</style>",
        "<style>@im/**/port 'x';</style>",
        "<style>@font-face { src: url(https://evil.example/f) }</style>",
        "<style>rect { fill: URL( https://evil.example/x ) }</style>",
        "<style>rect { fill: u\\72l(https://evil.example/x) }</style>",
        "<style>rect { background: cross-fade('https://evil.example/x', red) }</style>",
        "<style>rect { background: image-set('https://evil.example/x' 1x) }</style>",
        "<rect style='fill:url(//evil.example/x)'/>",
        "<rect fill='url(https://evil.example/x#a)'/>",
        "<rect filter='url( &quot;https://evil.example/x#a&quot; )'/>",
        "<rect cursor='url(https://evil.example/x), auto'/>",
        "<text>&#x3C;</text><handler>x()</handler>",
        "<mpath href='https://evil.example'/>",
        "<audio src='https://evil.example'/>",
    ],
)
def test_a_picture_that_could_run_or_call_out_is_refused(inner: str) -> None:
    for encoding in ("utf-8", "utf-16", "iso-8859-1"):
        text = f'<?xml version="1.0" encoding="{encoding}"?>{HEAD}>{inner}</svg>'
        with pytest.raises(ActivePicture):
            clean(text.encode(encoding))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<svg/>",
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>',
        b'<?xml version="1.0" encoding="utf-7"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 5_000 + b"</g>" * 5_000 + b"</svg>",
        b"\xff\xfe<",
    ],
)
def test_what_is_no_svg_is_refused(data: bytes) -> None:
    with pytest.raises(ActivePicture):
        clean(data)


def test_a_drawing_keeps_what_is_seen_and_loses_what_a_program_noted() -> None:
    pixel = b64encode(without_notes(photograph("PNG")))
    made = clean(
        b'<?xml version="1.0"?><?xml-stylesheet href="https://evil.example/x.css"?>'
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "https://www.w3.org/svg11.dtd">'
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:ink="https://ink.example" ink:version="1" '
        b'viewBox="0 0 9 9" data-user="maria"><!-- by Maria --><metadata>Maria</metadata>'
        b'<ink:view who="maria"><script>x()</script></ink:view><defs><linearGradient id="a"/></defs>'
        b'<style>.b { fill: url(#a); stroke: #333 }</style><rect class="b" width="9" height="9"/>'
        b'<image href="data:image/png;base64,PIXEL" width="1" height="1"/><use href="#a"/>'
        b'<text x="1">2.7 &lt; 2.8</text></svg>'.replace(b"PIXEL", pixel)
    ).decode()
    assert made == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
        '<defs><linearGradient id="a" /></defs>'
        '<style>.b { fill: url(#a); stroke: #333 }</style><rect class="b" width="9" height="9" />'
        f'<image href="data:image/png;base64,{pixel.decode()}" width="1" height="1" />'
        '<use href="#a" />'
        '<text x="1">2.7 &lt; 2.8</text></svg>'
    )
    assert clean(made.encode()).decode() == made


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_picture_in_a_drawing_loses_its_notes_too(kind: str) -> None:
    def drawing(picture: bytes) -> str:
        data = b64encode(picture).decode()
        return f'{HEAD.split(" xmlns:")[0]}><image href="data:image/{kind.lower()};base64,{data}" /></svg>'

    data = photograph(kind)
    assert clean(drawing(data).encode()).decode() == drawing(without_notes(data))
    with pytest.raises(ActivePicture, match="cannot be read"):
        clean(drawing(data[:28]).encode())


def test_no_part_of_a_picture_carries_more_than_what_is_shown() -> None:
    note = bytes([len(SECRET)]) + SECRET
    gif = without_notes(photograph("GIF"))
    start = 13 + (3 << ((gif[10] & 7) + 1) if gif[10] & 0x80 else 0)
    jpeg = without_notes(photograph("JPEG"))
    png = without_notes(photograph("PNG"))
    small = b"JFIF\0\1\1\0\0\1\0\1\x20\x20" + SECRET
    adobe = b"Adobe\0d\0\0\0\0\0" + SECRET
    samples = [
        gif[:start] + b"!\xff\x0bNETSCAPE2.0\3\1\0\0" + note + b"\0" + gif[start:],
        gif[:start] + b"!\xff\x0bNETSCAPE2.0" + note + b"\0" + gif[start:],
        gif[:start] + b"!\xf9\4\0\0\0\0" + note + b"\0" + gif[start:],
        jpeg[:2] + b"\xff\xe0" + struct.pack(">H", len(small) + 2) + small + jpeg[2:],
        jpeg[:2] + b"\xff\xee" + struct.pack(">H", len(adobe) + 2) + adobe + jpeg[2:],
        png[:-12] + struct.pack(">I", len(SECRET)) + b"IEND" + SECRET + b"crc.",
        _animation_with_a_note(),
    ]
    for data in samples:
        made = without_notes(data)
        assert SECRET in data
        assert SECRET not in made
        assert Image.open(io.BytesIO(made)).convert("RGB").tobytes()


def _animation_with_a_note() -> bytes:
    """A WebP whose first frame has a chunk of its own behind what is shown."""
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "green")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    data = bytearray(out.getvalue())
    at = data.index(b"ANMF")
    (size,) = struct.unpack_from("<I", data, at + 4)
    note = b"EXIF" + struct.pack("<I", len(SECRET)) + SECRET
    data[at + 8 + size : at + 8 + size] = note
    struct.pack_into("<I", data, at + 4, size + len(note))
    struct.pack_into("<I", data, 4, len(data) - 8)
    return bytes(data)


def test_a_pipe_that_is_called_a_picture_is_none(tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    os.mkfifo(tmp_path / "kb/pipe.png")
    os.mkfifo(tmp_path / "kb/pipe.svg")
    (tmp_path / "kb/a.txt").write_text("a")
    found = in_folder(tmp_path)
    assert (found.paths, [*found.unfit()]) == ({"kb/a.txt"}, [])


def test_a_style_sheet_is_looked_at_as_it_is_published() -> None:
    """What an editor keeps for itself goes; what stood around it must not become an address."""
    for split in (
        "ur<i:x xmlns:i='https://ink.example'>zz</i:x>l(//x)",
        "ur<metadata>z</metadata>l(//x)",
    ):
        with pytest.raises(ActivePicture, match="outside itself"):
            clean(f"{HEAD}><style>a {{ fill: {split} }}</style></svg>".encode())


def test_a_refused_picture_is_a_finding_and_in_no_site(kb: Kb) -> None:
    kb.write("kb/flow.svg", f"{HEAD}><script>x()</script></svg>")
    kb.write(
        "kb/flow.md", "---\ntitle: Flow\nkind: how-to\naudience: public\n---\n![f](flow.svg)\n"
    )
    [found] = kb.run("check", "--format", "json", code=1).json["findings"]
    assert (found["rule"], found["file"]) == ("unfit-picture", "kb/flow.svg")
    kb.commit()
    kb.run("publish")
    assert not list((kb.root / "site").rglob("flow.svg"))


def test_a_file_of_many_gigabytes_is_no_attachment(tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    with (tmp_path / "kb/disk.zip").open("wb") as file:
        file.truncate(3_000_000_000_000)
    with pytest.raises(DataError, match="3000000000000 bytes"):
        in_folder(tmp_path).read("kb/disk.zip", Audience.STAFF)


def test_a_note_about_turning_that_is_damaged_changes_nothing() -> None:
    plain = without_notes(photograph("JPEG", 1))
    for note in (
        b"",
        b"II",
        b"XX*\0\x08\0\0\0",
        b"MM\0*\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff",
    ):
        segment = b"\xff\xe1" + struct.pack(">H", 8 + len(note)) + b"Exif\0\0" + note
        assert without_notes(plain[:2] + segment + plain[2:]) == plain


@pytest.mark.parametrize("name", ["shot.png", "drawing.svg", "manual.pdf"])
def test_what_lfs_puts_in_the_place_of_a_file_is_not_published_as_it(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "kb").mkdir()
    text = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12345\n"
    (tmp_path / "kb" / name).write_bytes(text % (b"a" * 64))
    files = in_folder(tmp_path)
    for audience in Audience:
        with pytest.raises(DataError, match="Git LFS has put a pointer in its place"):
            files.read(f"kb/{name}", audience)
    if name != "manual.pdf":
        ((path, why),) = files.unfit()
        assert path == f"kb/{name}" and "Git does not have the file itself" in why

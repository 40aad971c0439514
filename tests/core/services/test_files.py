"""What people send is looked into, made harmless, kept outside the web root; names lead nowhere."""

import io
import os
import struct
import zipfile
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import update
from town import Town

from duijie.domain.errors import NotFound
from duijie.domain.roles import SYSTEM
from duijie.services import files, uploads
from duijie.services.work import Office
from duijie.storage.models import Attachment

LIMIT = 10 * 1024 * 1024


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#1d5fa8").save(out, kind, **more)
    return out.getvalue()


def photo_with_place() -> bytes:
    exif = Image.Exif()
    exif[0x0110] = "Phone of Mr Wang"
    exif[0x0112] = 6  # lying on its side
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif, comment=b"<script>alert(1)</script>")


def huge_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def archive(*names: str, size: int = 10) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, b"\0" * size)
    return out.getvalue()


def test_a_photograph_loses_its_place_and_what_hides_in_it() -> None:
    sent = photo_with_place()
    assert b"Phone of Mr Wang" in sent
    kept = files.clean("现场.JPG", sent, LIMIT)
    assert (kept.media_type, kept.name) == ("image/jpeg", "现场.JPG")
    assert b"Phone of Mr Wang" not in kept.content
    assert b"<script>" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as drawn:
        assert drawn.size == (30, 40)  # upright now
        assert not drawn.getexif()


def test_large_photographs_become_legible_ones() -> None:
    kept = files.clean("a.jpg", picture(size=(6000, 3000)), LIMIT)
    with Image.open(io.BytesIO(kept.content)) as drawn:
        assert drawn.size == (2560, 1280)


@pytest.mark.parametrize(
    ("name", "content", "media_type", "shown"),
    [
        ("a.png", picture("PNG"), "image/png", "a.png"),
        ("a.webp", picture("WEBP"), "image/webp", "a.webp"),
        ("a.gif", picture("GIF"), "image/png", "a.png"),
        ("扫描件.bin", b"%PDF-1.7\n...", "application/pdf", "扫描件.pdf"),
        (
            "b.docx",
            archive("[Content_Types].xml", "word/document.xml"),
            files._OPEN_XML["word/"][0],
            "b.docx",
        ),
        ("b.zip", archive("[Content_Types].xml", "xl/workbook.xml"), files._OPEN_XML["xl/"][0], "b.xlsx"),
        ("c.wps", files._OLD_OFFICE_MAGIC + b"\0" * 600, "application/vnd.ms-works", "c.wps"),
        ("d.txt", "情况说明".encode("gb18030"), "text/plain", "d.txt"),
    ],
)
def test_what_is_taken(name: str, content: bytes, media_type: str, shown: str) -> None:
    kept = files.clean(name, content, LIMIT)
    assert (kept.media_type, kept.name) == (media_type, shown)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", files.NOT_TAKEN),
        ("a.html", b"<!doctype html><script>1</script>", files.NOT_TAKEN),
        ("a.txt", b"  <html><script>1</script>", files.NOT_TAKEN),
        ("a.gif", b"GIF89a<html><script>alert(1)</script></html>", files.DAMAGED),
        ("a.png", b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>", files.DAMAGED),
        ("a.jpg", b"\xff\xd8\xff\xe0<svg onload=alert(1)>", files.DAMAGED),
        ("a.jpg", b"MZ\x90\x00" + b"\0" * 100, files.NOT_TAKEN),
        ("a.doc", b"plain words", files.NOT_TAKEN),
        ("a.exe", files._OLD_OFFICE_MAGIC + b"\0" * 600, files.NOT_TAKEN),
        ("a.docx", archive("index.html"), files.NOT_TAKEN),
        ("a.docx", archive("[Content_Types].xml", "word/vbaProject.bin"), files.MACROS),
        ("a.docx", b"PK\x03\x04 and then nothing", files.DAMAGED),
        (
            "a.xlsx",
            archive("[Content_Types].xml", "xl/sheet.xml", size=files.MOST_UNPACKED // 2 + 1),
            files.DAMAGED,
        ),
        ("a.png", huge_png(50_000, 50_000), files.TOO_MANY_PIXELS),
        ("a.png", huge_png(6_000, 6_000), files.TOO_MANY_PIXELS),
        ("a.jpg", b"", files.EMPTY),
    ],
)
def test_what_is_refused(name: str, content: bytes, why: object) -> None:
    with pytest.raises(files.Unfit) as refused:
        files.clean(name, content, LIMIT)
    assert refused.value.message == why.fill(name=name)  # type: ignore[attr-defined]


def test_too_large_says_how_much_is_allowed() -> None:
    with pytest.raises(files.Unfit) as refused:
        files.clean("a.pdf", b"%PDF-" + b"0" * LIMIT, LIMIT)
    assert refused.value.message.zh == "“a.pdf”超过 10 MB，请压缩后再上传。"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\x00.jpg", "a.jpg"),
        ("..", "file"),
        ("", "file"),
        ("CON.jpg", "file_CON.jpg"),
        (".htaccess", "htaccess"),
        ("\u202egpj.exe", "gpj.exe"),
        ("a/b/合同 第1版.pdf", "合同 第1版.pdf"),
        ('x"><img src=x>.png', "x___img src=x_.png"),
        ("名" * 300 + ".pdf", "名" * 100 + ".pdf"),
    ],
)
def test_names_lead_nowhere(name: str, safe: str) -> None:
    assert files.safe_name(name) == safe


def test_the_same_content_is_kept_once_under_its_digest(tmp_path: Path) -> None:
    kept = files.Clean(b"content", "text/plain", "a.txt")
    digest = files.store(tmp_path, kept)
    assert files.store(tmp_path, kept) == digest
    assert [p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()] == [b"content"]
    assert files.path_of(tmp_path, digest).is_relative_to(tmp_path)
    with pytest.raises(ValueError, match="digest"):
        files.path_of(tmp_path, "../../etc/passwd")


def test_a_draft_belongs_to_its_form(lite: Office) -> None:
    with lite.write(SYSTEM) as work:
        mine = uploads.keep_draft(work, "one", "a.png", picture("PNG"))
        assert [a.token for a in uploads.of_draft(work, "one")] == [mine.token]
        assert uploads.of_draft(work, "two", [mine.token]) == []
        assert uploads.of_draft(work, "", [mine.token]) == []
        with pytest.raises(NotFound):
            uploads.open_to_staff(work, mine.token)
        uploads.drop(work, "one", [])
        assert uploads.of_draft(work, "one") == []


def test_no_more_files_than_allowed(lite: Office) -> None:
    with lite.write(SYSTEM) as work:
        for n in range(9):
            uploads.keep_draft(work, "one", f"{n}.png", picture("PNG", (10, 10 + n)))
        with pytest.raises(files.Unfit, match="最多上传 9 个文件"):
            uploads.keep_draft(work, "one", "10.png", picture("PNG"))


def test_old_drafts_are_forgotten_with_their_content(town: Town) -> None:
    office = town.office
    with office.write(SYSTEM) as work:
        old = uploads.keep_draft(work, "old", "a.png", picture("PNG"))
        shared = uploads.keep_draft(work, "old", "b.png", picture("PNG", (9, 9)))
        uploads.keep_draft(work, "new", "b.png", picture("PNG", (9, 9)))
        days = work.now - timedelta(days=2)
        work.session.execute(update(Attachment).where(Attachment.draft == "old").values(created_at=days))
        paths = [uploads.path_of(work, a) for a in (old, shared)]
    for path in paths:
        os.utime(path, (days.timestamp(), days.timestamp()))
    with office.write(SYSTEM) as work:
        assert uploads.forget_old_drafts(work) == 2
        assert uploads.forget_old_drafts(work) == 0
        assert len(uploads.of_draft(work, "new")) == 1
    assert [path.exists() for path in paths] == [False, True]

"""Files that people send: what they really are, made harmless, kept outside the web root under a digest."""

import hashlib
import io
import os
import re
import secrets
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import filetype  # type: ignore[import-untyped]
from PIL import Image, ImageOps

from duijie.domain.encodings import decoded
from duijie.domain.text import T

LONGEST_EDGE: Final = 2560     # pixels; a photograph of a meter or a contract stays legible
MOST_PIXELS: Final = 25_000_000       # of a picture that must be unpacked whole
MOST_JPEG_PIXELS: Final = 120_000_000  # a JPEG is unpacked at a reduced size
MOST_ENTRIES: Final = 3_000
MOST_UNPACKED: Final = 200 * 1024 * 1024
LONGEST_NAME: Final = 100

Image.MAX_IMAGE_PIXELS = MOST_JPEG_PIXELS  # Pillow warns beyond it and refuses beyond twice of it

_PICTURES: Final = {
    "JPEG": ("image/jpeg", "jpg", "JPEG"),
    "PNG": ("image/png", "png", "PNG"),
    "WEBP": ("image/webp", "webp", "WEBP"),
    "GIF": ("image/png", "png", "PNG"),  # its first picture
}
_HEIC: Final = ("image/heic", "heic")
_OPEN_XML: Final = {
    "word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "ppt/": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
}
_OLD_OFFICE: Final = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "wps": "application/vnd.ms-works",
    "et": "application/vnd.ms-excel",
    "dps": "application/vnd.ms-powerpoint",
}
_OLD_OFFICE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PLAIN: Final = ("txt", "csv")
_MARKUP: Final = re.compile(
    rb"<\s*(?:!doctype|\?xml|html|svg|script|head|body|iframe|object|embed)", re.IGNORECASE
)
_UNSAFE: Final = re.compile(r'[<>:"/\\|?*%;&#\'`$]')
_DEVICES: Final = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)

NOT_TAKEN: Final = T(
    "“{name}”的类型不能上传。请上传照片（JPG、PNG）、PDF 或 Word、Excel、PPT 文件。",
    en="“{name}” cannot be taken. Please send photographs (JPG, PNG), PDF, Word, Excel or PowerPoint files.",
)
TOO_LARGE: Final = T("“{name}”超过 {limit} MB，请压缩后再上传。",
                     en="“{name}” is larger than {limit} MB. Please make it smaller and send it again.")
EMPTY: Final = T("“{name}”是空文件，请重新选择。", en="“{name}” is empty. Please choose it again.")
TOO_MANY_PIXELS: Final = T("“{name}”的尺寸太大，请缩小后再上传。",
                           en="“{name}” has too many pixels. Make the picture smaller and send it again.")
DAMAGED: Final = T("“{name}”无法打开，可能已损坏或扩展名不符，请重新保存后上传。",
                   en="“{name}” cannot be opened: it may be damaged or not be what its name says. "
                  "Save it again and retry.")
MACROS: Final = T("“{name}”含有宏，请另存为不含宏的文件后再上传。",
                  en="“{name}” contains macros. Please save it without macros and send it again.")


class Unfit(Exception):  # says what the file is
    """A file that is not taken; ``message`` says why and what to do."""

    def __init__(self, message: T) -> None:
        super().__init__(message.zh)
        self.message = message


@dataclass(frozen=True, slots=True)
class Clean:
    """A file fit to be kept: its harmless content, what it really is, and the name it is shown under."""

    content: bytes
    media_type: str
    name: str

    @property
    def sha256(self) -> str:
        """The digest that the content is kept under."""
        return hashlib.sha256(self.content).hexdigest()


def clean(name: str, content: bytes, limit: int) -> Clean:
    """Look into ``content`` and make it harmless. ``limit`` in bytes. Raises Unfit.

    Pictures are drawn anew without what a camera adds (place, device); anything whose content is not one of
    the known kinds is refused, whatever its name says.
    """
    shown = safe_name(name)
    if not content:
        raise Unfit(EMPTY.fill(name=shown))
    if len(content) > limit:
        raise Unfit(TOO_LARGE.fill(name=shown, limit=limit // (1024 * 1024)))
    guessed = filetype.guess_mime(content) or ""
    if guessed in ("image/jpeg", "image/png", "image/webp", "image/gif"):
        return _picture(shown, content)
    if guessed in ("image/heic", "image/heif"):
        return Clean(content, _HEIC[0], _with_extension(shown, _HEIC[1]))
    if content.startswith(b"%PDF-"):
        return Clean(content, "application/pdf", _with_extension(shown, "pdf"))
    if content.startswith(b"PK\x03\x04"):
        return _open_xml(shown, content)
    return _by_name(shown, content)


def safe_name(name: str) -> str:
    """``name`` without folders, control or direction characters and what shells and systems stumble over."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    printable = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    kept = _UNSAFE.sub("_", printable).strip(" .")
    stem, dot, extension = kept.rpartition(".")
    if not dot:
        stem, extension = kept, ""
    if not stem or _DEVICES.match(stem.split(".")[0]):
        stem = f"file_{stem}".rstrip("_")
    return f"{stem[:LONGEST_NAME]}{'.' if extension else ''}{extension[:10]}"


def store(folder: Path, file: Clean) -> str:
    """Keep the content under its digest, durably; answers the digest. The same content is kept once."""
    path = path_of(folder, file.sha256)
    if path.exists():
        os.utime(path)  # it is wanted again: see `remove`
        return file.sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with draft.open("wb") as out:
        out.write(file.content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
    return file.sha256


def path_of(folder: Path, sha256: str) -> Path:
    """Where the content with this digest stands. Raises ValueError when it is no digest."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("not a SHA-256 digest")
    return folder / sha256[:2] / sha256[2:]


def remove(folder: Path, sha256: str, older_than: float) -> bool:
    """Delete a content that nothing refers to, unless it was sent again after ``older_than`` (epoch s)."""
    path = path_of(folder, sha256)
    if not path.exists() or path.stat().st_mtime > older_than:
        return False
    path.unlink()
    return True


def _picture(name: str, content: bytes) -> Clean:
    try:
        with Image.open(io.BytesIO(content), formats=tuple(_PICTURES)) as picture:
            return _redrawn(name, picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unfit(TOO_MANY_PIXELS.fill(name=name)) from None
    except Unfit:
        raise
    except Exception as error:  # a decoder that meets a damaged file may fail in any way
        raise Unfit(DAMAGED.fill(name=name)) from error


def _redrawn(name: str, picture: Image.Image) -> Clean:
    media_type, extension, kind = _PICTURES[str(picture.format)]
    most = MOST_JPEG_PIXELS if kind == "JPEG" else MOST_PIXELS
    if picture.width * picture.height > most:
        raise Unfit(TOO_MANY_PIXELS.fill(name=name))
    picture.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
    upright = ImageOps.exif_transpose(picture)
    wanted = "RGB" if kind == "JPEG" or upright.mode not in ("P", "LA", "PA", "RGBA") else "RGBA"
    drawn = upright.convert(wanted)
    drawn.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    bare = Image.new(drawn.mode, drawn.size)  # nothing but the pixels comes along
    bare.paste(drawn)
    out = io.BytesIO()
    bare.save(out, kind, **({} if kind == "PNG" else {"quality": 85}))
    return Clean(out.getvalue(), media_type, _with_extension(name, extension))


def _open_xml(name: str, content: bytes) -> Clean:
    """Word, Excel and PowerPoint by what is in the archive; only its list is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Unfit(DAMAGED.fill(name=name)) from None
    names = {entry.filename for entry in entries}
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Unfit(DAMAGED.fill(name=name))
    if any(entry.lower().endswith("vbaproject.bin") for entry in names):
        raise Unfit(MACROS.fill(name=name))
    kind = next((k for start, k in _OPEN_XML.items() if any(n.startswith(start) for n in names)), None)
    if kind is None or "[Content_Types].xml" not in names:
        raise Unfit(NOT_TAKEN.fill(name=name))
    return Clean(content, kind[0], _with_extension(name, kind[1]))


def _by_name(name: str, content: bytes) -> Clean:
    """Kinds that several programs share one signature for, or none: the name decides among them."""
    extension = name.rpartition(".")[2].lower()
    if content.startswith(_OLD_OFFICE_MAGIC) and extension in _OLD_OFFICE:
        return Clean(content, _OLD_OFFICE[extension], name)
    if extension in _PLAIN and _is_plain(content):
        return Clean(content, "text/plain", name)
    raise Unfit(NOT_TAKEN.fill(name=name))


def _is_plain(content: bytes) -> bool:
    return b"\x00" not in content and not _MARKUP.search(content) and decoded(content) is not None


def _with_extension(name: str, extension: str) -> str:
    stem, dot, own = name.rpartition(".")
    if dot and own.lower() in (extension, "jpeg" if extension == "jpg" else extension):
        return name
    return f"{stem if dot and len(own) <= 5 else name}.{extension}"

"""What a file holds, judged by its content and never by its name alone."""

import lzma
import re
import zipfile
import zlib
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from config.shared.text import fold

_SIGNATURES = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
# What a RIFF file is for stands behind its length, what an ISO one is for in its first box.
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_ISO = (
    (b"heic", "image/heic"),
    (b"heix", "image/heic"),
    (b"mif1", "image/heic"),
    (b"M4A", "audio/mp4"),
    (b"3gp", "video/3gpp"),
    (b"", "video/mp4"),
)
_OFFICE_PARTS = {
    "word/document.xml": "vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# An archive names its own type; of what it may say only this is an archive.
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."


def content_type_of(upload: "UploadedFile[Any]") -> str:
    """What the file holds, by its first bytes; "" when it is nothing we know."""
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    for offset, signature, name in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return _webm_type(upload) if name == "video/webm" else name
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "")
    # The first box is short: text in the place of its length is a page in disguise.
    if head.startswith(b"\0\0") and head[4:8] == b"ftyp":
        return next(name for brand, name in _ISO if head[8:].startswith(brand))
    if head.startswith(b"PK\x03\x04"):
        return _office_type(upload)
    return _text_type(upload)


TRACKS_WITHIN = 64 * 1024  # bytes from the start in which WebM names what it holds


def _webm_type(upload: "UploadedFile[Any]") -> str:
    """WebM holds sound or film: its tracks name their codecs, "A_OPUS" or "V_VP8"."""
    head = upload.read(TRACKS_WITHIN)
    upload.seek(0)
    return "audio/webm" if b"A_" in head and b"V_" not in head else "video/webm"


# Text that programs act upon: pages, drawings, shortcuts, scripts, programs; the test virus.
_ACTIVE = re.compile(
    r"^[\s\ufeff]*(<|\[InternetShortcut\]|#!|%!|MZ|\x7fELF)|EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
)


def _text_type(upload: "UploadedFile[Any]") -> str:
    """The type of plain text in UTF-8 under a name that says so; "" for anything else."""
    suffix = fold(PurePath(upload.name or "").suffix)
    kind = {".txt": "text/plain", ".csv": "text/csv"}.get(suffix, "")
    content = upload.read() if kind else b""
    upload.seek(0)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return ""
    return "" if _ACTIVE.search(text) else kind


# What reading a damaged or encrypted archive raises.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)


def _office_type(upload: "UploadedFile[Any]") -> str:
    """The type of a zipped office document; one with macros is nothing we know."""
    try:
        with zipfile.ZipFile(upload) as archive:
            names = set(archive.namelist())
            if _acts(archive, names):
                return ""
            for part, name in _OFFICE_PARTS.items():
                if part in names:
                    return f"application/{name}"
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                named = archive.read("mimetype").decode("ascii", "replace").strip()
                return named if named.startswith(_OPEN_DOCUMENT) else ""
    except UNREADABLE:
        return ""
    finally:
        upload.seek(0)
    return ""


# Where macros lie, whatever else their parts are called; and what names them.
_MACROS = re.compile(r"(^|/)(vbaproject\.bin$|macrosheets/|basic/|scripts/)", re.IGNORECASE)
_SAID = {
    "[Content_Types].xml": re.compile(rb"macro|vbaProject", re.IGNORECASE),
    "word/_rels/settings.xml.rels": re.compile(rb"attachedTemplate"),
}
MOST_SAID = 1024 * 1024  # bytes of a part that is looked into; a longer one is no honest one


def _acts(archive: zipfile.ZipFile, names: set[str]) -> bool:
    """Whether the document brings macros, or a template that may."""
    if any(_MACROS.search(name) for name in names):
        return True
    return any(
        archive.getinfo(part).file_size > MOST_SAID or words.search(archive.read(part))
        for part, words in _SAID.items()
        if part in names
    )

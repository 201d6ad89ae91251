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
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"#!AMR", "audio/amr"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp3gp", "video/3gpp"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
_OFFICE_PARTS = {
    "word/document.xml": "vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def content_type_of(upload: "UploadedFile[Any]") -> str:
    """What the file holds, by its first bytes; "" when it is nothing we know."""
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    for offset, signature, name in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return _webm_type(upload) if name == "video/webm" else name
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
    rb"^\s*(<|\[InternetShortcut\]|#!|%!|MZ|\x7fELF)|EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
)


def _text_type(upload: "UploadedFile[Any]") -> str:
    """The type of plain text in UTF-8 under a name that says so; "" for anything else."""
    suffix = fold(PurePath(upload.name or "").suffix)
    kind = {".txt": "text/plain", ".csv": "text/csv"}.get(suffix, "")
    content = upload.read() if kind else b""
    upload.seek(0)
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    without_mark = content.removeprefix(b"\xef\xbb\xbf")
    return "" if _ACTIVE.search(without_mark) else kind


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
            if any(PurePath(name).name.lower() == "vbaproject.bin" for name in names):
                return ""
            for part, name in _OFFICE_PARTS.items():
                if part in names:
                    return f"application/{name}"
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return archive.read("mimetype").decode("ascii", "replace").strip()
    except UNREADABLE:
        return ""
    finally:
        upload.seek(0)
    return ""

"""Taking files in: judged by what they hold, never by their name; kept apart from the web."""

import hashlib
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from config.accounts.models import User
from registry.models import Attachment, Draft

IMAGES = {"image/jpeg", "image/png", "image/webp"}
AUDIO = {"audio/mpeg", "audio/ogg", "audio/wav", "audio/amr", "audio/mp4"}
VIDEO = {"video/mp4", "video/webm", "video/3gpp"}
DOCUMENTS = {
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
}
ALLOWED = {
    "image": IMAGES,
    "audio": AUDIO | {"video/mp4"},
    "video": VIDEO,
    "file": DOCUMENTS | IMAGES,
}
_SIGNATURES = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"#!AMR", "audio/amr"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp3gp", "video/3gpp"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
_OFFICE_PARTS = {
    "word/document.xml": "vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadRefused(Exception):
    """The file may not come in; the text says why and what to do."""


def content_type_of(upload: "UploadedFile[Any]") -> str:
    """What the file holds, by its first bytes; "" when it is nothing we know."""
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    for offset, signature, name in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return name
    return _office_type(upload) if head.startswith(b"PK\x03\x04") else ""


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
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        return ""
    finally:
        upload.seek(0)
    return ""


def check(upload: "UploadedFile[Any]", kind: str) -> str:
    """The content type of a file answering a question of type `kind`. Raises UploadRefused."""
    limit = settings.UPLOAD_MAX_BYTES
    size = upload.size or 0
    if size > limit:
        raise UploadRefused(
            _("The file is %(size)s; at most %(limit)s is allowed. Send a smaller one.")
            % {"size": filesizeformat(size), "limit": filesizeformat(limit)}
        )
    if not size:
        raise UploadRefused(_("The file is empty. Choose another."))
    found = content_type_of(upload)
    if found not in ALLOWED.get(kind, ALLOWED["file"]):
        raise UploadRefused(_refusal(kind))
    return found


def _refusal(kind: str) -> str:
    if kind == "image":
        return _("This is not a picture we can take. Send a JPEG, PNG or WebP picture.")
    if kind in ("audio", "video"):
        return _("This is not a recording we can take. Send an MP3, OGG, WAV or MP4 file.")
    return _(
        "Files of this type are not taken. Send a PDF, a Word or Excel document without "
        "macros, or a picture."
    )


def store(
    upload: "UploadedFile[Any]", *, kind: str, draft: Draft, user: User | None, now: datetime
) -> dict[str, Any]:
    """Keep an upload with its draft; returns the answer that refers to it.

    Raises UploadRefused.
    """
    content_type = check(upload, kind)
    attachment = Attachment(
        name=PurePath((upload.name or "file").replace("\\", "/")).name[:255],
        size=upload.size or 0,
        content_type=content_type,
        sha256=_digest(upload),
        uploaded_by=user,
        uploaded_at=now,
        draft=draft,
    )
    attachment.file.save(attachment.name, upload, save=False)
    attachment.save()
    return answer_of(attachment)


def _digest(upload: "UploadedFile[Any]") -> str:
    made = hashlib.sha256()
    for chunk in upload.chunks():
        made.update(chunk)
    upload.seek(0)
    return made.hexdigest()


def answer_of(attachment: Attachment) -> dict[str, Any]:
    """The answer that refers to a stored file."""
    return {
        "id": str(attachment.uuid),
        "name": attachment.name,
        "size": attachment.size,
        "type": attachment.content_type,
    }


def stored_answers(draft: Draft) -> Mapping[str, Mapping[str, Any]]:
    """The answers of all files that came in with `draft`, by their id."""
    return {str(file.uuid): answer_of(file) for file in draft.attachments.all()}

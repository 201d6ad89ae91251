"""Taking files in: judged by what they hold, never by their name; kept apart from the web."""

import hashlib
import logging
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from config.accounts.models import User
from config.shared import pictures
from config.shared.filetypes import content_type_of
from config.shared.text import fold
from registry.models import Attachment, Draft
from registry.scanning import ScannerAway, scan

logger = logging.getLogger(__name__)

IMAGES = set(pictures.KINDS)
AUDIO = {"audio/mpeg", "audio/ogg", "audio/wav", "audio/amr", "audio/mp4", "audio/webm"}
VIDEO = {"video/mp4", "video/webm", "video/3gpp"}
DOCUMENTS = {
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "text/plain",
    "text/csv",
}
ALLOWED = {
    "image": IMAGES,
    "audio": AUDIO | {"video/mp4"},
    "video": VIDEO,
    "file": DOCUMENTS | IMAGES,
}


class UploadRefused(Exception):
    """The file may not come in; the text says why and what to do."""


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
        return _(
            "This is not a recording we can take. Send an MP3, OGG, WAV, WebM or MP4 file."
        )
    return _(
        "Files of this type are not taken. Send a PDF, a Word or Excel document without "
        "macros, plain text, or a picture."
    )


def store(
    upload: "UploadedFile[Any]",
    *,
    kind: str,
    draft: Draft,
    user: User | None,
    now: datetime,
    longest: int = 0,
) -> dict[str, Any]:
    """Keep an upload with its draft; returns the answer that refers to it.

    A picture is made smaller when an edge has more than `longest` pixels (0: any size).
    What nobody looked into (a stranger's file without a scanner, any file while the scanner
    is away) is quarantined. Raises UploadRefused.
    """
    content_type = check(upload, kind)
    is_clean = _scanned(upload)
    content_type, file = _kept(upload, content_type, longest)
    attachment = Attachment(
        name=kept_name(upload.name or "", content_type),
        size=file.size,
        content_type=content_type,
        sha256=_digest(file),
        uploaded_by=user,
        uploaded_at=now,
        draft=draft,
        is_quarantined=not is_clean and (user is None or bool(settings.CLAMD_URL)),
    )
    _put(attachment, file)
    return answer_of(attachment)


def _put(attachment: Attachment, file: "File[Any]") -> None:
    """Store file and row, or neither. Raises UploadRefused where the disk takes no more."""
    try:
        attachment.file.save(attachment.name, file, save=False)
    except OSError as error:
        logger.error("file not stored", extra={"reason": error.strerror})
        message = _("The file cannot be stored just now; send it later. The rest is kept.")
        raise UploadRefused(message) from error
    try:
        attachment.save()
    except DatabaseError:
        attachment.file.delete(save=False)
        raise


def _scanned(upload: "UploadedFile[Any]") -> bool:
    """Whether a scanner found the file clean. Raises UploadRefused when it did not."""
    if not settings.CLAMD_URL:
        return False
    try:
        found = scan(upload.chunks(), settings.CLAMD_URL)
    except ScannerAway as error:
        logger.error("virus scanner away", extra={"reason": str(error)})
        if settings.CLAMD_DOWN == "refuse":
            message = _("Files cannot be checked for viruses just now. Send it later.")
            raise UploadRefused(message) from error
        return False
    finally:
        upload.seek(0)
    if found:
        logger.warning("virus found", extra={"virus": found, "size": upload.size})
        raise UploadRefused(_("The virus scanner found something dangerous in this file."))
    return True


def longest_edge(parameters: Mapping[str, Any] | None) -> int:
    """The most pixels that a form wants of a picture's edge (XLSForm `max-pixels`); 0: any."""
    wanted = str((parameters or {}).get("max-pixels", ""))
    return int(wanted) if wanted.isdecimal() and len(wanted) < 6 else 0


def _kept(
    upload: "UploadedFile[Any]", content_type: str, longest: int
) -> "tuple[str, File[Any]]":
    """What is stored: a picture drawn anew, any other file as it came."""
    if content_type not in pictures.KINDS:
        return content_type, upload
    try:
        kind, content = pictures.redrawn(
            upload, content_type, settings.UPLOAD_MAX_PIXELS, longest
        )
    except pictures.TooManyPixels as error:
        millions = settings.UPLOAD_MAX_PIXELS // 1_000_000
        message = _("The picture is too large: at most %(most)s megapixels are taken.")
        raise UploadRefused(message % {"most": millions}) from error
    except pictures.NotAPicture as error:
        raise UploadRefused(
            _("The picture is damaged. Take it again or send another.")
        ) from error
    return kind, ContentFile(content)


# A name may end in nothing else: what a device opens it with is decided by the end.
SUFFIXES = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "text/plain": (".txt",),
    "text/csv": (".csv",),
    "audio/webm": (".webm", ".weba"),
    "video/webm": (".webm",),
    "video/mp4": (".mp4", ".m4v", ".m4a", ".mov"),
    "video/3gpp": (".3gp", ".3gpp"),
    "audio/mpeg": (".mp3",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/wav": (".wav",),
    "audio/amr": (".amr",),
    "audio/mp4": (".m4a", ".mp4"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
}


def kept_name(name: str, content_type: str) -> str:
    """The name that people see: its last part, without signs that mislead, and telling what
    the file is."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    stem = unicodedata.normalize("NFC", seen).strip(" .")[:200] or "file"
    fitting = SUFFIXES[content_type]
    return stem if fold(stem).endswith(fitting) else f"{stem}{fitting[0]}"


def release(attachment: Attachment) -> None:
    """Let a quarantined file be read, as a reader answers for it."""
    Attachment.objects.filter(pk=attachment.pk).update(is_quarantined=False)


def _digest(file: "File[Any]") -> str:
    made = hashlib.sha256()
    for chunk in file.chunks():
        made.update(chunk)
    file.seek(0)
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

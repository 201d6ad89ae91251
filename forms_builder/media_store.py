"""The store of a form's own files, by form and name.

Content is kept for ever: a published version names it by its digest. What people see is drawn
anew (pictures) or handed out with its own type; nothing else is taken.
"""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.accounts.models import User
from config.shared import pictures
from config.shared.filetypes import content_type_of
from config.shared.private_files import private_storage
from config.shared.ranges import file_response
from forms_builder.media import named_files

PLAYED = {"audio/mpeg", "audio/ogg", "audio/wav", "audio/mp4", "audio/webm", "video/mp4",
          "video/webm"}  # fmt: skip
YEAR_SECONDS = 31_536_000
LONGEST_NAME = 255


class MediaRefused(Exception):
    """The file may not belong to a form; the text says why and what to do."""


def media_path(media: "FormMedia", filename: str) -> str:
    """Where the file lies: by a random name, never by one that a person typed."""
    name = uuid.uuid4().hex
    return f"form_media/{name[:2]}/{name}"


class FormMedia(models.Model):
    """One content of a file that a form names; the current one is what the draft shows."""

    definition = models.ForeignKey(
        "forms_builder.FormDefinition", models.CASCADE, related_name="media_files"
    )
    name = models.CharField(gettext_lazy("file name"), max_length=LONGEST_NAME)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(gettext_lazy("size in bytes"))
    content_type = models.CharField(gettext_lazy("type"), max_length=127)
    file: Any = models.FileField(storage=private_storage, upload_to=media_path)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    uploaded_at = models.DateTimeField(gettext_lazy("uploaded at"))
    is_current = models.BooleanField(default=True)

    class Meta:
        verbose_name = gettext_lazy("file of a form")
        verbose_name_plural = gettext_lazy("files of forms")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "name", "sha256"], name="form_media_content_once"
            ),
            models.UniqueConstraint(
                fields=["definition", "name"],
                condition=Q(is_current=True),
                name="form_media_one_current",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class NamedFile:
    """A file that a form names or has: `stored` is None while it is missing, `places` are
    the questions and choices that name it."""

    name: str
    places: tuple[str, ...]
    stored: FormMedia | None


def current_files(definition: Any) -> dict[str, str]:
    """{name: sha256} of the files that the draft of `definition` has."""
    if definition.pk is None:
        return {}
    rows = FormMedia.objects.filter(definition_id=definition.pk, is_current=True)
    return dict(rows.values_list("name", "sha256"))


def overview(definition: Any, spec: Any) -> list[NamedFile]:
    """Every file that `spec` names or the store has, by name."""
    stored = {row.name: row for row in definition.media_files.filter(is_current=True)}
    named = named_files(spec)
    return [
        NamedFile(name, tuple(named.get(name, ())), stored.get(name))
        for name in sorted({*named, *stored})
    ]


def missing(definition: Any, spec: Any) -> list[NamedFile]:
    """The files that `spec` names and nobody has uploaded."""
    if not named_files(spec):
        return []
    return [one for one in overview(definition, spec) if one.stored is None]


@transaction.atomic
def save(
    definition: Any, upload: "UploadedFile[Any]", *, user: User | None, now: datetime
) -> FormMedia:
    """Keep a file under its own name, in the place of an earlier one. Raises MediaRefused."""
    name = (upload.name or "").replace("\\", "/").rpartition("/")[2].strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise MediaRefused(_("Give the file a name as the form writes it."))
    content_type, content = _content(upload)
    digest = hashlib.sha256(content).hexdigest()
    type(definition).objects.select_for_update().get(pk=definition.pk)
    rows = FormMedia.objects.filter(definition=definition, name=name)
    rows.update(is_current=False)
    known = rows.filter(sha256=digest).first()
    if known is not None:
        rows.filter(pk=known.pk).update(is_current=True)
        return known
    media = FormMedia(
        definition=definition,
        name=name,
        sha256=digest,
        size=len(content),
        content_type=content_type,
        uploaded_by=user,
        uploaded_at=now,
    )
    media.file.save(name, ContentFile(content), save=False)
    media.save()
    return media


def save_all(
    definition: Any, uploads: Iterable[Any], *, user: User | None, now: datetime
) -> list[str]:
    """Keep several files; the reasons why some were refused."""
    refused = []
    for upload in uploads:
        try:
            save(definition, upload, user=user, now=now)
        except MediaRefused as refusal:
            refused.append(f"{upload.name}: {refusal}")
    return refused


def remove(definition: Any, name: str) -> None:
    """Take a file out of the draft; published versions keep its content."""
    rows = FormMedia.objects.filter(definition=definition, name=name, is_current=True)
    rows.update(is_current=False)


def _content(upload: "UploadedFile[Any]") -> tuple[str, bytes]:
    """The type and bytes that are kept. Raises MediaRefused."""
    limit = settings.UPLOAD_MAX_BYTES
    if not upload.size or upload.size > limit:
        message = _("The file is empty or larger than %(limit)s.")
        raise MediaRefused(message % {"limit": filesizeformat(limit)})
    found = content_type_of(upload)
    if found in pictures.KINDS:
        try:
            return pictures.redrawn(upload, found, settings.UPLOAD_MAX_PIXELS)
        except (pictures.TooManyPixels, pictures.NotAPicture) as error:
            message = _("The picture is damaged or has too many pixels.")
            raise MediaRefused(message) from error
    if found not in PLAYED:
        raise MediaRefused(
            _("Send a picture (JPEG, PNG, WebP), sound (MP3, OGG, WAV) or film (MP4, WebM).")
        )
    return found, upload.read()


def find(code: str, sha256: str) -> FormMedia | None:
    """The file with this content that the form `code` has or had."""
    rows = FormMedia.objects.filter(definition__code=code, sha256=sha256)
    return rows.order_by("pk").first()


def response_for(
    request: HttpRequest, media: FormMedia, *, public: bool
) -> HttpResponse | StreamingHttpResponse:
    """The file itself; its address holds its digest, so it may be kept for ever."""
    response = file_response(
        request,
        media.file,
        name=media.name,
        content_type=media.content_type,
        as_attachment=False,
    )
    who = "public" if public else "private"
    response["Cache-Control"] = f"{who}, max-age={YEAR_SECONDS}, immutable"
    return response

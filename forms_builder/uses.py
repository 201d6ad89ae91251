"""Which forms use a list."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Revision

from forms_builder.models import FormDefinition, FormVersion
from forms_builder.usage import USAGE_FINDERS, Usage


def forms_with_list(kind: str, code: str) -> Iterable[Usage]:
    """The forms whose newest version or newest draft asks from list `code`."""
    if kind != "list":
        return []
    found = {*_published(code), *_drafted(code)}
    return [
        Usage(_("Form: {title}").format(title=form.title), edit_url(form))
        for form in FormDefinition.objects.filter(pk__in=found).order_by("code")
    ]


def edit_url(form: FormDefinition) -> str:
    """Where `form` is edited."""
    return reverse("wagtailsnippets_forms_builder_formdefinition:edit", args=[form.pk])


def lock_refusal(form: FormDefinition, user: Any) -> str:
    """Why `user` may not change the draft of `form` now; "" when they may."""
    lock = form.get_lock()
    is_locked = lock is not None and lock.for_user(user)
    return _("The form is locked; nobody may change it now.") if is_locked else ""


def _published(code: str) -> QuerySet[FormVersion, int]:
    newest = FormVersion.objects.order_by("definition_id", "-number").distinct("definition_id")
    versions = FormVersion.objects.filter(pk__in=newest.values("pk"))
    text = versions.annotate(text=Cast("spec", TextField()))
    found = text.filter(text__contains=f'"list": "{code}"')
    return found.values_list("definition_id", flat=True)


def _drafted(code: str) -> set[int]:
    kind = ContentType.objects.get_for_model(FormDefinition)
    drafts = Revision.objects.filter(
        content_type=kind,
        pk__in=FormDefinition.objects.values("latest_revision_id"),
    )
    text = drafts.annotate(text=Cast("content", CharField()))
    # The rows of the editor are JSON text inside the revision's JSON.
    found = text.filter(text__contains=f'\\"list\\": \\"{code}\\"')
    return {int(pk) for pk in found.values_list("object_id", flat=True)}


def register() -> None:
    """Answer when anyone asks where a list is used."""
    USAGE_FINDERS.append(forms_with_list)

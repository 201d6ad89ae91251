"""What forms, lists, registers, protocols and services have in common.

An admin edits a *definition* (draft, revisions, workflow, lock: Wagtail's). Publishing
checks it and stores a *version*: numbered, hashed, never changed, never deleted.
"""

import hashlib
import json
import logging
import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogContext, get_active_log_context
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin

from config.shared import memo
from config.shared.labels import pick
from config.shared.problems import Problem, ProblemsFound

if TYPE_CHECKING:
    from config.accounts.models import User

# Sent inside the publishing transaction: sender=definition class, definition, version, actor.
version_published = Signal()

logger = logging.getLogger(__name__)
SCHEDULED = "wagtail.publish.scheduled"  # what Wagtail's publish_scheduled says it does

# When `publish` runs, the moment it was given; admin pages publish at the clock's time.
_publishing_at: ContextVar[datetime | None] = ContextVar("publishing_at", default=None)

code_validator = RegexValidator(
    r"^[a-z][a-z0-9_]{0,62}$",
    _("Use small Latin letters, digits and _; begin with a letter."),
)


def canonical_json(value: Any) -> str:
    """`value` as the one JSON text that its hash is taken of."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of `value`, in hex."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


@dataclass(frozen=True)
class Usage:
    """One place that uses something: what to call it and where to open it."""

    label: str
    url: str = ""


class Definition(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, models.Model):
    """Something an admin configures; `code` never changes once it is published."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=63, unique=True, validators=[code_validator])
    title_az = models.CharField(_("title in Azerbaijani"), max_length=255)
    title_en = models.CharField(_("title in English"), max_length=255, blank=True)

    _revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="base_content_type",
        object_id_field="object_id",
    )
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        # A draft that saved itself may have neither yet; Wagtail would show the class's name.
        return self.title or self.code or capfirst(str(self._meta.verbose_name))

    @property
    def revisions(self) -> Any:
        """Wagtail's revisions of this definition."""
        return self._revisions

    @property
    def title(self) -> str:
        """The title in the active language."""
        return pick({"az": self.title_az, "en": self.title_en})

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Wagtail's publishing, all or nothing: a refused one leaves the row as it was.

        Raises ProblemsFound; a scheduled one is called off instead, for nobody waits for
        the answer and the next in the queue must still be published.
        """
        try:
            with transaction.atomic():
                return super().publish(revision, *args, **kwargs)
        except ProblemsFound:
            if kwargs.get("log_action") != SCHEDULED:
                raise
        type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=None)
        logger.warning("scheduled publication refused", extra={"code": self.code})
        return None

    def build_spec(self) -> dict[str, Any]:
        """The content that a version freezes, as JSON."""
        raise TypeError(f"{type(self).__name__} must say what its spec is.")

    def problems(self) -> list[Problem]:
        """Everything that forbids publishing; empty when it may be published."""
        return []

    def used_by(self) -> list[Usage]:
        """Where this is used; while that is anywhere, it cannot be deleted."""
        return []

    def build_compiled(self, spec: dict[str, Any]) -> dict[str, Any]:
        """What is derived from `spec` once, so that nobody derives it per request."""
        return {}


class DefinitionVersion(models.Model):
    """One published snapshot of a definition. Concrete classes add `definition` (FK)."""

    definition: Any

    number = models.PositiveIntegerField(_("version number"))
    spec = models.JSONField(_("content"))
    compiled = models.JSONField(_("compiled content"), default=dict)
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )

    class Meta:
        abstract = True
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.definition} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new version; a stored one is never changed (the database refuses too)."""
        if not self._state.adding:
            raise TypeError("A published version is never edited; publish another.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: records refer to versions for ever."""
        raise TypeError("A published version is never deleted.")


def current_version(definition: Definition) -> Any:
    """The newest version of `definition`, or None before the first publication."""
    return definition.versions.order_by("-number").first()


@transaction.atomic
def publish_version(
    definition: Definition, *, actor: "User | None", now: datetime
) -> tuple[Any, bool]:
    """Freeze the content of `definition`; returns (version, made).

    The same content as the newest version makes no new one. Raises ProblemsFound.
    """
    model = type(definition)
    model._default_manager.select_for_update().get(pk=definition.pk)
    newest = current_version(definition)
    problems = [*code_problems(definition, newest), *definition.problems()]
    if problems:
        raise ProblemsFound(problems)
    spec = definition.build_spec()
    sha256 = digest(spec)
    if newest is not None and newest.sha256 == sha256:
        return newest, False
    version = definition.versions.create(
        number=newest.number + 1 if newest else 1,
        spec=spec,
        compiled=definition.build_compiled(spec),
        sha256=sha256,
        published_at=now,
        published_by=actor,
    )
    memo.forget()
    version_published.send(sender=model, definition=definition, version=version, actor=actor)
    return version, True


def code_problems(definition: Definition, newest: Any) -> Sequence[Problem]:
    """A published code is how records and other definitions find it, so it stays."""
    if newest is None or newest.spec.get("code", definition.code) == definition.code:
        return []
    message = _("The code was published as “{code}” and cannot change any more.")
    return [Problem("code_changed", message.format(code=newest.spec["code"]), path="code")]


def publish(definition: Definition, *, actor: "User | None", now: datetime) -> Any:
    """Publish the newest draft of `definition` through Wagtail; returns the version in force.

    Raises ProblemsFound; then nothing has changed.
    """
    definition.refresh_from_db(fields=["latest_revision"])
    revision = definition.latest_revision or definition.save_revision(user=actor, clean=False)
    token = _publishing_at.set(now)
    try:
        with acting(actor):
            revision.publish(user=actor, skip_permission_checks=True)
    finally:
        _publishing_at.reset(token)
    definition.refresh_from_db()
    return current_version(definition)


def acting(user: "User | None") -> AbstractContextManager[Any]:
    """Inside this, Wagtail's audit trail names `user`."""
    context: AbstractContextManager[Any] = LogContext(user=user)
    return context


def freeze_on_publish(instance: Any, revision: Any, **kwargs: Any) -> None:
    """Hear Wagtail's `published` (editor, workflow, schedule) and make the version."""
    if isinstance(instance, Definition) or hasattr(instance, "build_spec"):  # a guide is a page
        actor = get_active_log_context().user or revision.user
        now = _publishing_at.get() or timezone.now()
        publish_version(instance, actor=actor, now=now)


FREEZE_SQL = """
CREATE OR REPLACE FUNCTION dayaq_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
"""


def freeze_table_sql(table: str) -> tuple[str, str]:
    """SQL (forward, backward) that makes `table` append-only, for a migration's RunSQL."""
    forward = FREEZE_SQL + (
        f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION dayaq_refuse_change();"
        f"CREATE TRIGGER {table}_not_truncated BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION dayaq_refuse_change();"
    )
    names = (f"{table}_frozen", f"{table}_not_truncated")
    backward = "".join(f"DROP TRIGGER {name} ON {table};" for name in names)
    return forward, backward


__all__ = [
    "Definition",
    "DefinitionVersion",
    "Usage",
    "acting",
    "canonical_json",
    "code_problems",
    "code_validator",
    "current_version",
    "digest",
    "freeze_on_publish",
    "freeze_table_sql",
    "publish",
    "publish_version",
    "version_published",
]

"""The door: a filled form becomes a submission on a record, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.shared.problems import Problem
from config.shared.statements import Batch
from forms_builder.evaluation import evaluate
from forms_builder.models import FormVersion
from registry import access, audit
from registry.answers import storable
from registry.models import Change, ChangeKind, Draft, Record, Submission, Tracking
from registry.models.storing import next_id
from registry.rules import Rules, one_rule_book, rule_book
from registry.seen import NOTHING, Withheld, withheld_from
from registry.services import records
from registry.services.acts import (
    change_by,
    is_job,
    lock,
    require,
    require_fresh,
    shown_attributes,
)
from registry.services.errors import AnswersInvalid, refuse
from registry.services.files import claim_files, drop_draft
from registry.services.filling import attributes_of, place_named
from registry.services.links import link_named
from registry.services.lookups import RecordLookups, named_records, target_key, visible_to
from registry.services.persons import person_answers, person_for
from registry.signals import record_submitted

Json = dict[str, Any]


@dataclass(frozen=True)
class Filling:
    """One filled form on its way in."""

    version: FormVersion
    answers: Json
    actor: Actor
    now: datetime
    client_key: UUID | None
    legal_from: date | None

    @property
    def mode(self) -> str:
        """What the form does to its register: create, update or none."""
        return str(self.version.spec.get("settings", {}).get("mode", "none"))

    @property
    def register(self) -> str:
        """The code of the form's register, or ""."""
        return str(self.version.spec.get("settings", {}).get("register", ""))


def submit(
    *,
    version: FormVersion,
    answers: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    record: Record | None = None,
    expected_row_version: int | None = None,
    client_key: UUID | None = None,
    draft: Draft | None = None,
    legal_from: date | None = None,
) -> Submission:
    """Store a filled form and return the submission, `submission.record` being its record.

    A form that creates makes a new record; one that supplements needs `record`, or answers
    its question that names one. The same `client_key` gives the same submission again.
    An older version of a form is welcome: whoever began in it loses nothing.

    Raises AnswersInvalid, StaleWrite (when `expected_row_version` is no longer the record's),
    PermissionDenied.
    """
    filling = Filling(version, dict(answers), actor, now, client_key, legal_from)
    try:
        with transaction.atomic(), one_rule_book():
            standing = _standing(filling, draft)
            if standing.earlier is not None:
                return _sent_earlier(filling, standing.earlier)
            if not standing.is_open:
                raise _withdrawn()
            if draft is not None and standing.draft_version not in (None, draft.row_version):
                raise changed_meanwhile()
            return _submit(filling, standing, record, expected_row_version, draft)
    except IntegrityError:
        earlier = _standing(filling).earlier
        if earlier is None:
            raise
        return _sent_earlier(filling, earlier)  # stored by another request meanwhile


class Standing(NamedTuple):
    """What the database knows before a form is taken in.

    `earlier` is the submission stored under the client key before, `is_open` whether the
    form is in use, `at` the database's time, `number` the row number of the submission,
    `draft_version` that of the draft, which is held until the form is taken in.
    """

    earlier: int | None
    is_open: bool
    at: datetime
    number: int
    draft_version: int | None


STANDING = f"""
SELECT (SELECT id FROM registry_submission WHERE client_key = %s),
       EXISTS (SELECT FROM forms_builder_formdefinition WHERE id = %s AND live),
       clock_timestamp(), {next_id(Submission)},
       (SELECT row_version FROM registry_draft WHERE id = %s FOR UPDATE)
"""  # noqa: S608 - nobody's words are in it


def _standing(filling: Filling, draft: Draft | None = None) -> Standing:
    held = draft.pk if draft is not None else None
    known = [filling.client_key, filling.version.definition_id, held]
    with connection.cursor() as cursor:
        cursor.execute(STANDING, known)
        return Standing(*cursor.fetchone())


def _sent_earlier(filling: Filling, pk: int) -> Submission:
    """What was stored under this client key before, when its writer asks."""
    found = Submission.objects.select_related("record", "form_version").get(pk=pk)
    user = filling.actor.user
    if found.submitted_by_id != (user.pk if user else None):
        raise PermissionDenied(_("This form was sent in by somebody else."))
    return found


def _submit(
    filling: Filling,
    standing: Standing,
    record: Record | None,
    expected: int | None,
    draft: Draft | None,
) -> Submission:
    if filling.mode == "update":
        target = _target(filling, record)
        require_fresh(
            target, expected, filling.answers, shown_attributes(target, filling.actor)
        )
    else:
        target = None
        _require_filler(filling)
    kept = judged(filling, target)
    filling.answers.clear()
    filling.answers.update(kept)
    named, problems = named_records(filling.version.spec, filling.answers, filling.actor)
    if problems:
        raise AnswersInvalid(problems)
    submission = _new_submission(filling, standing)
    # A supplemented record was waited for, so the time is asked again.
    change = _change(filling, submission, standing.at if target is None else None)
    batch = Batch()
    target = _fill_record(filling, target, change, batch)
    submission.record = target
    submission.save_tracked(change, batch)
    claim_files(submission, filling.answers, filling.actor, draft)
    _note(filling, submission, target, draft, batch)
    batch.run()
    if target is not None:
        link_named(target, named, change)
    _announce(filling, submission, target, draft)
    return submission


def _withdrawn() -> AnswersInvalid:
    message = _("This form has been withdrawn and takes no more answers. Yours are kept.")
    return refuse("form_withdrawn", message)


def changed_meanwhile() -> AnswersInvalid:
    """A window that saved while another one was sending would lose what was typed there."""
    message = _("You changed this form in another window. Look at it again, then send it.")
    return refuse("draft_changed", message)


def _require_filler(filling: Filling) -> None:
    """Raise PermissionDenied unless the actor may send in this form."""
    if is_job(filling.actor) or access.may_fill(filling.actor.user, filling.version.spec):
        return
    raise PermissionDenied(_("You may not fill in this form."))


def _target(filling: Filling, record: Record | None) -> Record:
    """The record to supplement, locked; by the question that names it when none is given."""
    question, key = target_key(filling.version.spec, filling.answers)
    target = lock(record or _named_target(filling, question, key))
    if target.register.code != filling.register:
        raise refuse("wrong_register", _("This form does not belong to this record."))
    if key and key != target.key:
        message = _("This form was opened for record %(key)s; the answer names another.")
        raise refuse("other_record", message % {"key": target.key}, question)
    _require_filler(filling)
    require(filling.actor, target, "update")
    return target


def _named_target(filling: Filling, question: str, key: str) -> Record:
    if not key:
        raise refuse("record_missing", _("Say which record this form belongs to."), question)
    visible = visible_to(filling.actor, "update")
    record = visible.filter(register__code=filling.register, key=key).first()
    if record is None:
        raise refuse("unknown_record", _("No record you may see has this number."), question)
    return record


def judged(filling: Filling, target: Record | None) -> Json:
    """The answers as the form keeps them. Raises AnswersInvalid with every breach."""
    withheld = withheld_from(filling.actor, filling.version, target)
    return evaluated(
        filling.version, filling.answers, filling.actor, filling.now, withheld=withheld
    )


def evaluated(
    version: FormVersion,
    answers: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    previous: Mapping[str, Any] | None = None,
    withheld: Withheld = NOTHING,
) -> Json:
    """What the one interpreter keeps of `answers`; nobody's own evaluation is trusted.

    `previous` are the answers that an amendment replaces: retired choices may stay.
    `withheld` are questions that the actor may not see: nothing is taken from them there.
    """
    local = timezone.localtime(now)
    outcome = evaluate(
        version.spec,
        answers,
        today=local.date(),
        now=local,
        lookups=RecordLookups(actor),
        compiled=version.compiled,
        previous=previous,
        withheld=withheld,
    )
    if outcome.problems:
        raise AnswersInvalid(outcome.problems)
    try:
        kept: Json = storable(outcome.answers)
    except ValueError as error:
        message = _("An answer holds a character or a number that cannot be stored.")
        raise AnswersInvalid([Problem("type", message)]) from error
    return kept


def _new_submission(filling: Filling, standing: Standing) -> Submission:
    return Submission(
        pk=standing.number,
        client_key=filling.client_key,
        form_version=filling.version,
        answers=filling.answers,
        submitted_by=filling.actor.user,
        submitted_at=filling.now,
        channel=filling.actor.channel,
    )


def _change(filling: Filling, submission: Submission, at: datetime | None) -> Change:
    return change_by(
        filling.actor,
        filling.now,
        ChangeKind.UPDATE if filling.mode == "update" else ChangeKind.CREATE,
        version=filling.version,
        submission=submission,
        legal_from=filling.legal_from or timezone.localdate(filling.now),
        recorded_at=at,
    )


def _fill_record(
    filling: Filling, target: Record | None, change: Change, batch: Batch
) -> Record | None:
    """Make or supplement the record; None for a form that keeps its answers only."""
    if filling.mode == "none":
        return None
    spec, answers = filling.version.spec, filling.answers
    rules = rules_named(filling.register)
    place = place_named(spec, answers)
    person = person_for(person_answers(spec, answers), change, place, batch=batch)
    said = attributes_of(spec, answers, rules)
    if target is None:
        return records.create(rules, said, change, place=place, person=person, batch=batch)
    target.attributes = {**target.attributes, **said}
    target.district = place or target.district
    target.person = target.person or person
    problems = records.store(target, rules, change, batch)
    if problems:
        raise AnswersInvalid(problems)
    return target


def rules_named(code: str) -> Rules:
    """The published register with this code. Raises AnswersInvalid when there is none."""
    rules = rule_book().by_code.get(code)
    if rules is None:
        message = _("The register “%(code)s” is not published; tell an administrator.")
        raise refuse("register_missing", message % {"code": code})
    return rules


def _note(
    filling: Filling,
    submission: Submission,
    record: Record | None,
    draft: Draft | None,
    batch: Batch,
) -> None:
    """Write the trail, and drop the draft that became this."""
    audit.log(
        "registry.submit",
        actor=filling.actor,
        instance=record or submission,
        data={
            "submission": str(submission.uuid),
            "form": filling.version.code,
            "version": filling.version.number,
        },
        batch=batch,
    )
    if draft is not None and draft.pk is not None:
        drop_draft(draft, batch)


def _announce(
    filling: Filling, submission: Submission, record: Record | None, draft: Draft | None
) -> None:
    """Let other apps hear; keep the code by which a citizen asks."""
    if record is not None:
        record_submitted.send(
            sender=Record,
            submission=submission,
            record=record,
            actor=filling.actor,
            now=filling.now,
            protocol_step=draft.protocol_step if draft is not None else None,
        )
    if draft is not None and draft.secret_digest:
        Tracking.objects.create(submission=submission, secret_digest=draft.secret_digest)

"""A report about a child, referred to a clinic, and people who should see little of it."""

from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from config.accounts.actors import Actor
from protocols.services import Request, send_referral
from registry.models import Attachment
from registry.services import submit
from tests.protocols import specs as reports
from tests.protocols.conftest import people, publish_spec
from tests.registry.conftest import publish
from tests.registry.specs import question, rule

__all__ = ["people", "publish", "publish_spec"]

CANARY = "CANARY-UNVAN-77"


@pytest.fixture
def desk(db, publish, people, make_user):
    """The register of reports with its forms, and everybody who may want to look."""
    workers = rule(
        ["duty_officer", "social_worker", "supervisor"],
        "area",
        organizations=["agency"],
        actions=["read", "create", "update", "amend", "transition", "assign"],
    )
    access = [
        workers,
        rule(["auditor"], actions=["read", "audit"]),
        rule(["agency_rep"], "referred", actions=["read", "update"], sensitivity="personal"),
    ]
    publish(reports.reports_spec() | {"access": access})
    photo = question("photo", "image", sensitivity="personal")
    extra = (photo, question("note", sensitivity="personal"))
    people.auditor = make_user("auditor", username="auditor")
    return SimpleNamespace(
        report=publish(reports.report_spec("report", "create", *extra)),
        visit=publish(reports.report_spec("visit", "update")),
    )


@pytest.fixture
def attachment(people):
    """A picture that the officer has sent and not yet used."""
    file = Attachment(
        name="sekil.png",
        size=3,
        content_type="image/png",
        uploaded_by=people.officer,
        uploaded_at=timezone.now(),
    )
    file.file.save("sekil.png", ContentFile(b"png"), save=False)
    file.save()
    yield file
    file.file.delete(save=False)


@pytest.fixture
def record(desk, people, attachment):
    """A report whose story nobody outside may read."""
    photo = {"id": str(attachment.uuid), "name": "sekil.png", "size": 3, "type": "image/png"}
    answers = {
        "last_name": "Məmmədova",
        "danger": "danger-is-high",
        "story": CANARY,
        "note": "note-for-us",
        "photo": photo,
    }
    actor = Actor.for_user(people.officer)
    return submit(version=desk.report, answers=answers, actor=actor, now=timezone.now()).record


@pytest.fixture
def refer(record, people, make_organization):
    """`refer("last_name")`: the record goes to the clinic, which may read these fields."""

    def make(*fields):
        now = timezone.now()
        request = Request("Müayinə", timezone.localdate(now), fields)
        return send_referral(
            record=record,
            organization=make_organization("clinic"),
            request=request,
            actor=Actor.for_user(people.worker),
            now=now,
        )

    return make

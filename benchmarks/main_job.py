"""What the main job costs on the demo's data. Run: python benchmarks/main_job.py

Uses the database of DATABASE_URL (or the embedded one) and loads the demo when it is not
there. One gunicorn worker without DEBUG answers over HTTP; figures are processor time per
request of that worker and of PostgreSQL, in milliseconds, and the worker's memory (PSS).
It writes to that database: submissions, and one record with twenty versions.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from benchmarks.measuring import (  # noqa: E402
    Processors,
    Visitor,
    memory,
    session_of,
    web_server,
)
from config.accounts.actors import Actor  # noqa: E402
from config.accounts.models import User  # noqa: E402
from config.demo.families.filler import Filler  # noqa: E402
from config.demo.families.values import Values  # noqa: E402
from config.demo.families.world import is_stand_in, store_file  # noqa: E402
from config.shared import embedded  # noqa: E402
from content.models import Service  # noqa: E402
from forms_builder.models import FormVersion  # noqa: E402
from forms_builder.selectors import current_form_version  # noqa: E402
from registry.models import Draft, Submission  # noqa: E402
from registry.services import amend, submit  # noqa: E402
from registry.services.lookups import RecordLookups  # noqa: E402

FORM, REGISTER, WORKER = "foster_application", "foster_families", "isci_respublika"
FAMILIES, VERSIONS, WARM_UP, TIMES, SUBMISSIONS = 30, 20, 10, 60, 30
# Milliseconds of application and database together; megabytes.
AIMS = {"wizard_page": 15, "submit": 20, "register_list": 15, "record_20_versions": 25,
        "public_service": 15}  # fmt: skip
MEMORY_AIM = 250


# --- what is asked -----------------------------------------------------------------------


@dataclass(frozen=True)
class Material:
    """The rows that the requests are about, and somebody's session."""

    session: str
    draft: Draft
    ready: list[Draft]
    submission: Submission
    service: str


def prepare() -> Material:
    """The demo when it is missing, a half-filled draft, drafts to send, a corrected record."""
    call_command("migrate", verbosity=0)
    if not FormVersion.objects.filter(definition__code=FORM).exists():
        call_command("load_demo", records=FAMILIES, verbosity=0)
    user = User.objects.get(username=WORKER)
    version = current_form_version(FORM)
    service = Service.objects.filter(live=True).order_by("code").first()
    assert service is not None
    return Material(
        session=session_of(user),
        draft=draft_of(version, user),
        ready=[draft_of(version, user) for _number in range(WARM_UP + SUBMISSIONS)],
        submission=corrected(version, user),
        service=service.code,
    )


def draft_of(version: FormVersion, user: User) -> Draft:
    """A draft with every question answered, files included."""
    now, rng = timezone.now(), Random()
    filler = Filler(
        version=version,
        values=Values(rng, now),
        lookups=RecordLookups(Actor.for_user(user)),
        now=now,
        rng=rng,
        known={"marital_status": "married", "app_birth_date": "1985-03-05"},
        thorough=1.0,
    )
    answers = filler.fill()
    draft = Draft.objects.create(form_version=version, user=user, updated_at=now)
    for key in [key for key, value in answers.items() if is_stand_in(value)]:
        answers[key] = store_file(answers[key], draft, user, now)
    draft.answers = answers
    draft.save()
    return draft


def corrected(version: FormVersion, user: User) -> Submission:
    """A record whose form has been corrected until there were twenty versions."""
    draft, actor = draft_of(version, user), Actor.for_user(user)
    submission = submit(
        version=version, answers=draft.answers, actor=actor, now=timezone.now(), draft=draft
    )
    for number in range(1, VERSIONS):
        submission = amend(
            submission=submission,
            answers={**submission.answers, "settlement": f"{number} nömrəli qəsəbə"},
            actor=actor,
            now=timezone.now(),
            expected_row_version=submission.row_version,
            reason_code="mistake",
            reason="Ünvan dəqiqləşdirildi",
        )
    return submission


# --- measuring ---------------------------------------------------------------------------


def measure(name: str, acts: list[Callable[[], None]], processors: Processors) -> None:
    """Do all, the first few uncounted, and print the mean of one."""
    for act in acts[:WARM_UP]:
        act()
    spent = processors.spent_on(acts[WARM_UP:])
    parts = f"application {spent.application:.1f}, database {spent.database:.1f}"
    if not processors.is_local:
        parts = "application alone: the database is on another machine"
    print(f"{name}_ms: {spent.total:.1f} ({parts}; aim {AIMS[name]})")


def largest_section(version: FormVersion) -> str:
    """The section with the most questions."""
    sections = version.spec["children"]
    return str(max(sections, key=lambda section: len(section["children"]))["name"])


def run() -> None:
    """Prepare, ask, print."""
    material = prepare()
    step = largest_section(material.draft.form_version)
    wizard = reverse("portal:draft-step", args=[material.draft.uuid, step])
    assert material.submission.record is not None
    record = reverse("portal:record", args=[material.submission.record.uuid])
    with web_server() as (address, worker):
        visitor, processors = Visitor(address, material.session), Processors(worker)
        for name, path in (
            ("wizard_page", wizard),
            ("register_list", reverse("portal:register", args=[REGISTER])),
            ("record_20_versions", record),
            ("public_service", reverse("content:service", args=[material.service])),
        ):
            acts = [lambda path=path: visitor.get(path)] * (WARM_UP + TIMES)
            measure(name, acts, processors)
        measure("submit", [sending(visitor, draft) for draft in material.ready], processors)
        print(f"worker_pss_mb: {memory(worker):.0f} (aim {MEMORY_AIM})")


def sending(visitor: Visitor, draft: Draft) -> Callable[[], None]:
    """The review page's button."""
    path = reverse("portal:draft-step", args=[draft.uuid, "review"])
    return lambda: visitor.post(path, **{"wizard-current_step": "review"})


if __name__ == "__main__":
    with embedded.running_when_needed(settings.DATABASES["default"]):
        translation.activate("az")
        run()

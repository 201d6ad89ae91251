"""What the main job costs on the demo's data. Run: python benchmarks/main_job.py

Uses the database of DATABASE_URL (or the embedded one) and loads the demo when it is not
there. One gunicorn worker without DEBUG answers over HTTP; figures are processor time per
request of that worker and of PostgreSQL, in milliseconds, and the worker's memory (PSS).
It writes to that database: submissions, and one record with twenty versions.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

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
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
CSRF = "b" * 32
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
    if not FormVersion.objects.filter(definition__code=FORM).exists():
        call_command("migrate", verbosity=0)
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


def session_of(user: User) -> str:
    """A signed-in session."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


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


# --- asking and measuring ----------------------------------------------------------------


@contextmanager
def web_server() -> Iterator[tuple[str, int]]:
    """One gunicorn worker: its address and the worker's process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["gunicorn", "config.wsgi", "--workers", "1", "--bind", f"127.0.0.1:{port}"]
    environment = {**os.environ, "LOG_LEVEL": "ERROR"}
    master = subprocess.Popen(
        [sys.executable, "-m", *command, "--log-level", "error"], cwd=ROOT, env=environment
    )
    try:
        yield f"http://127.0.0.1:{port}", child_of(master.pid)
    finally:
        master.terminate()
        master.wait()


def child_of(pid: int) -> int:
    """The only child of a process, once it is there."""
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    for _try in range(100):
        if children := listing.read_text().split():
            return int(children[0])
        time.sleep(0.1)
    raise RuntimeError("gunicorn started no worker")


def used_by(pid: int, *, with_children: bool = False) -> int:
    """Processor ticks that a process has used, and its finished children when asked."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11 : 15 if with_children else 13]))


class Processors:
    """Time used by the web worker, and by PostgreSQL when it runs on this machine."""

    def __init__(self, worker: int) -> None:
        self.worker = worker
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
        status = Path(f"/proc/{backend}/status")
        self.is_local = status.exists() and "postgres" in status.read_text().lower()
        self.server = int(status.read_text().partition("PPid:")[2].split()[0])

    def application(self) -> int:
        """Ticks of the web worker."""
        return used_by(self.worker)

    def database(self) -> int:
        """Ticks of the backends of this database, and of all that have ended."""
        if not self.is_local:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            )
            backends = [row[0] for row in cursor.fetchall()]
        ended = used_by(self.server, with_children=True) - used_by(self.server)
        return ended + sum(map(used_by, backends))


class Visitor:
    """Somebody signed in, over HTTP."""

    def __init__(self, address: str, session: str) -> None:
        self.address = address
        cookies = f"{settings.SESSION_COOKIE_NAME}={session}; "
        cookies += f"{settings.CSRF_COOKIE_NAME}={CSRF}"
        self.headers = {"Cookie": cookies, "Accept-Language": "az"}
        self.opener = urllib.request.build_opener(Landing)

    def get(self, path: str) -> None:
        """Open a page; anything but 200 ends the run."""
        self.ask(urllib.request.Request(self.address + path, headers=self.headers), 200)

    def post(self, path: str, **fields: str) -> None:
        """Send a form; it must lead to another page."""
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": CSRF, **fields}).encode()
        request = urllib.request.Request(self.address + path, body, self.headers)
        self.ask(request, 302)

    def ask(self, request: urllib.request.Request, expected: int) -> None:
        """Send `request` and read the whole answer."""
        with self.opener.open(request) as answer:
            answer.read()
            if answer.status != expected:
                raise RuntimeError(f"{request.full_url}: {answer.status}")


class Landing(urllib.request.HTTPRedirectHandler):
    """Leave redirects to the caller: the next page is another request."""

    def http_error_302(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any) -> Any:
        """The redirect itself is the answer."""
        return fp


def measure(name: str, acts: list[Callable[[], None]], processors: Processors) -> None:
    """Do all, the first few uncounted, and print the mean of one."""
    for act in acts[:WARM_UP]:
        act()
    counted = acts[WARM_UP:]
    before = processors.application(), processors.database()
    for act in counted:
        act()
    after = processors.application(), processors.database()
    application, database = (
        (end - start) * TICK_MS / len(counted) for start, end in zip(before, after, strict=True)
    )
    parts = f"application {application:.1f}, database {database:.1f}"
    if not processors.is_local:
        parts = "application alone: the database is on another machine"
    print(f"{name}_ms: {application + database:.1f} ({parts}; aim {AIMS[name]})")


def memory(pid: int) -> float:
    """The proportional set size of a process in megabytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("Pss:"))
    return int(kilobytes) / 1024


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

"""What drawing, judging, storing and importing a form costs, beside its rivals.

    python benchmarks/forms.py [--quick] [--workbook FILE.xlsx]

All candidates have the same questions (`benchmarks.material`) and answer in the same run on
the same database. Pages are asked over HTTP from one gunicorn worker; a figure is the mean
processor time of one request in milliseconds, the worker's and its database backends'
(`benchmarks.measuring`). Judging is the best of several rounds in this process. The import
runs in a process of its own; its memory is the highest of that process and of its child,
which opens the workbook. Trust ratios within one run, not figures of two machines.

"bare" candidates draw their form on an empty page for anybody; "in the portal" is the real
page of a signed-in caseworker with navigation, steps and rights. The rivals live in
`benchmarks.rivals`: a django.forms.Form whose class is kept, a Wagtail form page as its manual
makes one, a ModelForm with simple-history, and the same rows by bare INSERT statements.

It uses the migrated database of DATABASE_URL (or the embedded one) and leaves forms, a
register with its records and a clerk called “benchmark” there; the rivals' tables go again.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.rivals.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from benchmarks import material  # noqa: E402
from benchmarks.measuring import (  # noqa: E402
    Processors,
    Spent,
    Visitor,
    session_of,
    web_server,
)
from benchmarks.rivals.plain import closures, form_class  # noqa: E402
from benchmarks.rivals.tables import Copies, rival_tables  # noqa: E402
from config.accounts.actors import Actor  # noqa: E402
from config.accounts.models import Appointment, Role, User  # noqa: E402
from config.shared import embedded  # noqa: E402
from content.models import Organization  # noqa: E402
from forms_builder.compile import compile_spec  # noqa: E402
from forms_builder.evaluation import evaluate  # noqa: E402
from forms_builder.expressions import NoLookups  # noqa: E402
from forms_builder.models import FormVersion  # noqa: E402
from forms_builder.services import publish_form, save_definition_draft  # noqa: E402
from forms_builder.xlsform import write_workbook  # noqa: E402
from forms_builder.xlsform.importing import import_repaired  # noqa: E402
from registry.models import Draft, Submission  # noqa: E402
from registry.services import publish_register, save_register  # noqa: E402

CLERK = "benchmark"
STORED = 40  # questions of the form that is sent in
DRAWN = (40, 200)
LARGE = 1300


@dataclass(frozen=True)
class Size:
    """How much is measured: requests before counting starts, those of a round, rounds."""

    warm_up: int
    pages: int
    posts: int
    rounds: int
    large: int


FULL, QUICK = Size(5, 10, 30, 5, LARGE), Size(1, 1, 1, 1, 40)


# --- the report --------------------------------------------------------------------------


def title(text: str) -> None:
    """The heading of one table."""
    print(f"\n{text}")


def tell(name: str, spent: Spent, base: float, aim: str = "") -> None:
    """One candidate: its time, the two parts, the ratio to Dayaq's."""
    parts = f"{spent.application:7.2f} + {spent.database:5.2f}"
    note = f"  aim {aim}" if aim else ""
    print(f"  {name:46} {spent.total:8.2f} ms ({parts})  x{spent.total / base:6.2f}{note}")


def tell_time(name: str, milliseconds: float, base: float, aim: str = "") -> None:
    """One candidate that was measured in this process."""
    note = f"  aim {aim}" if aim else ""
    print(f"  {name:46} {milliseconds:8.3f} ms  x{milliseconds / base:6.2f}{note}")


# --- what is prepared --------------------------------------------------------------------


def prepare(now: Any) -> tuple[User, dict[int, FormVersion]]:
    """The clerk, and the published forms by their number of questions."""
    actor = Actor.for_user(clerk())
    register = save_register(material.REGISTER, material.register_spec(CLERK), actor)
    publish_register(register, actor=actor, now=now)
    assert actor.user is not None
    return actor.user, {count: published(count, actor, now) for count in {*DRAWN, STORED}}


def clerk() -> User:
    """Somebody who may fill in the form, and nothing else; nobody can sign in as them."""
    user, _made = User.objects.get_or_create(username=CLERK, defaults={"first_name": "Ölçmə"})
    role, _made = Role.objects.get_or_create(code=CLERK, defaults={"title_az": "Ölçmə"})
    agency, _made = Organization.objects.get_or_create(
        code=CLERK, defaults={"title_az": "Ölçmə"}
    )
    Appointment.objects.get_or_create(
        user=user, role=role, organization=agency, defaults={"valid_from": date(2020, 1, 1)}
    )
    return user


def published(count: int, actor: Actor, now: Any) -> FormVersion:
    """The form of so many questions in its newest version."""
    spec = material.spec(count)
    draft = save_definition_draft(spec["code"], spec, actor)
    return publish_form(draft, actor=actor, now=now)


# --- (a) drawing -------------------------------------------------------------------------


def drawing(
    rival: Visitor,
    portal: Visitor,
    servers: tuple[Processors, Processors],
    drafts: Mapping[int, Draft],
    size: Size,
) -> None:
    """Pages of every candidate, asked in turn so that a busy minute hits all of them."""
    for count, aim in zip(DRAWN, (4, 12), strict=True):
        step = [drafts[count].uuid, material.SECTION]
        page = reverse("portal:draft-step", args=step, urlconf="config.urls")
        asked = [
            ("Dayaq, bare, nothing kept", rival, servers[0], f"/dayaq/{count}/", f"{aim} ms"),
            ("floor: the page kept whole", rival, servers[0], f"/kept/{count}/", ""),
            ("django.forms, class kept", rival, servers[0], f"/django/{count}/", ""),
            ("Wagtail form page", rival, servers[0], f"/pages/benchmark-{count}/", "x15"),
            ("Dayaq in the portal", portal, servers[1], page, ""),
        ]
        for _name, visitor, _server, path, _aim in asked:
            for _time in range(size.warm_up):
                visitor.get(path)
        rounds = [
            [server.spent_on([partial(visitor.get, path)] * size.pages)
             for _name, visitor, server, path, _aim in asked]
            for _round in range(size.rounds)
        ]  # fmt: skip
        title(f"Drawing {count} questions, over HTTP")
        spent = [median(column) for column in zip(*rounds, strict=True)]
        for (name, *_rest, note), one in zip(asked, spent, strict=True):
            tell(name, one, spent[0].total, note)


def median(rounds: Sequence[Spent]) -> Spent:
    """The round in the middle."""
    return sorted(rounds, key=lambda spent: spent.total)[len(rounds) // 2]


# --- (b) judging -------------------------------------------------------------------------


def best(work: Callable[[], object], size: Size, inner: int) -> float:
    """Milliseconds of processor time of one call, the best of several rounds."""
    times = []
    for _round in range(size.rounds):
        start = time.process_time()
        for _call in range(inner if size is FULL else 1):
            work()
        times.append((time.process_time() - start) / (inner if size is FULL else 1) * 1000)
    return min(times)


def judging(size: Size) -> None:
    """Evaluation beside Django's validation and hand-made closures."""
    title("Judging answers with conditions, in one process")
    base = best(judge_of(40), size, 300)
    tell_time("Dayaq, 40 questions", base, base, "0.3 ms")
    tell_time("django.forms, 40 questions", best(django_judge(40), size, 20), base)
    plain, given = closures(40), material.answers(40)
    tell_time("plain closures, 40 questions", best(lambda: plain(given), size, 3000), base)
    large = best(judge_of(size.large), size, 10)
    tell_time(f"Dayaq, {size.large} questions", large, base, "20 ms")


def judge_of(count: int) -> Callable[[], object]:
    """Dayaq's evaluation of the form."""
    spec, given = material.spec(count, section_size=20), material.answers(count)
    compiled, now = compile_spec(spec), timezone.localtime()

    def judge() -> object:
        return evaluate(
            spec, given, today=now.date(), now=now, lookups=NoLookups(), compiled=compiled
        ).answers

    problems = evaluate(
        spec, given, today=now.date(), now=now, lookups=NoLookups(), compiled=compiled
    ).problems
    assert not problems, problems
    return judge


def posted(count: int) -> dict[str, Any]:
    """The answers as a browser sends them."""
    given = material.answers(count)
    return {k: v if isinstance(v, list) else str(v) for k, v in given.items()}


def django_judge(count: int) -> Callable[[], object]:
    """Django's validation of the same answers."""
    data = QueryDict(mutable=True)
    for name, value in posted(count).items():
        data.setlist(name, value if isinstance(value, list) else [value])

    def judge() -> object:
        form = form_class(count)(data)
        assert form.is_valid(), form.errors
        return form.cleaned_data

    return judge


# --- (c) storing -------------------------------------------------------------------------


def storing(
    rival: Visitor,
    portal: Visitor,
    servers: tuple[Processors, Processors],
    drafts: Sequence[Draft],
    size: Size,
) -> None:
    """A filled form on its way into the database, every candidate in turn."""
    sends = [sending(portal, draft) for draft in drafts]
    model_form = partial(rival.post, "/modelform/", **posted(STORED))
    for act in (*sends[: size.warm_up], *[model_form] * size.warm_up):
        act()
    first = Submission.objects.get(client_key=drafts[0].uuid)
    insert, here = Copies.of(first).insert, Processors(os.getpid())
    rounds = []
    for number in range(size.rounds):
        start = size.warm_up + number * size.posts
        ours = servers[1].spent_on(sends[start : start + size.posts])
        theirs = servers[0].spent_on([model_form] * size.posts)
        rounds.append((ours, theirs, here.spent_on([insert] * size.posts)))
    ours, theirs, bare = (median(column) for column in zip(*rounds, strict=True))
    title(f"Sending {STORED} questions, over HTTP, signed in")
    tell("Dayaq: rights, rules, history, audit", ours, ours.total, "8 ms, stretch 5")
    tell("ModelForm + simple-history, no audit", theirs, ours.total)
    tell("bare INSERT of the same five rows", bare, ours.total)


def sending(visitor: Visitor, draft: Draft) -> Callable[[], None]:
    """The review page's button."""
    path = reverse("portal:draft-step", args=[draft.uuid, "review"], urlconf="config.urls")
    return lambda: visitor.post(path, **{"wizard-current_step": "review"})


# --- (d) importing -----------------------------------------------------------------------


def importing(workbook: Path | None, size: Size) -> None:
    """Workbooks read, checked and kept as a draft, each in a process of its own."""
    title("Importing a workbook, with every repair; kept as a draft")
    with tempfile.TemporaryDirectory() as folder:
        for count in (STORED, size.large):
            path = Path(folder) / f"made_{count}.xlsx"
            write_workbook(material.spec(count, section_size=20), path, shared={})
            tell_import(path, "8 s, 300 MB" if count == LARGE else "")
        if workbook is not None:
            tell_import(workbook, "8 s, 300 MB")


def tell_import(path: Path, aim: str) -> None:
    """Import one workbook and say what it cost."""
    command = [sys.executable, str(Path(__file__)), "--import-one", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    note = f"  aim {aim}" if aim else ""
    print(
        f"  {found['questions']:5} questions: {found['cpu']:5.2f} s of processor, "
        f"{found['wall']:5.2f} s; {found['memory']:.0f} MB + {found['child']:.0f} MB of the "
        f"reading child{note}"
    )


def import_one(path: Path) -> None:
    """Import, print what it cost, keep nothing."""
    actor = Actor.for_user(clerk())
    wall, cpu = time.perf_counter(), processor_seconds()
    with transaction.atomic():
        made = import_repaired(
            path, code=None, publish=False, any_language=True, actor=actor, now=timezone.now()
        )
        transaction.set_rollback(True)
    figures = {
        "questions": made.questions,
        "cpu": processor_seconds() - cpu,
        "wall": time.perf_counter() - wall,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }
    print(json.dumps(figures))


def processor_seconds() -> float:
    """What this process and its finished children have used."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


# --- the run -----------------------------------------------------------------------------


def run(size: Size, workbook: Path | None) -> None:
    """Everything, one table after the other."""
    now = timezone.now()
    user, versions = prepare(now)
    session = session_of(user)

    def draft(count: int, **answers: Any) -> Draft:
        return Draft.objects.create(
            form_version=versions[count], user=user, updated_at=now, answers=answers
        )

    empty = {count: draft(count) for count in DRAWN}
    full = [
        draft(STORED, **material.answers(STORED))
        for _number in range(size.warm_up + size.rounds * size.posts)
    ]
    with (
        rival_tables(DRAWN),
        web_server("benchmarks.rivals.wsgi") as (rival_address, rival_worker),
        web_server(DJANGO_SETTINGS_MODULE="config.settings.demo") as (address, worker),
    ):
        visitors = Visitor(rival_address, session), Visitor(address, session)
        servers = Processors(rival_worker), Processors(worker)
        drawing(*visitors, servers, empty, size)
        judging(size)
        storing(*visitors, servers, full, size)
    importing(workbook, size)


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="run through, measure nothing")
    parser.add_argument("--workbook", type=Path, help="another workbook to import")
    parser.add_argument("--import-one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    with embedded.running_when_needed(settings.DATABASES["default"]):
        translation.activate("az")
        if options.import_one:
            import_one(options.import_one)
        else:
            run(QUICK if options.quick else FULL, options.workbook)


if __name__ == "__main__":
    main()

"""Texts that want to run, as questions and as answers, on every page that shows them."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from config.accounts.actors import Actor
from forms_builder.models import FormDefinition
from registry.models import Draft
from registry.services import amend, submit
from tests.support.forms import form, make_register, publish, publish_list, question, section

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

OWN = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea></title></script><svg onload=alert(1)>",
    "' autofocus onfocus=alert(1) x='",
    "[x](javascript:alert(1)) <b>bold</b>",
    "{{constructor.constructor('alert(1)')()}} {% now 'Y' %}",
    "<style>@import 'http://127.0.0.1:18999/css';</style>",
    "<base href=http://127.0.0.1:18999/><meta http-equiv=refresh content='0;url=/x'>",
]
LIST = Path(settings.BASE_DIR).parent / "shared" / "security" / "lists" / "xss.json"


def payloads() -> list[str]:
    return OWN + (json.loads(LIST.read_text()) if LIST.exists() else [])


def labels(text: str) -> dict[str, str]:
    return {"az": text, "en": text}


def hostile_form(texts: list[str]) -> dict[str, Any]:
    """A form in which every text that people see is one of `texts`."""
    questions = [
        question(
            f"q{number}",
            "text",
            labels=labels(text),
            hint=labels(text),
            guidance=labels(text),
            constraint="string-length(.) < 5000",
            constraint_message=labels(text),
        )
        for number, text in enumerate(texts)
    ]
    first = texts[0]
    choice = question("c", "select_one", list="hostile", labels=labels(first + "${q0}"))
    rows = {
        "kind": "repeat",
        "name": "r",
        "labels": labels(first),
        "children": [question("rq")],
    }
    note = question("n", "note", labels=labels("${q0} " + texts[1]))
    made = form(
        "hostile", section("main", *questions, choice, note, rows, labels=labels(first))
    )
    return {**made, "labels": labels(first)}


def watch(page: Page, done: list[str]) -> None:
    """Keep in `done` what a text does when it runs."""

    def dismiss(dialog: Any) -> None:
        done.append(f"dialog on {page.url}")
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on(
        "request", lambda request: done.append(request.url) if ":18999" in request.url else None
    )


class TestATextThatWantsToRun:
    def test_is_shown_and_never_run(self, open_page, make_user, administrator):
        texts = payloads()
        make_register("cases", labels=labels(texts[0]))
        publish_list("hostile", [{"name": "a", "labels": labels(texts[1])}])
        version = publish(hostile_form(texts))
        worker = make_user("social_worker", username="leyla", first_name=texts[0])
        answers = {f"q{number}": text for number, text in enumerate(texts)}
        answers |= {"c": "a", "r": [{"rq": texts[0]}]}
        actor, now = Actor.for_user(worker), timezone.now()
        sent = submit(version=version, answers=answers, actor=actor, now=now)
        changed = amend(
            submission=sent,
            answers={**answers, "q0": texts[1]},
            actor=actor,
            now=now,
            expected_row_version=sent.row_version,
            reason_code="mistake",
            reason=texts[0],
        )
        draft = Draft.objects.create(
            form_version=version, user=worker, updated_at=now, answers=answers
        )

        page = open_page(worker)
        done: list[str] = []
        watch(page, done)
        for address in portal_pages(changed, draft):
            page.goto(address)
            assert page.locator("main, body").first.inner_text(), address
        page = open_page(administrator)
        watch(page, done)
        for address in admin_pages():
            page.goto(address)
            page.wait_for_load_state("networkidle")
        assert done == []


def portal_pages(submission: Any, draft: Draft) -> list[str]:
    return [
        reverse("portal:forms"),
        reverse("portal:draft-step", args=[draft.uuid, "main"]),
        reverse("portal:draft-step", args=[draft.uuid, "review"]),
        reverse("portal:drafts"),
        reverse("portal:record", args=[submission.record.uuid]),
        reverse("portal:register", args=["cases"]),
        reverse("portal:search") + "?q=alert",
        reverse("portal:print", args=[submission.uuid]),
        reverse("portal:print-form", args=["hostile"]),
        reverse("portal:receipt", args=[submission.uuid]),
    ]


def admin_pages() -> list[str]:
    pk = FormDefinition.objects.get(code="hostile").pk
    return [
        f"/cms/snippets/forms_builder/formdefinition/edit/{pk}/",
        f"/cms/forms/{pk}/try/",
        f"/cms/snippets/forms_builder/formdefinition/history/{pk}/",
        "/cms/snippets/forms_builder/formdefinition/",
    ]

"""Another language in the middle of filling: what was typed, right or wrong, stays."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registry.models import Draft
from tests.support.forms import form, make_register, publish, question, section

pytestmark = pytest.mark.django_db

QUESTIONS = section(
    "one", question("ad", "text", required=True), question("sayi", "integer", required=True)
)
TYPED = {"sayi": "çox", "wizard-current_step": "one", "_language": "en"}


def header_button(page: Any) -> str:
    """The button of English in the page's header."""
    found = re.search(r'<button class="language__button"[^>]*value="en"[^>]*>', page.text)
    assert found is not None
    return found[0]


class TestAWorker:
    def test_reads_the_step_in_the_other_language_with_what_was_typed(self, make_user):
        make_register("cases")
        version = publish(form("counts", QUESTIONS))
        worker = make_user("social_worker", username="leyla")
        draft = Draft.objects.create(
            form_version=version, user=worker, updated_at=timezone.now()
        )
        client, step = Client(), reverse("portal:draft-step", args=[draft.uuid, "one"])
        client.force_login(worker)
        button = header_button(client.get(step))
        assert 'form="fill"' in button
        assert 'name="_language"' in button

        answer = client.post(step, TYPED)

        assert (answer.status_code, answer.url) == (302, step)
        page = client.get(step)
        assert '<html lang="en"' in page.text
        assert 'value="çox"' in page.text
        worker.refresh_from_db()
        assert worker.language == "en"

    def test_changes_the_language_of_other_pages_as_before(self, make_user):
        client = Client()
        client.force_login(make_user("social_worker"))
        assert 'name="language"' in header_button(client.get("/portal/"))
        client.post(reverse("set_language"), {"language": "en", "next": "/portal/"})
        assert '<html lang="en"' in client.get("/portal/").text


class TestACitizen:
    def test_reads_the_step_in_the_other_language_with_what_was_typed(self, client: Client):
        make_register("cases")
        settings = {"register": "cases", "mode": "create", "public": True}
        publish(form("signals", QUESTIONS, settings=settings))
        client.post(reverse("citizen:begin", args=["signals"]))
        step = reverse("citizen:step", args=["signals", "one"])
        assert 'form="fill"' in header_button(client.get(step))

        answer = client.post(step, TYPED)

        assert (answer.status_code, answer.url) == (302, f"/en{step}")
        page = client.get(answer.url)
        assert '<html lang="en"' in page.text
        assert 'value="çox"' in page.text

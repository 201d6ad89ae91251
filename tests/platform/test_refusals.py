"""Refused requests: programs get a problem, people keep what they typed."""

import re
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registry.models import Draft
from tests.support.forms import form, make_register, publish, question, section

TYPED = {"ad": 'Aygün "Şəmsi"\r\n<b>', "many": ["a", "b"]}
HOME = {"Origin": "http://testserver"}


@pytest.mark.django_db
class TestTheApi:
    @pytest.mark.parametrize(
        ("method", "path", "status", "code"),
        [
            ("post", "/api/v1/forms", 405, "method_not_allowed"),
            ("delete", "/api/v1/services/x", 405, "method_not_allowed"),
            ("trace", "/api/v1/openapi.json", 405, "method_not_allowed"),
            ("post", "/api/v1/openapi.json", 403, "forbidden"),
            ("get", "/api/v1/", 404, "not_found"),
            ("get", "/api/", 404, "not_found"),
            ("get", "/api/v2/forms/", 404, "not_found"),
        ],
    )
    def test_refuses_by_a_problem(self, method: str, path: str, status: int, code: str):
        answer = getattr(Client(enforce_csrf_checks=True), method)(path)
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == code
        assert bool(answer.headers.get("Allow")) == (status == 405)

    def test_answers_who_only_asks_for_headers(self, client: Client):
        answer = client.head("/api/v1/forms")
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.django_db
class TestAPage:
    @pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
    @pytest.mark.parametrize("path", ["/healthz", "/portal/", "/xidmetler/", "/cms/"])
    def test_knows_no_method_but_those_of_pages(self, client: Client, method: str, path: str):
        assert getattr(client, method)(path).status_code == 405


@pytest.mark.django_db
class TestABodyThatCannotBeRead:
    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("application/x-www-form-urlencoded; charset=utf-7", b"a=b"),
            ("application/x-www-form-urlencoded; charset=nothing", b"a=b"),
            ("multipart/form-data", b"a=b"),
            ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
            ("application/x-www-form-urlencoded", b"a=b&" * 20_001),
            ("application/x-www-form-urlencoded", b"a=" + b"b" * 10_500_000),
        ],
    )
    def test_is_refused_in_our_words(self, draft: Draft, content_type: str, body: bytes):
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.force_login(draft.user)
        client.get(step(draft))
        token = client.cookies["csrftoken"].value
        for path in (step(draft), "/api/v1/forms"):
            answer = client.generic(
                "POST", path, body, content_type, headers={**HOME, "X-CSRFToken": token}
            )
            assert 400 <= answer.status_code < 500, path
            assert path.startswith("/api/") or '<html lang="az"' in answer.text, path


@pytest.mark.django_db
class TestAFormOfTheAdmin:
    def test_that_lost_its_rows_on_the_way_is_refused(self, draft: Draft, administrator):
        client = Client(raise_request_exception=False)
        client.force_login(administrator)
        pk = draft.form_version.definition_id
        address = reverse("wagtailsnippets_forms_builder_formdefinition:edit", args=[pk])
        answer = client.post(address, {"code": "names", "title_az": "Adlar"})
        assert answer.status_code == 400
        assert '<html lang="az"' in answer.text


@pytest.fixture
def draft(make_user: Any) -> Draft:
    make_register("cases")
    version = publish(form("names", section("one", question("ad", "text"))))
    user = make_user("social_worker", username="leyla")
    return Draft.objects.create(form_version=version, user=user, updated_at=timezone.now())


def step(draft: Draft) -> str:
    return reverse("portal:draft-step", args=[draft.uuid, "one"])


def again(page: Any) -> tuple[str, dict[str, list[str]]]:
    """The address and the fields of the form that sends the same again."""
    found = re.search(r'(?s)<form method="post" action="(/portal/[^"]+)".*?</form>', page.text)
    assert found is not None
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', found[0]):
        plain = value.replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">")
        fields.setdefault(name, []).append(plain)
    return found[1], fields


@pytest.mark.django_db
class TestWhatWasTyped:
    @pytest.fixture
    def browser(self, draft: Draft) -> Client:
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.force_login(draft.user)
        client.get(step(draft))
        return client

    def test_is_offered_again_by_a_page_that_is_too_old(self, browser: Client, draft: Draft):
        typed = {**TYPED, "csrfmiddlewaretoken": "x" * 64, "_leave": "1"}
        refused = browser.post(step(draft), typed, headers=HOME)
        assert refused.status_code == 403
        assert '<html lang="az"' in refused.text
        address, fields = again(refused)
        assert (fields["ad"], fields["many"]) == ([TYPED["ad"]], TYPED["many"])

        taken = browser.post(address, fields, headers=HOME)
        assert taken.status_code == 302
        draft.refresh_from_db()
        assert draft.answers["ad"].split() == TYPED["ad"].split()

    def test_is_offered_again_after_the_session_ended(self, browser: Client, draft: Draft):
        token = browser.cookies["csrftoken"].value
        del browser.cookies["sessionid"]
        typed = {**TYPED, "csrfmiddlewaretoken": token, "_leave": "1"}
        refused = browser.post(step(draft), typed, headers=HOME)
        assert refused.status_code == 403
        assert "/accounts/login/" in refused.text
        address, fields = again(refused)

        browser.force_login(draft.user)
        assert browser.post(address, fields, headers=HOME).status_code == 302
        draft.refresh_from_db()
        assert draft.answers["ad"].startswith("Aygün")

    def test_is_offered_again_while_the_database_is_away(
        self, browser: Client, draft: Draft, monkeypatch: pytest.MonkeyPatch
    ):
        def away(*args: Any, **kwargs: Any) -> None:
            raise OperationalError("the database went away")

        token = browser.cookies["csrftoken"].value
        monkeypatch.setattr("registry.drafting.save", away)
        typed = {**TYPED, "csrfmiddlewaretoken": token}
        refused = browser.post(step(draft), typed, headers=HOME)
        assert refused.status_code == 503
        assert again(refused)[1]["ad"] == [TYPED["ad"]]

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {**HOME, "Sec-Fetch-Site": "cross-site"},
        ],
    )
    def test_is_not_put_there_by_a_strange_page(
        self, browser: Client, draft: Draft, headers: dict[str, str]
    ):
        refused = browser.post(step(draft), {"ad": "özgə sözü"}, headers=headers)
        assert refused.status_code == 403
        assert "özgə sözü" not in refused.text

    def test_is_no_password(self, browser: Client):
        refused = browser.post("/accounts/login/", {"password": "gizli-söz"}, headers=HOME)
        assert refused.status_code == 403
        assert "gizli-söz" not in refused.text

"""Filling a form of which the filler may see a part only."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from config.accounts.actors import Actor
from registry.models import Draft, Submission
from registry.seen import withheld_from
from registry.services import submit
from tests.registry import specs

pytestmark = pytest.mark.django_db

SECRET = "gizli"
HIDDEN = {"sensitivity": "sensitive"}


def words(text: str) -> dict[str, str]:
    return {"az": text, "en": text}


def secret(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """A question of which every word is secret."""
    return specs.question(
        f"gizli_{name}",
        kind,
        labels=words(f"gizli sual {name}"),
        hints=words("gizli ipucu"),
        constraint_message=words("gizli mesaj"),
        **{**HIDDEN, **more},
    )


def form_spec(**settings: Any) -> dict[str, Any]:
    """Open and secret questions that depend on one another."""
    one = [
        specs.question("open"),
        specs.question("risk", relevant="${gizli_first} = 'gizlisirr'"),
        specs.question("match", relevant="${open} = ${gizli_first}"),
        specs.question("said", labels=words("Cavab: ${gizli_first}")),
        specs.question("free", relevant="${open} = 'x' and ${gizli_kind} = 'gizlisec'"),
        secret("first", default="gizlisirr", required=True),
        secret("kind", "select_one", list="gizlilist", default="gizlisec"),
        secret("must", required=True, constraint=". = 'gizli'"),
        secret("sum", "calculate", calculation="concat(${gizli_first}, 'gizlihesab')"),
        {
            "kind": "group",
            "name": "gizliqrup",
            "labels": words("gizli qrup"),
            "children": [secret("inner")],
        },
        {
            "kind": "repeat",
            "name": "gizlisira",
            "labels": words("gizli sıra"),
            "children": [secret("cell")],
        },
        {
            "kind": "repeat",
            "name": "members",
            "labels": words("Üzv"),
            "children": [
                specs.question("name"),
                secret("illness", default="gizlixeste"),
                specs.question("care", relevant="${gizli_illness} != ''"),
            ],
        },
    ]
    return {
        "schema": 1,
        "code": "partly",
        "labels": words("Qismən"),
        "languages": ["az", "en"],
        "default_language": "az",
        "settings": {"register": "cases", "mode": "create", **settings},
        "lists": {"gizlilist": [{"name": "gizlisec", "labels": words("gizli seçim")}]},
        "children": [
            {"kind": "section", "name": "one", "labels": words("Bir"), "children": one},
            {
                "kind": "section",
                "name": "gizlibolme",
                "labels": words("gizli bölmə"),
                "children": [secret("last")],
            },
            {
                "kind": "section",
                "name": "two",
                "labels": words("İki"),
                "children": [specs.question("end")],
            },
        ],
    }


@pytest.fixture
def version(publish):
    access = [
        specs.rule(["registrar"], sensitivity="internal"),
        specs.rule(["social_worker"]),
    ]
    publish(specs.register_spec(access=access, title_template=""))
    return publish(form_spec())


@pytest.fixture
def registrar(make_user):
    return make_user("registrar", username="rena")


@pytest.fixture
def client(registrar) -> Client:
    client = Client()
    client.force_login(registrar)
    return client


def begin(client: Client) -> Draft:
    client.get(reverse("portal:fill", args=["partly"]), follow=True)
    return Draft.objects.get()


def step(client: Client, draft: Draft, name: str, **posted: Any) -> Any:
    url = reverse("portal:draft-step", args=[draft.uuid, name])
    draft.refresh_from_db()
    return (
        client.post(url, {"wizard-current_step": name, **posted}) if posted else client.get(url)
    )


def definition_of(client: Client, page: Any) -> str:
    url = re.search(r'data-definition="([^"]+)"', page.content.decode())[1]
    return client.get(url).content.decode()


class TestAPage:
    def test_holds_no_word_of_what_is_withheld(self, client, version):
        draft = begin(client)
        for name in ("one", "two", "review"):
            page = step(client, draft, name)
            assert page.status_code == 200
            assert SECRET not in page.content.decode()

    def test_fetches_a_form_without_it(self, client, version):
        page = step(client, begin(client), "one")
        definition = definition_of(client, page)

        assert SECRET not in definition
        assert "one/open" in json.loads(definition)["compiled"]["nodes"]
        assert "two/end" not in definition

    def test_is_told_what_the_hidden_conditions_say(self, client, version):
        page = step(client, begin(client), "one")
        given = page.context["page_data"]["given"]

        assert True in [value for one in given.values() for value in one.values()]
        assert (
            re.search(r'data-question="risk"[^>]*>', page.content.decode())[0].find("hidden")
            < 0
        )

    def test_is_found_at_no_other_address(self, client, version, make_user):
        page = step(client, begin(client), "one")
        url = re.search(r'data-definition="([^"]+)"', page.content.decode())[1]
        other = Client()
        other.force_login(make_user("social_worker"))

        assert other.get(url).status_code == 404
        assert client.get(re.sub(r"/[^/]+\.json", "/0123.json", url)).status_code == 404
        assert client.get(url.replace("/one/", "/gizlibolme/")).status_code == 404
        assert step(client, Draft.objects.get(), "gizlibolme").status_code == 302

    def test_searches_no_list_of_a_withheld_question(self, client, version):
        url = reverse("portal:draft-choices", args=[begin(client).uuid])

        assert client.get(url, {"path": "gizli_kind"}).status_code == 404

    def test_shows_everything_to_who_may_see_it(self, version, worker):
        client = Client()
        client.force_login(worker)
        page = step(client, begin(client), "one")

        assert "gizli sual must" in page.content.decode()
        assert "one/gizli_must" in definition_of(client, page)

    def test_is_printed_blank_without_it(self, client, version):
        page = client.get(reverse("portal:print-form", args=["partly"]))

        assert "Question open" in page.content.decode() or "Sual open" in page.content.decode()
        assert SECRET not in page.content.decode()


class TestSaving:
    def test_answers_an_autosave_without_it(self, client, version):
        draft = begin(client)
        page = step(client, draft, "one", open="x", _autosave="1", row_version="1")

        assert SECRET not in page.content.decode()
        assert json.loads(page.content)["row_version"] == 2

    def test_answers_an_autosave_with_what_the_page_cannot_work_out(self, client, version):
        draft = begin(client)
        before = step(client, draft, "one").context["page_data"]["given"]
        same = {"open": "gizlisirr", "_autosave": "1", "row_version": "1"}
        after = json.loads(step(client, draft, "one", **same).content)["given"]

        changed = [name for name in after if after[name] != before[name]]
        assert [after[name] for name in changed] == [{"": True}]

    def test_looks_a_record_up_for_the_page(self, client, publish, version, actor, noon):
        typed = {"risk": "yüksək", "gizli_must": "gizli", "gizli_first": "gizlisirr"}
        sent = submit(version=version, answers=typed, actor=actor, now=noon)
        assert sent.record is not None
        key = sent.record.key
        seen = "pulldata('cases', 'risk', 'key', ${number}) = 'yüksək'"
        spec = {
            **form_spec(),
            "children": [
                {
                    "kind": "section",
                    "name": "one",
                    "labels": words("Bir"),
                    "children": [
                        specs.question("number"),
                        specs.question("high", relevant=seen),
                    ],
                }
            ],
        }
        publish(spec)
        draft = begin(client)
        page = step(client, draft, "one")
        assert "pulldata" not in definition_of(client, page)

        saved = step(client, draft, "one", number=key, _autosave="1", row_version="1")
        assert json.loads(saved.content)["given"] == {"1": {"": True}}

    def test_takes_nothing_that_is_sent_for_it(self, client, version):
        draft = begin(client)
        typed = {"gizli_must": "gizli", "gizli_first": "dəyişdi"}
        step(client, draft, "one", open="x", **typed, **{"gizlisira[0]": "row"})
        draft.refresh_from_db()

        assert "gizli_must" not in draft.answers
        assert draft.answers["gizli_first"] == "gizlisirr"

    def test_sends_in_with_what_the_form_itself_gives(self, client, version):
        draft = begin(client)
        step(client, draft, "one", open="x", free="y", **{"members[0]": "row"})
        sent = step(client, draft, "review", **{"wizard-current_step": "review"})

        answers = Submission.objects.get().answers
        assert sent.status_code == 302
        assert answers["gizli_sum"] == "gizlisirrgizlihesab"
        assert answers["free"] == "y"
        assert answers["members"] == [{"gizli_illness": "gizlixeste"}]
        assert "gizli_must" not in answers

    def test_names_no_withheld_question_among_the_problems(self, client, publish, version):
        draft = begin(client)
        page = step(client, draft, "one", open="x" * 300_000)

        assert SECRET not in page.content.decode()


class TestTheDoor:
    def test_takes_nothing_from_who_may_not_see_it(self, version, registrar, noon):
        typed = {"open": "x", "gizli_must": "gizli", "gizli_first": "dəyişdi"}
        sent = submit(version=version, answers=typed, actor=Actor.for_user(registrar), now=noon)

        assert "gizli_must" not in sent.answers
        assert sent.answers["gizli_first"] == "gizlisirr"

    def test_asks_who_may_see_it(self, version, actor, noon):
        typed = {"gizli_must": "gizli", "gizli_first": "gizlisirr"}
        sent = submit(version=version, answers=typed, actor=actor, now=noon)

        assert sent.answers["gizli_must"] == "gizli"

    def test_lets_a_job_give_every_answer(self, version, noon):
        actor = Actor.system("import")
        typed = {"gizli_must": "gizli", "gizli_first": "a"}

        assert withheld_from(actor, version) == frozenset()
        assert submit(version=version, answers=typed, actor=actor, now=noon).answers[
            "gizli_must"
        ]


class TestAPublicForm:
    @pytest.fixture
    def public(self, publish, cases):
        children = [
            specs.question("story", sensitivity="sensitive"),
            secret("score", "calculate", calculation="string-length(${story})"),
            specs.question("age", "calculate", calculation="1 + 1"),
            specs.question("more", relevant="${gizli_score} > 3"),
        ]
        spec = {
            **form_spec(public=True),
            "code": "public",
            "children": [
                {"kind": "section", "name": "one", "labels": words("Bir"), "children": children}
            ],
        }
        return publish(spec)

    def test_asks_everything_and_keeps_what_the_ministry_works_out(self, public):
        citizen = Client()
        citizen.post(reverse("citizen:begin", args=["public"]))
        page = citizen.get(reverse("citizen:step", args=["public", "one"]))
        definition = definition_of(citizen, page)

        assert 'data-question="story"' in page.content.decode()
        assert SECRET not in page.content.decode() + definition
        assert "one/age" not in definition or "gizli" not in definition

    def test_gives_its_pages_to_the_browser_that_began_it(self, public):
        citizen = Client()
        citizen.post(reverse("citizen:begin", args=["public"]))
        page = citizen.get(reverse("citizen:step", args=["public", "one"]))
        url = re.search(r'data-definition="([^"]+)"', page.content.decode())[1]

        assert Client().get(url).status_code == 404
        assert citizen.get(url)["Cache-Control"].startswith("private")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_follows_what_the_server_finds_while_somebody_types(
    open_page, publish, version, registrar
):
    page = open_page(registrar)
    page.goto("/portal/fill/partly/")
    match = page.locator('[data-question="match"]')
    expect(page.locator('[data-question="risk"]')).to_be_visible()
    expect(match).to_be_hidden()

    page.locator('[name="open"]').fill("gizlisirr")
    expect(match).to_be_visible(timeout=15_000)
    page.locator('[name="open"]').fill("başqa")
    expect(match).to_be_hidden(timeout=15_000)
    page.locator('[name="open"]').fill("x")
    expect(page.locator('[data-question="free"]')).to_be_visible()
    assert "gizli" not in page.content()

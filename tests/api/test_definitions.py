"""What of a form's definition the API hands out to whom."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forms_builder.services import publish_choice_list, save_choice_list
from tests.registry import specs
from tests.registry.conftest import publish
from tests.support.content import ACTOR

__all__ = ["publish"]

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/forms/partly/current"


def secret(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """A question of which everything is secret."""
    words = {"labels": {"az": "gizli sual", "en": "gizli sual"}}
    return specs.question(f"gizli_{name}", kind, sensitivity="sensitive", **{**words, **more})


def form(**settings: Any) -> dict[str, Any]:
    """Open and secret questions that depend on one another."""
    children = [
        specs.question("open"),
        specs.question("risk", relevant="${gizli_first} = 'gizlisirr'"),
        specs.question("after", relevant="${open} = 'x'"),
        specs.question("said", labels={"az": "Cavab: ${gizli_first}"}),
        specs.question("kind", "select_one", list="openlist"),
        secret("first", default="gizlisirr"),
        secret("kind", "select_one", list="gizlilist"),
        secret("sum", "calculate", calculation="concat(${gizli_first}, 'gizlihesab')"),
        {
            "kind": "group",
            "name": "gizliqrup",
            "labels": {"az": "gizli qrup"},
            "children": [secret("inner")],
        },
    ]
    row = {"labels": {"az": "gizli seçim"}}
    return {
        "schema": 1,
        "code": "partly",
        "labels": {"az": "Qismən"},
        "settings": {
            "register": "cases",
            "mode": "create",
            "person_map": {"fin": "gizli_first", "last_name": "open"},
            **settings,
        },
        "lists": {
            "gizlilist": [{"name": "gizlisec", **row}],
            "openlist": [{"name": "yes", "labels": {"az": "Bəli"}}],
        },
        "children": [
            {"kind": "section", "name": "one", "labels": {"az": "Bir"}, "children": children}
        ],
        "tests": [{"name": "gizli sınaq", "answers": {"open": "gizli"}, "expect": {}}],
    }


@pytest.fixture
def version(publish: Any) -> Any:
    publish(specs.persons_spec())
    access = [
        specs.rule(["registrar"], sensitivity="internal"),
        specs.rule(["social_worker"]),
        specs.rule(["auditor"], actions=["read", "audit"], sensitivity="internal"),
        specs.rule(["other"], actions=["assign"]),
    ]
    publish(specs.register_spec(access=access, title_template=""))
    return publish(form(filled_by=["registrar", "social_worker"]))


@pytest.fixture
def get(client: Client, make_user: Any) -> Any:
    """`get("registrar")`: what the API answers to somebody in this role."""

    def ask(role: str, address: str = ADDRESS, **user: Any) -> Any:
        client.force_login(make_user(role, **user))
        return client.get(address)

    return ask


class TestADefinition:
    def test_is_whole_for_whoever_may_answer_everything(self, get: Any, version: Any) -> None:
        response = get("social_worker")
        assert response.json()["spec"] == version.spec
        assert not response.json()["partial"]
        assert response["ETag"] == f'"{version.sha256}"'

    def test_is_whole_for_whoever_configures_forms(self, get: Any, version: Any) -> None:
        response = get("", permissions=["forms_builder.view_formdefinition"])
        assert response.json()["spec"] == version.spec

    @pytest.mark.parametrize("role", ["registrar", "auditor"])
    def test_tells_nothing_of_what_is_not_for_its_reader(
        self, get: Any, version: Any, role: str
    ) -> None:
        response = get(role)
        assert "gizli" not in response.content.decode()
        assert response.json()["partial"]
        section = response.json()["spec"]["children"][0]
        names = [node["name"] for node in section["children"]]
        assert names == ["open", "risk", "after", "said", "kind"]

    def test_names_the_rules_that_only_the_server_can_judge(
        self, get: Any, version: Any
    ) -> None:
        children = get("registrar").json()["spec"]["children"][0]["children"]
        nodes = {node["name"]: node for node in children}
        assert nodes["risk"]["given"] == ["relevant"]
        assert "relevant" not in nodes["risk"]
        assert nodes["after"]["relevant"] == "${open} = 'x'"
        assert "given" not in nodes["after"]

    def test_keeps_the_lists_that_are_asked_from(self, get: Any, version: Any) -> None:
        assert set(get("registrar").json()["spec"]["lists"]) == {"openlist"}

    @pytest.mark.parametrize("address", [ADDRESS, "/api/v1/forms/partly/versions/1"])
    def test_is_not_there_for_who_neither_fills_nor_reads_it(
        self, get: Any, version: Any, address: str
    ) -> None:
        for role in ("other", "passer_by", ""):
            response = get(role, address)
            assert (response.status_code, response.json()["code"]) == (404, "not_found")

    def test_in_part_is_another_thing_to_caches_than_the_whole(
        self, get: Any, version: Any
    ) -> None:
        part = get("registrar", "/api/v1/forms/partly/versions/1")
        whole = get("social_worker", "/api/v1/forms/partly/versions/1")
        assert part["ETag"] != whole["ETag"]
        assert "immutable" not in part["Cache-Control"]
        assert "immutable" in whole["Cache-Control"]
        assert part["Cache-Control"].startswith("private")

    def test_of_a_public_form_asks_strangers_only_what_is_for_them(
        self, client: Client, make_user: Any, publish: Any
    ) -> None:
        publish(specs.persons_spec())
        publish(specs.register_spec(title_template=""))
        spec = form(public=True)
        spec["children"][0]["children"][5:] = [
            specs.question("gizli_first", "calculate", calculation="1", sensitivity="internal"),
        ]
        del spec["lists"]["gizlilist"], spec["settings"]["person_map"], spec["tests"]
        publish(spec)
        assert "gizli" not in client.get(ADDRESS).content.decode()
        client.force_login(make_user("social_worker"))
        assert "gizli" in client.get(ADDRESS).content.decode()


class TestTheListOfForms:
    @pytest.mark.parametrize(
        ("role", "codes"),
        [("registrar", ["partly"]), ("auditor", ["partly"]), ("other", []), ("", [])],
    )
    def test_names_those_of_which_something_is_for_the_reader(
        self, get: Any, version: Any, role: str, codes: list[str]
    ) -> None:
        items = get(role, "/api/v1/forms").json()["items"]
        assert [item["code"] for item in items] == codes

    def test_forgets_a_form_that_was_withdrawn(self, get: Any, version: Any) -> None:
        assert get("registrar", "/api/v1/forms").json()["items"]
        version.definition.unpublish()
        assert get("registrar", "/api/v1/forms").json()["items"] == []


class TestAListForStrangers:
    """Which lists are public is known per version: no request reads any form."""

    @pytest.fixture
    def lists(self, version: Any, make_list: Any, make_published_form: Any) -> None:
        make_list("colour", red="Qırmızı")
        for number in range(3):
            make_published_form(f"form_{number}", public=True, list="colour")

    def test_takes_few_queries_that_read_no_form(self, client: Client, lists: None) -> None:
        assert client.get("/api/v1/lists/colour").status_code == 200
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/api/v1/lists/colour").status_code == 200
        assert len(captured) == 1
        assert "children" not in json.dumps(captured.captured_queries)

    def test_is_open_as_soon_as_a_public_form_asks_from_it(
        self, client: Client, lists: None, make_list: Any, make_published_form: Any
    ) -> None:
        make_list("shape", round="Dairə")
        assert client.get("/api/v1/lists/shape").status_code == 401
        made = make_published_form("fourth", public=True, list="shape")
        assert client.get("/api/v1/lists/shape").status_code == 200
        made.definition.unpublish()
        assert client.get("/api/v1/lists/shape").status_code == 401

    def test_is_closed_when_only_staff_is_asked_from_it(
        self, client: Client, publish: Any, make_list: Any
    ) -> None:
        make_list("inner", one="Bir")
        publish(specs.persons_spec())
        publish(specs.register_spec(title_template=""))
        spec = form(public=True)
        spec["children"] = [
            {**spec["children"][0], "children": [specs.question("open")]},
            {
                "kind": "section",
                "name": "staff",
                "for_staff": True,
                "labels": {"az": "Nazirlik"},
                "children": [specs.question("state", "select_one", list="inner")],
            },
        ]
        del spec["lists"], spec["settings"]["person_map"], spec["tests"]
        publish(spec)
        assert client.get("/api/v1/lists/inner").status_code == 401

    def test_of_a_forms_own_is_not_the_shared_one_of_that_name(
        self, client: Client, version: Any, noon: Any
    ) -> None:
        rows = [{"name": "one", "labels": {"az": "Bir"}}]
        made = save_choice_list("openlist", {"az": "Açıq"}, rows, ACTOR)
        publish_choice_list(made, actor=ACTOR, now=noon)
        assert client.get("/api/v1/lists/openlist").status_code == 401

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.accounts.models import User
from config.api import api
from content import services
from tests.support.content import ACTOR

pytestmark = pytest.mark.django_db
SNAPSHOT = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


@pytest.fixture
def worker(client: Client, make_user: Callable[..., User]) -> Client:
    """A client of someone who is signed in."""
    client.force_login(make_user("social_worker"))
    return client


def queries(client: Client, address: str) -> int:
    """How many queries an answer takes (the second time, when caches are warm)."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def is_problem(response: Any, status: int, code: str) -> bool:
    """Whether this is a problem of RFC 9457 with our stable code."""
    body = response.json()
    return (
        response.status_code == body["status"] == status
        and response["Content-Type"] == "application/problem+json"
        and body["code"] == code
        and bool(body["detail"])
    )


class TestAFormVersion:
    def test_is_no_longer_the_current_one_once_the_form_is_withdrawn(
        self, worker: Client, make_published_form: Any
    ) -> None:
        version = make_published_form("intake")
        assert worker.get("/api/v1/forms/intake/current").status_code == 200
        version.definition.unpublish()
        assert is_problem(worker.get("/api/v1/forms/intake/current"), 404, "not_found")

    def test_may_be_kept_for_ever(self, worker: Client, make_published_form: Any) -> None:
        version = make_published_form("intake")
        response = worker.get("/api/v1/forms/intake/versions/1")
        assert response.json()["spec"] == version.spec
        assert response["ETag"] == f'"{version.sha256}"'
        assert "immutable" in response["Cache-Control"]

    @pytest.mark.parametrize("path", ["versions/1", "current"])
    def test_is_not_sent_again_to_who_has_it(
        self, worker: Client, make_published_form: Any, path: str
    ) -> None:
        make_published_form("intake")
        first = worker.get(f"/api/v1/forms/intake/{path}")
        again = worker.get(
            f"/api/v1/forms/intake/{path}", headers={"If-None-Match": first["ETag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]

    def test_stays_after_the_next_one(self, worker: Client, make_published_form: Any) -> None:
        make_published_form("intake")
        make_published_form("intake", public=True)
        assert worker.get("/api/v1/forms/intake/versions/1").json()["version"] == 1
        assert worker.get("/api/v1/forms/intake/current").json()["version"] == 2

    @pytest.mark.parametrize("path", ["nothing/current", "intake/versions/9"])
    def test_that_is_not_there_is_a_problem(
        self, worker: Client, make_published_form: Any, path: str
    ) -> None:
        make_published_form("intake")
        assert is_problem(worker.get(f"/api/v1/forms/{path}"), 404, "not_found")

    @pytest.mark.parametrize("number", ["0", "x", "99999999999999"])
    def test_with_a_number_that_cannot_be_is_a_problem(
        self, worker: Client, number: str
    ) -> None:
        response = worker.get(f"/api/v1/forms/intake/versions/{number}")
        assert is_problem(response, 422, "invalid_request")
        assert response.json()["problems"][0]["path"] == "path/number"


class TestAStranger:
    def test_reads_public_forms(self, client: Client, make_published_form: Any) -> None:
        make_published_form("danger_signal", public=True)
        response = client.get("/api/v1/forms/danger_signal/current")
        assert response.status_code == 200
        assert response["Cache-Control"].startswith("public")

    @pytest.mark.parametrize("code", ["intake", "nothing"])
    @pytest.mark.parametrize("path", ["current", "versions/1"])
    def test_cannot_tell_a_closed_form_from_no_form(
        self, client: Client, make_published_form: Any, code: str, path: str
    ) -> None:
        make_published_form("intake")
        response = client.get(f"/api/v1/forms/{code}/{path}")
        assert is_problem(response, 401, "sign_in_required")

    def test_sees_public_forms_only_in_the_list(
        self, client: Client, make_published_form: Any
    ) -> None:
        make_published_form("danger_signal", public=True)
        make_published_form("intake")
        items = client.get("/api/v1/forms").json()["items"]
        assert [item["code"] for item in items] == ["danger_signal"]

    def test_reads_the_lists_of_public_forms_only(
        self, client: Client, make_published_form: Any, make_list: Any
    ) -> None:
        make_list("colour", red="Qırmızı")
        make_list("secret", one="Bir")
        make_published_form("danger_signal", public=True, list="colour")
        make_published_form("intake", list="secret")
        assert client.get("/api/v1/lists/colour").status_code == 200
        for code in ("secret", "nothing"):
            assert is_problem(client.get(f"/api/v1/lists/{code}"), 401, "sign_in_required")

    def test_sees_open_guides_only(self, client: Client, make_guide: Any) -> None:
        make_guide("guide_open")
        make_guide("guide_staff", open=False)
        items = client.get("/api/v1/guides").json()["items"]
        assert [item["code"] for item in items] == ["guide_open"]
        response = client.get("/api/v1/guides/guide_staff")
        assert is_problem(response, 401, "sign_in_required")


class TestAList:
    @pytest.fixture(autouse=True)
    def _places(self, db: None) -> None:
        for number in range(7):
            services.save_place(
                f"p{number}", kind="district", labels={"az": f"Rayon {number}"}, actor=ACTOR
            )

    def test_gives_every_row_once_page_by_page(self, client: Client) -> None:
        codes, cursor = [], ""
        while True:
            page = client.get(f"/api/v1/places?limit=3&cursor={cursor}").json()
            codes += [item["code"] for item in page["items"]]
            if not (cursor := page["next"]):
                break
        assert codes == [f"p{number}" for number in range(7)]

    def test_skips_nothing_when_rows_are_added_meanwhile(self, client: Client) -> None:
        first = client.get("/api/v1/places?limit=3").json()
        services.save_place("a", kind="district", labels={"az": "A"}, actor=ACTOR)
        rest = client.get(f"/api/v1/places?cursor={first['next']}").json()
        assert [item["code"] for item in rest["items"]] == ["p3", "p4", "p5", "p6"]

    @pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x"])
    def test_refuses_a_limit_out_of_bounds(self, client: Client, query: str) -> None:
        response = client.get(f"/api/v1/places?{query}")
        assert is_problem(response, 422, "invalid_request")

    @pytest.mark.parametrize("cursor", ["x", "%F0%9F%98%80", "/w", "____", "AA=="])
    def test_survives_any_cursor(self, client: Client, cursor: str) -> None:
        response = client.get(f"/api/v1/places?cursor={cursor}")
        assert response.status_code == 200 or is_problem(response, 422, "bad_cursor")

    def test_of_choices_is_cut_into_pages_too(self, worker: Client, make_list: Any) -> None:
        make_list("colour", red="Qırmızı", green="Yaşıl", blue="Mavi")
        first = worker.get("/api/v1/lists/colour?limit=2").json()
        rest = worker.get(f"/api/v1/lists/colour?limit=2&cursor={first['next']}").json()
        names = [item["name"] for item in first["items"] + rest["items"]]
        assert (names, rest["next"]) == (["red", "green", "blue"], None)
        assert is_problem(worker.get("/api/v1/lists/colour?cursor=eA"), 422, "bad_cursor")
        assert is_problem(worker.get("/api/v1/lists/nothing"), 404, "not_found")


class TestLanguage:
    @pytest.fixture(autouse=True)
    def _service(self, make_service: Any) -> None:
        make_service(name_az="Evdə qulluq", name_en="Home care")

    @pytest.mark.parametrize(
        ("query", "header", "title"),
        [
            ("", "", "Evdə qulluq"),
            ("", "en-GB,en;q=0.9", "Home care"),
            ("", "ru", "Evdə qulluq"),
            ("?lang=en", "az", "Home care"),
            ("?lang=xx", "en", "Home care"),
        ],
    )
    def test_is_the_one_asked_for(
        self, client: Client, query: str, header: str, title: str
    ) -> None:
        headers = {"Accept-Language": header} if header else {}
        response = client.get(f"/api/v1/services/home_care{query}", headers=headers)
        assert response.json()["title"] == title

    def test_is_part_of_the_etag(self, client: Client) -> None:
        az = client.get("/api/v1/services/home_care?lang=az")
        en = client.get(
            "/api/v1/services/home_care?lang=en", headers={"If-None-Match": az["ETag"]}
        )
        assert en.status_code == 200
        assert "Accept-Language" in en["Vary"]

    def test_of_a_guide_falls_back_to_azerbaijani(
        self, client: Client, make_guide: Any
    ) -> None:
        make_guide("guide_one", title="Bir")
        make_guide("guide_one", title="One", language="en")
        make_guide("guide_two", title="İki")
        items = client.get("/api/v1/guides?lang=en").json()["items"]
        assert [item["title"] for item in items] == ["One", "İki"]
        assert client.get("/api/v1/guides/guide_two?lang=en").json()["language"] == "az"


class TestReading:
    def test_a_service_that_is_not_offered_is_a_problem(
        self, client: Client, make_service: Any
    ) -> None:
        make_service("old").unpublish()
        assert is_problem(client.get("/api/v1/services/old"), 404, "not_found")
        assert client.get("/api/v1/services").json()["items"] == []

    def test_a_guide_gives_its_blocks(self, client: Client, make_guide: Any) -> None:
        make_guide()
        response = client.get("/api/v1/guides/guide_one")
        assert [block["type"] for block in response.json()["body"]] == ["heading", "text"]
        again = client.get(
            "/api/v1/guides/guide_one", headers={"If-None-Match": response["ETag"]}
        )
        assert again.status_code == 304

    def test_organizations_gives_their_parent(self, client: Client) -> None:
        services.save_organization("top", {"name_az": "Üst"}, ACTOR)
        services.save_organization("sub", {"name_az": "Alt", "parent": "top"}, ACTOR)
        items = client.get("/api/v1/organizations").json()["items"]
        assert [(item["code"], item["parent"]) for item in items] == [
            ("sub", "top"),
            ("top", None),
        ]

    def test_an_address_that_is_not_there_is_a_problem(self, client: Client) -> None:
        assert is_problem(client.get("/api/v1/nothing/at/all"), 404, "not_found")

    @pytest.mark.parametrize(
        "address",
        ["forms/%00/current", "services/%00", "guides/a%20b", "lists/%00", "places?kind=%00"],
    )
    def test_of_what_cannot_be_a_code_is_a_problem(self, worker: Client, address: str) -> None:
        assert is_problem(worker.get(f"/api/v1/{address}"), 422, "invalid_request")

    @pytest.mark.parametrize("name", ["forms", "services", "guides", "places", "organizations"])
    def test_takes_as_many_queries_for_twenty_as_for_one(
        self,
        worker: Client,
        make_service: Any,
        make_guide: Any,
        make_published_form: Any,
        name: str,
    ) -> None:
        def make(number: int) -> None:
            services.save_place(f"p{number}", kind="district", labels={"az": "R"}, actor=ACTOR)
            services.save_organization(f"o{number}", {"name_az": "Q"}, ACTOR)
            if name == "services":
                make_service(f"s{number}", providing_agencies=["o0"])
            elif name == "guides":
                make_guide(f"guide_{number}")
            elif name == "forms":
                make_published_form(f"form_{number}")

        make(0)
        one = queries(worker, f"/api/v1/{name}")
        for number in range(1, 20):
            make(number)
        assert queries(worker, f"/api/v1/{name}") == one
        assert len(worker.get(f"/api/v1/{name}").json()["items"]) >= 20


class TestOpenAPI:
    def test_is_the_committed_description(self) -> None:
        """After a wanted change write it anew; docs/testing.md says how."""
        text = json.dumps(api.get_openapi_schema())
        # Python 3.13 speaks of 422 in the words of RFC 9110, older ones in those of RFC 4918.
        now = json.loads(text.replace("Unprocessable Content", "Unprocessable Entity"))
        assert now == json.loads(SNAPSHOT.read_text(encoding="utf-8"))

    def test_is_served_without_pages_from_elsewhere(self, client: Client) -> None:
        assert client.get("/api/v1/openapi.json").status_code == 200
        assert client.get("/api/v1/docs").status_code == 404

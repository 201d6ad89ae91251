"""What people and machines do wrong while filling: a clear message, and nothing lost."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from config.accounts.models import Appointment
from forms_builder.models import FormDefinition
from registry.models import Attachment, Draft, Record, Submission
from tests.support.forms import form, make_register, publish, publish_list, question, section

pytestmark = pytest.mark.django_db

FIN = "regex(., '^[A-HJ-NP-Z0-9]{7}$')"


def small_picture() -> bytes:
    """A picture as we keep it: drawn anew, it is the same."""
    made = BytesIO()
    Image.new("RGB", (2, 2), "red").save(made, "PNG")
    return made.getvalue()


PNG = small_picture()


def case_form(*more: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return form(
        "case",
        section(
            "who",
            question("name", required=True),
            question("fin", constraint=FIN, constraint_message={"az": "FİN 7 işarədir"}),
            question("born", "date"),
            question("children", "integer"),
            question("kind", "select_one", list="kinds"),
            question("photo", "image"),
            question("paper", "file"),
            *more,
        ),
        section("more", question("remark", appearance="multiline")),
        **changes,
    )


@pytest.fixture
def version(db):
    publish_list("kinds", [kind("old"), kind("new")])
    make_register("cases")
    return publish(case_form())


def kind(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "labels": {"az": f"{name} növ"}, **more}


@pytest.fixture
def worker(make_user):
    return make_user("social_worker", username="leyla", first_name="Leyla")


@pytest.fixture
def client(worker) -> Client:
    client = Client()
    client.force_login(worker)
    return client


@pytest.fixture
def draft(client, version) -> Draft:
    client.get(reverse("portal:fill", args=["case"]))
    return Draft.objects.get()


def post(client: Client, draft: Draft, data: dict[str, Any], step: str = "who") -> Any:
    body = {"wizard-current_step": step, "row_version": draft.row_version, **data}
    return client.post(reverse("portal:draft-step", args=[draft.uuid, step]), body)


def refreshed(draft: Draft) -> Draft:
    return Draft.objects.get(pk=draft.pk)


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        pytest.param("fin", "123", "FİN 7 işarədir", id="wrong FIN"),
        pytest.param("born", "31.02.2020", "", id="no such day"),
        pytest.param("born", "sabah", "", id="not a date"),
        pytest.param("children", "iki", "", id="not a number"),
        pytest.param("name", "a" * 10_001, "", id="too long"),
        pytest.param("kind", "unknown", "", id="unknown choice"),
    ],
)
def test_a_wrong_answer_is_named_at_its_field_and_kept(client, draft, field, typed, message):
    response = post(client, draft, {"name": "Leyla", field: typed})

    page = response.content.decode()
    assert response.status_code == 200
    assert f'href="#q:{field}"' in page
    assert message in page
    assert refreshed(draft).answers[field] == typed
    assert typed in page


@pytest.mark.parametrize(
    "typed", ["5.3.2020", "05.03.2020", "05/03/2020", "5-3-2020", "05032020", "2020-03-05"]
)
def test_a_date_may_be_typed_in_other_ways(client, draft, typed):
    post(client, draft, {"name": "Leyla", "born": typed})

    assert refreshed(draft).answers["born"] == "2020-03-05"


def test_unknown_keys_and_characters_that_no_one_types_are_dropped(client, draft):
    response = post(client, draft, {"name": "Ley\0la", "nobody": "x", "photo": "y"})

    assert response.status_code == 302
    assert refreshed(draft).answers == {"name": "Leyla"}


def test_a_retired_choice_is_shown_and_refused(client, draft):
    post(client, draft, {"name": "Leyla", "kind": "old"})
    publish_list("kinds", [kind("old", retired=True), kind("new")])
    response = post(client, refreshed(draft), {"name": "Leyla", "kind": "old"})

    page = response.content.decode()
    assert response.status_code == 200
    assert 'href="#q:kind"' in page
    assert 'value="old" checked' in page


class TestFiles:
    def test_are_kept_privately_under_random_names(self, client, draft, settings, tmp_path):
        settings.PRIVATE_ROOT = str(tmp_path)
        photo = SimpleUploadedFile("../../ev şəkli.png", PNG, "image/png")
        post(client, draft, {"name": "Leyla", "photo": photo})

        attachment = Attachment.objects.get()
        answer = refreshed(draft).answers["photo"]
        assert answer == {
            "id": str(attachment.uuid),
            "name": "ev şəkli.png",
            "size": len(PNG),
            "type": "image/png",
        }
        assert "ev" not in attachment.file.name
        download = client.get(reverse("portal:attachment", args=[attachment.uuid]))
        assert b"".join(download.streaming_content) == PNG
        assert download["Content-Disposition"].startswith("attachment")

    def test_of_others_are_not_there(self, client, draft, make_user, settings, tmp_path):
        settings.PRIVATE_ROOT = str(tmp_path)
        post(client, draft, {"name": "L", "photo": SimpleUploadedFile("a.png", PNG)})
        stranger = Client()
        stranger.force_login(make_user("social_worker", username="stranger"))

        address = reverse("portal:attachment", args=[Attachment.objects.get().uuid])
        assert stranger.get(address).status_code == 404

    def test_stay_when_the_section_is_sent_again_and_go_when_asked(
        self, client, draft, settings, tmp_path
    ):
        settings.PRIVATE_ROOT = str(tmp_path)
        post(client, draft, {"name": "L", "photo": SimpleUploadedFile("a.png", PNG)})
        kept = refreshed(draft).answers["photo"]
        post(client, refreshed(draft), {"name": "M", "photo#keep": kept["id"]})
        assert refreshed(draft).answers["photo"] == kept

        body = {"name": "M", "photo#keep": kept["id"], "photo#remove": "1"}
        post(client, refreshed(draft), body)
        assert "photo" not in refreshed(draft).answers

    def test_of_somebody_else_cannot_be_claimed(self, client, draft):
        post(client, draft, {"name": "L", "photo#keep": "00000000-0000-0000-0000-000000000000"})

        assert "photo" not in refreshed(draft).answers

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            pytest.param("virus.png", b"MZ" + b"\0" * 40, id="a program named png"),
            pytest.param("page.png", b"<html><script>", id="a page named png"),
            pytest.param("empty.png", b"", id="empty"),
        ],
    )
    def test_of_a_wrong_type_are_refused_at_the_field(self, client, draft, name, content):
        upload = SimpleUploadedFile(name, content, "image/png")
        response = post(client, draft, {"name": "Leyla", "photo": upload})

        assert response.status_code == 200
        assert 'href="#q:photo"' in response.content.decode()
        assert refreshed(draft).answers == {"name": "Leyla"}
        assert not Attachment.objects.exists()

    def test_that_are_too_large_are_refused_at_the_field(self, client, draft, settings):
        settings.UPLOAD_MAX_BYTES = 20
        upload = SimpleUploadedFile("big.png", PNG, "image/png")
        response = post(client, draft, {"name": "Leyla", "photo": upload})

        assert response.status_code == 200
        assert 'href="#q:photo"' in response.content.decode()

    @pytest.mark.parametrize(
        ("button", "says_all"), [({"_next": "1"}, True), ({"_update": "1"}, False)]
    )
    def test_are_said_together_with_the_other_problems(
        self, client, draft, settings, button, says_all
    ):
        settings.UPLOAD_MAX_BYTES = 20
        upload = SimpleUploadedFile("big.png", PNG, "image/png")
        response = post(client, draft, {"children": "üç", "photo": upload, **button})

        page = response.content.decode()
        assert 'href="#q:photo"' in page
        assert [f'href="#q:{key}"' in page for key in ("name", "children")] == [says_all] * 2
        assert 'value="üç"' in page


class TestTwoWindows:
    def test_see_both_answers_and_lose_none(self, client, draft):
        post(client, draft, {"name": "Birinci"})
        response = post(client, draft, {"name": "İkinci"})

        page = response.content.decode()
        assert response.status_code == 409
        assert "Birinci" in page
        assert 'value="İkinci"' in page
        assert refreshed(draft).answers["name"] == "Birinci"

        again = post(client, refreshed(draft), {"name": "İkinci"})
        assert again.status_code == 302
        assert refreshed(draft).answers["name"] == "İkinci"

    def test_on_different_sections_both_count(self, client, draft):
        address = reverse("portal:draft-step", args=[draft.uuid, "more"])
        page = client.get(address).content.decode()
        seen = page.partition('name="seen" value="')[2].partition('"')[0]
        post(client, draft, {"name": "Leyla"})
        response = post(client, draft, {"remark": "Qeyd", "seen": seen}, step="more")

        assert response.status_code == 302
        assert refreshed(draft).answers == {"name": "Leyla", "remark": "Qeyd"}

    def test_are_noticed_by_the_autosave(self, client, draft):
        saved = post(client, draft, {"name": "Birinci", "_autosave": "1"})
        stale = post(client, draft, {"name": "İkinci", "_autosave": "1"})

        assert saved.json()["row_version"] == 2
        assert stale.status_code == 409
        assert refreshed(draft).answers["name"] == "Birinci"


class TestAFormPublishedMeanwhile:
    def test_leaves_the_draft_in_its_version(self, client, draft, version):
        post(client, draft, {"name": "Leyla", "fin": "1234567"})
        newer = publish(case_form(question("extra"), labels={"az": "Yeni ad"}))
        page = client.get(reverse("portal:draft-step", args=[draft.uuid, "who"]))

        assert reverse("portal:draft-newest", args=[draft.uuid]) in page.content.decode()
        client.post(
            reverse("portal:draft-step", args=[draft.uuid, "review"]),
            {"wizard-current_step": "review"},
        )
        assert Submission.objects.get().form_version == version != newer

    def test_carries_answers_over_when_asked_and_shows_what_is_dropped(self, client, draft):
        post(client, draft, {"name": "Leyla", "fin": "1234567"})
        newer = publish(
            form("case", section("who", question("name", required=True), question("extra")))
        )
        address = reverse("portal:draft-newest", args=[draft.uuid])
        assert "1234567" in client.get(address).content.decode()
        client.post(address, {"number": newer.number})

        moved = refreshed(draft)
        assert moved.form_version == newer
        assert moved.answers == {"name": "Leyla"}

    def test_drops_nothing_for_a_version_that_nobody_was_shown(self, client, draft):
        post(client, draft, {"name": "Leyla", "fin": "1234567"})
        shown = publish(case_form(labels={"az": "Yeni ad"}))
        address = reverse("portal:draft-newest", args=[draft.uuid])
        assert client.get(address).context["dropped"] == []
        newest = publish(form("case", section("who", question("name", required=True))))

        page = client.post(address, {"number": shown.number})

        assert page.context["newest"] == newest
        assert "1234567" in page.text
        assert refreshed(draft).answers["fin"] == "1234567"


class TestAWithdrawnForm:
    def test_takes_no_answers_but_keeps_the_draft(self, client, draft):
        post(client, draft, {"name": "Leyla"})
        FormDefinition.objects.update(live=False)
        page = client.get(reverse("portal:draft-step", args=[draft.uuid, "who"]))
        sent = client.post(
            reverse("portal:draft-step", args=[draft.uuid, "review"]),
            {"wizard-current_step": "review"},
        )

        assert 'value="Leyla"' in page.content.decode()
        assert sent.status_code == 200
        assert refreshed(draft).answers == {"name": "Leyla"}
        assert not Record.objects.exists()

    def test_cannot_be_begun(self, client, version):
        FormDefinition.objects.update(live=False)

        assert client.get(reverse("portal:fill", args=["case"])).status_code == 410
        assert client.get(reverse("portal:fill", args=["nothing"])).status_code == 404


class TestAnAppointmentEndingMeanwhile:
    def test_keeps_what_was_typed_and_says_so(self, client, draft):
        Appointment.objects.update(valid_to=date(2021, 1, 1))
        response = post(client, draft, {"name": "Leyla"})

        assert response.status_code == 403
        assert refreshed(draft).answers == {"name": "Leyla"}
        assert "Leyla</" not in response.content.decode().replace("Leyla</span>", "")

    def test_refuses_to_send(self, client, draft):
        post(client, draft, {"name": "Leyla"})
        Appointment.objects.update(valid_to=date(2021, 1, 1))
        sent = client.post(
            reverse("portal:draft-step", args=[draft.uuid, "review"]),
            {"wizard-current_step": "review"},
        )

        assert sent.status_code == 403
        assert not Record.objects.exists()
        assert Draft.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"row_version": "x" * 50}, id="a version that is none"),
        pytest.param({"_remove": "who[999]/x[a"}, id="a row that is none"),
        pytest.param({"_add": "name[0]/a"}, id="a repeat that is none"),
        pytest.param({"wizard_goto_step": "nowhere"}, id="a step that is none"),
    ],
)
def test_a_malformed_request_is_no_server_error(client, draft, body):
    address = reverse("portal:draft-step", args=[draft.uuid, "who"])

    assert client.post(address, body).status_code < 500
    assert client.post(address.replace("who", "nowhere"), body).status_code == 404
    assert client.post(address.replace("who", "review"), {}).status_code == 400

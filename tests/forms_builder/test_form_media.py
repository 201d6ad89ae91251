"""The pictures, sounds and films that a form shows beside its words."""

import re
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image

from forms_builder import media_store
from forms_builder.media import named_files
from forms_builder.models import FormDefinition, FormMedia, FormVersion
from forms_builder.rendering import Filling, FormPages
from forms_builder.services import publish_form, save_definition_draft
from registry import drafting
from tests.support.forms import MONDAY, SYSTEM, form, make_register, question, section

MEDIA = {"image": {"az": "xəritə.png", "en": "map.png"}, "audio": {"az": "jr://audio/oxu.mp3"}}
LISTS = {
    "face": [
        {"name": "glad", "labels": {"az": "Şad"}, "media::image": "glad.png"},
        {"name": "sad", "labels": {"az": "Kədərli"}, "audio": "sad.mp3"},
    ]
}


def spec(code: str = "faces", **settings: Any) -> dict[str, Any]:
    return form(
        code,
        section(
            "one",
            question("where", media=MEDIA),
            question("mood", "select_one", list="face"),
        ),
        lists=LISTS,
        settings=settings,
    )


def png(colour: str = "red", size: int = 30) -> bytes:
    made = BytesIO()
    Image.new("RGB", (size, size), colour).save(made, format="PNG")
    return made.getvalue()


def upload(name: str, content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, png() if content is None else content)


def shown(client: Client, address: str) -> int:
    """The status of the answer; a file is read to its end, which closes it."""
    answer = client.get(address)
    if answer.streaming:
        list(answer.streaming_content)
    return int(answer.status_code)


def draw(definition: dict[str, Any], language: str = "az", **filled: Any) -> str:
    return str(FormPages(definition, language).section("one", Filling(**filled)))


class TestDrawing:
    def test_shows_the_file_of_the_language(self) -> None:
        page = draw(spec(), "en", media_url=lambda name: f"/m/{name}")

        assert '<img src="/m/map.png" alt="where question" loading="lazy">' in page
        assert '<audio src="/m/oxu.mp3" controls preload="none"' in page

    def test_shows_files_of_choices_inside_and_after_their_labels(self) -> None:
        page = draw(spec(), media_url=lambda name: f"/m/{name}")

        assert '<span><img src="/m/glad.png" alt="" loading="lazy">Şad</span>' in page
        assert '<div class="option__media"><audio src="/m/sad.mp3"' in page

    @pytest.mark.parametrize("media_url", [None, lambda name: ""], ids=["no files", "missing"])
    def test_shows_the_words_alone_without_the_files(self, media_url: Any) -> None:
        page = draw(spec(), media_url=media_url)

        assert "<img" not in page
        assert "<audio" not in page
        assert "Kədərli" in page

    def test_makes_no_markup_of_a_name(self) -> None:
        page = draw(spec(), media_url=lambda name: '"><script>')

        assert "<script>" not in page


def test_a_form_says_which_files_it_names_and_where() -> None:
    assert named_files(spec()) == {
        "xəritə.png": ["one/where"],
        "map.png": ["one/where"],
        "oxu.mp3": ["one/where"],
        "glad.png": ["face/glad"],
        "sad.mp3": ["face/sad"],
    }


@pytest.fixture
def definition(db, settings, tmp_path) -> FormDefinition:
    settings.PRIVATE_ROOT = str(tmp_path)
    make_register("cases")
    return save_definition_draft("faces", spec(), SYSTEM)


def keep(
    definition: FormDefinition, name: str, content: bytes | None = None, now: datetime = MONDAY
) -> FormMedia:
    return media_store.save(definition, upload(name, content), user=None, now=now)


def publish(definition: FormDefinition, days: int = 0) -> FormVersion:
    return publish_form(definition, actor=SYSTEM, now=MONDAY + timedelta(days=days))


class TestTheStore:
    def test_makes_a_new_version_of_the_form_when_a_picture_changes(self, definition) -> None:
        first = keep(definition, "map.png")
        one = publish(definition)
        second = keep(definition, "map.png", png("blue"))
        two = publish(definition, 1)

        assert one.spec["media"] == {"map.png": first.sha256}
        assert two.spec["media"] == {"map.png": second.sha256}
        assert FormVersion.objects.get(number=1).spec["media"] == {"map.png": first.sha256}
        assert media_store.find("faces", first.sha256) == first

    def test_makes_none_for_the_same_picture_again(self, definition) -> None:
        keep(definition, "map.png")
        publish(definition)
        keep(definition, "map.png")

        assert publish(definition, 1).number == 1
        assert FormMedia.objects.count() == 1

    def test_goes_back_to_a_picture_that_it_had(self, definition) -> None:
        first = keep(definition, "map.png")
        keep(definition, "map.png", png("blue"))
        keep(definition, "map.png")

        assert media_store.current_files(definition) == {"map.png": first.sha256}

    def test_publishes_a_form_whose_files_are_missing(self, definition) -> None:
        assert "media" not in publish(definition).spec
        names = [one.name for one in media_store.missing(definition, definition.build_spec())]
        assert names == ["glad.png", "map.png", "oxu.mp3", "sad.mp3", "xəritə.png"]

    def test_leaves_out_what_the_form_does_not_name(self, definition) -> None:
        keep(definition, "other.png")

        assert "media" not in publish(definition).spec

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("map.png", b"<svg onload=alert(1)>"),
            ("map.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("map.png", b"\x89PNG\r\n\x1a\nbroken"),
            ("page.html", b"<html>"),
            ("empty.png", b""),
            ("\u202egnp.png\n", None),
        ],
    )
    def test_takes_nothing_but_pictures_sound_and_film(self, definition, name, content) -> None:
        with pytest.raises(media_store.MediaRefused):
            keep(definition, name, content)

    def test_keeps_pictures_without_what_was_added_to_them(self, definition) -> None:
        made, exif = BytesIO(), Image.Exif()
        exif[0x010E] = "a secret"
        Image.new("RGB", (9, 9)).save(made, format="JPEG", exif=exif)
        kept = keep(definition, "map.png", made.getvalue())

        assert kept.content_type == "image/jpeg"
        with kept.file.open("rb") as file:
            assert b"a secret" not in file.read()


class TestWhoMaySee:
    @pytest.fixture
    def address(self, definition) -> str:
        sha256 = keep(definition, "map.png").sha256
        publish(definition)
        return reverse("portal:form-media", args=["faces", sha256])

    def sees(self, address: str, user: Any = None) -> int:
        client = Client()
        if user is not None:
            client.force_login(user)
        return shown(client, address)

    def test_whoever_fills_the_form(self, address, make_user) -> None:
        client = Client()
        client.force_login(make_user("social_worker"))
        answer = client.get(address)

        assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
        assert answer["Content-Type"] == "image/png"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"].startswith("private")
        assert answer["Content-Disposition"].startswith("inline")

    def test_nobody_else(self, address, make_user) -> None:
        assert self.sees(address) == 302
        assert self.sees(address, make_user("psychologist")) == 404
        assert (
            self.sees(address.replace("media/", "media/0"), make_user("social_worker")) == 404
        )

    def test_who_holds_a_draft_of_it_though_the_form_is_no_longer_theirs(
        self, address, definition, make_user
    ) -> None:
        user = make_user("social_worker")
        version = FormVersion.objects.get()
        drafting.start(version=version, user=user, now=MONDAY, answers={})
        newer = save_definition_draft("faces", spec(filled_by=["doctor"]), SYSTEM)
        publish(newer, 1)

        assert self.sees(address, user) == 200
        assert self.sees(address, make_user("social_worker", username="other")) == 404

    def test_not_everybody_while_the_form_is_not_public(self, address) -> None:
        sha256 = FormMedia.objects.get().sha256

        assert self.sees(reverse("citizen:form-media", args=["faces", sha256])) == 404

    def test_everybody_when_the_form_is_public(self, definition) -> None:
        sha256 = keep(definition, "map.png").sha256
        keep(definition, "other.png", png("green"))
        publish(save_definition_draft("faces", spec(public=True), SYSTEM))
        answer = Client().get(reverse("citizen:form-media", args=["faces", sha256]))
        unnamed = FormMedia.objects.get(name="other.png").sha256

        assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
        assert answer["Cache-Control"].startswith("public")
        assert self.sees(reverse("citizen:form-media", args=["faces", unnamed])) == 404

    def test_the_page_of_the_form_shows_it(self, address, make_user) -> None:
        client = Client()
        client.force_login(make_user("social_worker", language="en"))
        page = client.get("/portal/fill/faces/", follow=True).content.decode()

        assert f'<img src="{address}" alt="where question"' in page


class TestTheAdmin:
    @pytest.fixture
    def client(self, administrator) -> Client:
        client = Client()
        client.force_login(administrator)
        return client

    def test_lists_sends_and_removes_files(self, client, definition) -> None:
        address = reverse("forms_builder_media", args=[definition.pk])
        assert "one/where" in client.get(address).content.decode()

        client.post(address, {"files": [upload("map.png"), upload("glad.png")]})
        assert set(media_store.current_files(definition)) == {"map.png", "glad.png"}
        client.post(address, {"remove": "map.png"})
        assert set(media_store.current_files(definition)) == {"glad.png"}

    def test_says_why_a_file_is_not_taken(self, client, definition) -> None:
        address = reverse("forms_builder_media", args=[definition.pk])
        answer = client.post(address, {"files": [upload("bad.png", b"text")]})

        assert answer.status_code == 422
        assert "bad.png" in answer.content.decode()

    def test_shows_the_draft_with_its_files(self, client, definition) -> None:
        sha256 = keep(definition, "xəritə.png").sha256
        address = reverse("forms_builder_media_file", args=[definition.pk, sha256])
        page = client.get(reverse("forms_builder_try", args=[definition.pk]) + "?language=az")

        assert address in page.content.decode()
        assert shown(client, address) == 200

    def test_is_closed_to_who_may_not_change_forms(self, definition, make_user) -> None:
        client = Client()
        client.force_login(make_user(permissions=["wagtailadmin.access_admin"]))

        address = reverse("forms_builder_media", args=[definition.pk])
        assert client.get(address).status_code in (302, 403)

    def test_takes_files_beside_a_workbook_and_names_those_that_are_missing(
        self, client, definition, tmp_path
    ) -> None:
        from openpyxl import Workbook

        book = Workbook()
        book.active.title = "survey"
        book.active.append(["type", "name", "label::az", "media::image::az"])
        book.active.append(["text", "a", "A", "here.png"])
        book.active.append(["text", "b", "B", "away.png"])
        made = BytesIO()
        book.save(made)
        answer = client.post(
            reverse("forms_builder_import"),
            {
                "workbook": upload("pictures.xlsx", made.getvalue()),
                "files": [upload("here.png")],
            },
        )
        page = answer.content.decode()

        stored = FormDefinition.objects.get(code="pictures")
        assert set(media_store.current_files(stored)) == {"here.png"}
        assert "“away.png”" in page
        assert "“here.png”" not in page

    def test_keeps_files_beside_a_workbook_until_it_is_repaired(
        self, client, definition, settings, tmp_path
    ) -> None:
        from openpyxl import Workbook

        settings.PRIVATE_ROOT = str(tmp_path / "private")
        book = Workbook()
        book.active.title = "survey"
        book.active.append(["type", "name", "label::az", "media::image::az"])
        book.active.append(["tel", "a", "A", "here.png"])
        made = BytesIO()
        book.save(made)
        sent = {
            "workbook": upload("broken.xlsx", made.getvalue()),
            "files": [upload("here.png"), upload("odd.png", b"text")],
        }
        page = client.post(reverse("forms_builder_import"), sent)
        for act in ("all", "import"):
            assert page.status_code != 500
            text = page.content.decode()
            assert "here.png, odd.png" in text
            key = re.search(r'name="key" value="([^"]+)"', text)[1]
            page = client.post(
                reverse("forms_builder_repair"), {"key": key, "act": act}, follow=True
            )

        stored = FormDefinition.objects.get(code="broken")
        assert set(media_store.current_files(stored)) == {"here.png"}
        assert "odd.png: " in page.content.decode()
        assert list((tmp_path / "private" / "workbooks").iterdir()) == []

    def test_takes_a_folder_of_files_from_the_command_line_and_publishes_with_them(
        self, definition, tmp_path
    ) -> None:
        from openpyxl import Workbook

        book = Workbook()
        book.active.title = "survey"
        book.active.append(["type", "name", "label::az", "media::image::az"])
        book.active.append(["text", "a", "A", "here.png"])
        book.save(tmp_path / "shown.xlsx")
        folder = tmp_path / "files"
        folder.mkdir()
        (folder / "here.png").write_bytes(png())
        call_command("import_xlsform", tmp_path / "shown.xlsx", "--publish", "--files", folder)

        version = FormVersion.objects.get(definition__code="shown")
        assert list(version.spec["media"]) == ["here.png"]

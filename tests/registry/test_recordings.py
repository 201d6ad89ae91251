"""Sound and film: known by what they hold, handed out in parts, played where they may be."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from config.shared.filetypes import content_type_of
from registry import uploads
from registry.models import Attachment, Draft, Submission
from tests.support.forms import form, make_register, publish, question, section

WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01\x16T\xaek"
SOUND = WEBM + b"\x86\x86A_OPUS" + b"0" * 5000
FILM = WEBM + b"\x86\x85V_VP8" + b"\x86\x86A_OPUS" + b"0" * 5000


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(SOUND, "audio/webm", id="sound in WebM"),
        pytest.param(FILM, "video/webm", id="film in WebM"),
        pytest.param(WEBM, "video/webm", id="WebM without tracks"),
        pytest.param(b"\xff\xf3\x40", "audio/mpeg", id="sound in MPEG-2"),
        pytest.param(b"OggS\x00", "audio/ogg", id="sound in Ogg"),
        pytest.param(b"<html>", "", id="a page"),
    ],
)
def test_a_recording_is_known_by_what_it_holds(content: bytes, kind: str) -> None:
    assert content_type_of(SimpleUploadedFile("x.webm", content)) == kind


@pytest.fixture
def client(make_user, settings, tmp_path) -> Client:
    settings.PRIVATE_ROOT = str(tmp_path)
    make_register("cases")
    small = {"parameters": {"max-pixels": "64"}}
    publish(
        form(
            "files",
            section(
                "one",
                question("sound", "audio"),
                question("film", "video"),
                question("photo", "image", **small),
            ),
        )
    )
    client = Client()
    client.force_login(make_user("social_worker", username="leyla", language="en"))
    return client


def answer(client: Client, **files: bytes) -> Any:
    """Send files with the first step; its page, or the review."""
    client.get("/portal/fill/files/")
    step = f"/portal/draft/{Draft.objects.get().uuid}/step/one/"
    sent = {name: SimpleUploadedFile(f"{name}.webm", data) for name, data in files.items()}
    return client.post(step, {**sent, "_next": "1", "wizard-current_step": "one"}, follow=True)


def address() -> str:
    return reverse("portal:attachment", args=[Attachment.objects.get().uuid])


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.django_db
class TestARecording:
    def test_is_played_on_the_review_and_on_the_record(self, client) -> None:
        review = answer(client, sound=SOUND).content.decode()
        step = f"/portal/draft/{Draft.objects.get().uuid}/step/review/"
        client.post(step, {"wizard-current_step": "review"})
        record = Submission.objects.get().record
        page = client.get(f"/portal/records/{record.uuid}/").content.decode()

        for html in (review, page):
            assert f'<audio src="{address()}" controls preload="none"' in html
            assert "Play the recording" in html

    def test_is_played_again_where_it_was_sent(self, client) -> None:
        answer(client, film=FILM)
        step = client.get(
            f"/portal/draft/{Draft.objects.get().uuid}/step/one/"
        ).content.decode()

        assert f'<video src="{address()}" controls preload="none"' in step

    def test_that_is_none_is_refused_in_words(self, client) -> None:
        page = answer(client, sound=b"<html>").content.decode()

        assert "This is not a recording we can take." in page
        assert Attachment.objects.count() == 0

    def test_that_is_a_film_answers_no_question_for_sound(self, client) -> None:
        assert "This is not a recording" in answer(client, sound=FILM).content.decode()

    def test_is_handed_out_in_the_parts_that_a_player_asks_for(self, client) -> None:
        answer(client, sound=SOUND)
        part = client.get(address(), headers={"range": "bytes=4-9"})

        assert part.status_code == 206
        assert body(part) == SOUND[4:10]
        assert part["Content-Range"] == f"bytes 4-9/{len(SOUND)}"
        assert part["Content-Type"] == "audio/webm"
        assert part["Accept-Ranges"] == "bytes"

    @pytest.mark.parametrize(
        ("asked", "start", "end"),
        [
            ("bytes=0-", 0, len(SOUND)),
            ("bytes=-100", len(SOUND) - 100, len(SOUND)),
            ("bytes=10-99999999", 10, len(SOUND)),
        ],
    )
    def test_ends_where_the_file_ends(self, client, asked, start, end) -> None:
        answer(client, sound=SOUND)
        part = client.get(address(), headers={"range": asked})

        assert part.status_code == 206
        assert body(part) == SOUND[start:end]

    @pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "lines=1-2", "bytes=-", "x"])
    def test_is_whole_when_the_part_is_not_understood(self, client, asked) -> None:
        answer(client, sound=SOUND)
        whole = client.get(address(), headers={"range": asked})

        assert whole.status_code == 200
        assert body(whole) == SOUND

    @pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=9-4", "bytes=-0"])
    def test_says_that_a_part_is_not_there(self, client, asked) -> None:
        answer(client, sound=SOUND)

        assert client.get(address(), headers={"range": asked}).status_code == 416

    def test_is_not_there_for_a_stranger(self, client, make_user) -> None:
        answer(client, sound=SOUND)
        stranger = Client()
        stranger.force_login(make_user("psychologist"))

        assert stranger.get(address(), headers={"range": "bytes=0-"}).status_code == 404


@pytest.mark.django_db
def test_a_picture_is_made_as_small_as_the_form_asks(client) -> None:
    made = BytesIO()
    Image.new("RGB", (300, 150), "red").save(made, format="PNG")
    answer(client, photo=made.getvalue())

    with Attachment.objects.get().file.open("rb") as file, Image.open(file) as picture:
        assert picture.size == (64, 32)


@pytest.mark.parametrize(
    ("parameters", "pixels"),
    [(None, 0), ({}, 0), ({"max-pixels": "640"}, 640), ({"max-pixels": "many"}, 0)],
)
def test_the_longest_edge_is_read_from_the_form(parameters: Any, pixels: int) -> None:
    assert uploads.longest_edge(parameters) == pixels

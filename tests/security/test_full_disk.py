"""When a file cannot be stored: nothing is cut, nothing is lost, and the page says so."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registry.models import Attachment, Draft
from tests.support.forms import form, make_register, publish, question, section

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(make_user, settings, tmp_path) -> Draft:
    settings.PRIVATE_ROOT = str(tmp_path / "private")
    make_register("cases")
    version = publish(
        form("files", section("one", question("f", "file"), question("ad", "text")))
    )
    user = make_user("social_worker", username="leyla")
    return Draft.objects.create(form_version=version, user=user, updated_at=timezone.now())


@pytest.fixture
def browser(draft) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(draft.user)
    return client


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may grow beyond a thousand bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def send(browser: Client, draft: Draft, size: int = 5000):
    pdf = SimpleUploadedFile("a.pdf", b"%PDF-" + b"0" * size)
    typed = {"f": pdf, "ad": "Aygün", "wizard-current_step": "one"}
    return browser.post(reverse("portal:draft-step", args=[draft.uuid, "one"]), typed)


def files(settings) -> list[Path]:
    return [path for path in Path(settings.PRIVATE_ROOT).rglob("*") if path.is_file()]


class TestAFullDisk:
    def test_keeps_what_was_typed_and_no_half_of_a_file(
        self, browser, draft, settings, full_disk
    ):
        page = send(browser, draft)
        assert page.status_code == 200
        assert "saxlanıla bilm" in page.text or "cannot be stored" in page.text
        draft.refresh_from_db()
        assert draft.answers["ad"] == "Aygün"
        assert files(settings) == []
        assert not Attachment.objects.exists()

    def test_takes_the_file_once_there_is_room(self, browser, draft, settings):
        assert send(browser, draft).status_code == 302
        assert len(files(settings)) == Attachment.objects.count() == 1

    def test_is_told_where_the_folder_cannot_be_made(self, browser, draft, settings):
        settings.PRIVATE_ROOT = "/proc/nowhere"
        assert send(browser, draft).status_code == 200
        draft.refresh_from_db()
        assert draft.answers["ad"] == "Aygün"


class TestARowThatIsNotStored:
    def test_leaves_no_file_behind(self, browser, draft, settings):
        def refuse(execute, sql, *arguments):
            if 'INSERT INTO "registry_attachment"' in sql:
                sql = "SELECT nothing"
            return execute(sql, *arguments)

        with connection.execute_wrapper(refuse):
            assert send(browser, draft).status_code >= 500
        assert files(settings) == []


class TestAFileThatIsGone:
    def test_is_not_there_instead_of_an_error(self, browser, draft, settings):
        send(browser, draft)
        files(settings)[0].unlink()
        address = reverse("portal:attachment", args=[Attachment.objects.get().uuid])
        assert browser.get(address).status_code == 404

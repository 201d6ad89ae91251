"""Files made to do harm: answers, tables and attachments behave as their manifest says.

The files lie beside the checkout; where they do not, the corpus is said to be empty.
"""

import json
import os
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from registry import uploads
from registry.models import Attachment, Draft
from tests.support.forms import form, make_register, publish, question, section

pytestmark = pytest.mark.django_db

SHARED = Path(os.environ.get("DAYAQ_CORPUS", Path(settings.BASE_DIR).parent / "shared"))
FOLDER = SHARED / "security"
PICTURES = ("image/png", "image/jpeg", "image/webp")


def manifest(group: str) -> list[tuple[Path, str]]:
    """The files of a group and what is expected of each."""
    index = FOLDER / "files" / "manifest.json"
    entries = json.loads(index.read_text()) if index.exists() else []
    return [
        (FOLDER / "files" / Path(one["file"]).name, one["expect"])
        for one in entries
        if one["group"] == group
    ]


def say(capsys, what: str, files: list[Any]) -> None:
    with capsys.disabled():
        print(f"\n{what}: {len(files)} in {FOLDER}")


@pytest.fixture
def draft(make_user, settings, tmp_path) -> Draft:
    settings.PRIVATE_ROOT = str(tmp_path)
    settings.CLAMD_URL = ""
    make_register("cases")
    version = publish(
        form("files", section("one", question("f", "file"), question("ad", "text")))
    )
    user = make_user("social_worker", username="leyla")
    return Draft.objects.create(form_version=version, user=user, updated_at=timezone.now())


def store(draft: Draft, name: str, content: bytes) -> Attachment:
    answer = uploads.store(
        SimpleUploadedFile(name, content),
        kind="file",
        draft=draft,
        user=draft.user,
        now=timezone.now(),
    )
    return Attachment.objects.get(uuid=answer["id"])


class TestHostileAttachments:
    def test_are_refused_or_made_harmless(self, draft, client, capsys):
        files = manifest("U")
        say(capsys, "hostile attachments", files)
        client.force_login(draft.user)

        for path, expected in files:
            try:
                kept = store(draft, path.name, path.read_bytes())
            except uploads.UploadRefused as refused:
                assert "reject" in expected, (path.name, str(refused))
                continue
            assert "accept" in expected or "inert" in expected, path.name
            self.is_harmless(client, kept)

    def is_harmless(self, client, kept: Attachment) -> None:
        answer = client.get(reverse("portal:attachment", args=[kept.uuid]))
        content = b"".join(answer.streaming_content)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        if kept.content_type.startswith("text/"):
            assert answer["Content-Type"].endswith("; charset=utf-8")
        if kept.content_type in PICTURES:
            with Image.open(BytesIO(content)) as picture:
                assert not dict(picture.getexif())
            assert b"<script" not in content and b"<html" not in content

    def test_keep_to_their_folder_under_any_name(self, draft, client, settings, capsys):
        index = FOLDER / "lists" / "filenames.json"
        names = json.loads(index.read_text()) if index.exists() else []
        say(capsys, "hostile names", names)
        client.force_login(draft.user)
        root = Path(settings.PRIVATE_ROOT)

        for name in names:
            kept = store(draft, f"{name}.txt", b"plain words")
            assert Path(kept.file.path).resolve().is_relative_to(root.resolve()), name
            answer = client.get(reverse("portal:attachment", args=[kept.uuid]))
            assert answer.status_code == 200, name
            assert not set("\r\n") & set(answer["Content-Disposition"]), name
            assert b"".join(answer.streaming_content) == b"plain words"


class TestHostileAnswers:
    def test_are_refused_with_the_reason(self, draft, tmp_path, capsys):
        files = manifest("A")
        say(capsys, "hostile answers", files)

        for path, expected in files:
            assert expected.startswith("reject"), path.name
            assert self.refusal(path), path.name

    def refusal(self, path: Path) -> Any:
        """Why the answers are refused: as JSON, or question by question."""
        out = StringIO()
        try:
            call_command("evaluate_form", "files", "--answers", str(path), stdout=out)
        except CommandError as error:
            return str(error)
        return json.loads(out.getvalue())["problems"]


class TestHostileTables:
    def test_are_read_or_refused(self, client, administrator, capsys):
        files = manifest("D")
        say(capsys, "hostile tables", files)
        client.force_login(administrator)

        for path, _expected in files:
            table = SimpleUploadedFile(path.name, path.read_bytes())
            answer = client.post(reverse("forms_builder_read_table"), {"table": table})
            assert answer.status_code in (200, 422), path.name
            if answer.status_code == 422:
                assert answer.json()["problems"], path.name
                continue
            rows = {"rows": [{"name": "a", "labels": {"az": answer.json()["text"][:1000]}}]}
            checked = client.post(
                reverse("forms_builder_check_rows"),
                json.dumps(rows),
                content_type="application/json",
            )
            assert checked.status_code in (200, 400), path.name


class TestAnswersOfAnyShape:
    @pytest.mark.parametrize(
        "address",
        [
            "forms_builder_check_rows",
            "forms_builder_check_expression",
            "forms_builder_condition",
            "forms_builder_problems",
        ],
    )
    def test_are_refused_where_the_editor_sends_json(self, client, administrator, address):
        client.force_login(administrator)
        for body in ("[" * 5000, '{"rows": [], "rows": []}', '{"rows": "\\u0000"}', "NaN"):
            answer = client.post(reverse(address), body, content_type="application/json")
            assert answer.status_code == 400, body[:40]

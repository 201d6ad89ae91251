"""Tables of values that an admin uploads."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def send(client, name, content):
    table = SimpleUploadedFile(name, content)
    return client.post(reverse("forms_builder_read_table"), {"table": table})


def workbook(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


class TestAnUploadedTable:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("t.csv", "\ufeffname;label_az\na;Ə\n".encode()),
            ("t.csv", "name,label_az\na,Ə\n".encode()),
            ("t.tsv", "name\tlabel_az\na\tƏ\n".encode()),
            ("t.xlsx", workbook(["name", "label_az"], ["a", "Ə"])),
        ],
    )
    def test_is_read_as_rows(self, admin, name, content):
        answer = send(admin, name, content)

        assert answer.json() == {"text": "name\tlabel_az\na\tƏ\n"}

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("t.pdf", b"%PDF"),
            ("t.csv", b"name\n\xff\xfe"),
            ("t.xlsx", b"no workbook"),
            ("t.xlsx", workbook()),
            ("t.csv", b"x" * (5 * 1024 * 1024 + 1)),
        ],
    )
    def test_that_is_none_is_refused_with_the_reason(self, admin, name, content):
        answer = send(admin, name, content)

        assert answer.status_code == 422
        assert answer.json()["problems"]

    def test_is_for_people_who_edit_lists(self, client, make_user):
        client.force_login(make_user(permissions=["wagtailadmin.access_admin"]))

        assert send(client, "t.csv", b"name").status_code in (302, 403)


class TestCheckingRows:
    def ask(self, client, body):
        url = reverse("forms_builder_check_rows")
        return client.post(url, body, content_type="application/json")

    def test_names_the_line_of_the_table(self, admin):
        rows = [{"name": "a", "labels": {"az": "A"}}, {"name": "b c", "labels": {"az": "B"}}]
        (problem,) = self.ask(admin, json.dumps({"rows": rows})).json()["problems"]

        assert "3" in problem

    @pytest.mark.parametrize("body", ["", "[]", '{"rows": [3]}', '{"rows": 3}'])
    def test_survives_nonsense(self, admin, body):
        assert self.ask(admin, body).status_code == 400

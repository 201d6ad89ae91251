"""A published form, taken out of the admin as a workbook."""

from datetime import datetime

import pytest
from django.urls import reverse

from config.accounts.actors import Actor
from config.shared.definitions import digest
from forms_builder.services import publish_form, save_definition_draft
from forms_builder.xlsform import read_workbook

pytestmark = pytest.mark.django_db

SPEC = {
    "schema": 1,
    "code": "small",
    "labels": {"az": "Kiçik forma"},
    "children": [
        {
            "kind": "section",
            "name": "main",
            "labels": {"az": "Əsas"},
            "children": [
                {"kind": "question", "type": "text", "name": "who", "labels": {"az": "Kim?"}}
            ],
        }
    ],
}


@pytest.fixture
def draft(administrator):
    return save_definition_draft("small", SPEC, Actor.for_user(administrator))


@pytest.fixture
def version(draft, administrator, noon: datetime):
    return publish_form(draft, actor=Actor.for_user(administrator), now=noon)


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def addresses(form):
    """The editor of a form, and its workbook."""
    editor = reverse("wagtailsnippets_forms_builder_formdefinition:edit", args=[form.pk])
    return editor, reverse("forms_builder_export", args=[form.pk])


class TestADownloadedForm:
    def test_comes_back_as_the_same_form(self, admin, version, tmp_path):
        editor, export = addresses(version.definition)
        assert export in admin.get(editor).text
        answer = admin.get(export)
        path = tmp_path / "form.xlsx"
        path.write_bytes(b"".join(answer.streaming_content))

        assert answer["Content-Disposition"] == 'attachment; filename="small-v1.xlsx"'
        assert digest(read_workbook(path).spec) == version.sha256

    def test_is_none_before_it_is_published(self, admin, draft):
        editor, export = addresses(draft)

        assert export not in admin.get(editor).text
        assert admin.get(export).status_code == 404

    def test_is_refused_to_who_may_not_change_forms(self, client, make_user, version):
        client.force_login(make_user("social_worker"))

        assert client.get(addresses(version.definition)[1]).status_code in (302, 403)

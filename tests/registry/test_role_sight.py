"""A draft of a form as a role sees it, in the preview and on the page that tries it out."""

import pytest
from django.urls import reverse

from config.accounts.actors import Actor
from config.accounts.models import Role
from forms_builder import services
from forms_builder.sights import see_as
from registry.services import publish_register, save_register

pytestmark = pytest.mark.django_db


def access(role, sensitivity):
    return {
        "roles": [role],
        "organizations": ["*"],
        "scope": "organization",
        "actions": ["read", "create", "update"],
        "sensitivity": sensitivity,
    }


@pytest.fixture
def actor(administrator):
    return Actor.for_user(administrator)


@pytest.fixture
def register(actor, noon):
    spec = {
        "schema": 1,
        "code": "visits",
        "labels": {"az": "Səfərlər"},
        "subject": "other",
        "key_pattern": "S-{year}-{seq:6}",
        "attributes": [{"name": "why", "type": "text", "labels": {"az": "Səbəb"}}],
        "statuses": [{"name": "open", "labels": {"az": "Açıq"}}],
        "list_columns": ["key"],
        "access": [access("worker", "internal"), access("head", "sensitive")],
    }
    return publish_register(save_register("visits", spec, actor), actor=actor, now=noon)


@pytest.fixture
def roles(db):
    titles = {"worker": "İşçi", "head": "Müdir", "stranger": "Kənar"}
    return [Role.objects.create(code=c, title_az=t, title_en=c) for c, t in titles.items()]


@pytest.fixture
def spec(register, roles):
    def question(name, label, **more):
        return {
            "kind": "question",
            "name": name,
            "type": "text",
            "labels": {"az": label},
            **more,
        }

    children = [
        question("why", "Səbəb"),
        question("wound", "Zədə", sensitivity="sensitive"),
        question("note", "Zədə haqqında", relevant="${wound} != ''"),
    ]
    section = {"kind": "section", "name": "s", "labels": {"az": "S"}, "children": children}
    return {
        "schema": 1,
        "code": "visit",
        "labels": {"az": "Səfər"},
        "languages": ["az", "en"],
        "settings": {"register": "visits", "mode": "create"},
        "children": [section],
    }


class TestSight:
    @pytest.mark.parametrize(
        ("role", "may_fill", "hidden"),
        [("worker", True, ["Zədə"]), ("head", True, []), ("stranger", False, None)],
    )
    def test_is_that_of_the_rules_of_the_register(self, spec, role, may_fill, hidden):
        _seen, said = see_as(role, spec, "az")

        assert said.may_fill is may_fill
        assert hidden is None or said.hidden == hidden

    def test_has_no_words_of_what_is_hidden(self, spec):
        seen, _said = see_as("worker", spec, "az")

        assert "labels" not in seen["children"][0]["children"][1]

    def test_without_a_role_is_the_whole_form(self, spec):
        assert see_as("", spec, "az") == (spec, None)


class TestPages:
    @pytest.fixture
    def form(self, spec, actor):
        return services.save_definition_draft("visit", spec, actor)

    @pytest.fixture
    def admin(self, client, administrator):
        client.force_login(administrator)
        return client

    def test_of_the_preview_show_what_the_role_sees(self, form):
        whole = form.make_preview_request(preview_mode="az").content.decode()
        seen = form.make_preview_request(preview_mode="az:worker").content.decode()

        assert 'data-question="wound"' in whole
        assert 'data-question="wound"' not in seen
        assert "İşçi" in seen

    def test_offer_each_role_in_both_languages(self, form):
        modes = [mode for mode, _label in form.preview_modes]

        assert modes[:2] == ["az", "en"]
        assert {"az:worker", "en:worker", "az:head"} <= set(modes)
        assert form.preview_sizes[0]["device_width"] == 360

    def test_of_trying_out_show_what_the_role_sees(self, admin, form):
        url = reverse("forms_builder_try", args=[form.pk])
        page = admin.get(url, {"role": "worker", "language": "en"})

        assert 'data-question="wound"' not in page.content.decode()
        assert page.context["seen_as"].hidden == ["Zədə"]
        assert page.context["language"] == "en"

    def test_of_trying_out_keep_what_was_typed_when_the_role_changes(self, admin, form):
        url = reverse("forms_builder_try", args=[form.pk])
        page = admin.post(url, {"why": "Yoxlama", "_role": "worker", "_show": "1"})

        assert "Yoxlama" in page.content.decode()

    def test_of_trying_out_come_at_phone_size(self, admin, form):
        url = reverse("forms_builder_try", args=[form.pk])
        page = admin.get(url, {"role": "worker", "phone": "1"}).content.decode()

        assert "<iframe" in page and "role=worker" in page

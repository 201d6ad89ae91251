"""Wrong things typed into every editor of the admin: refused in words, where they were typed.

Each input of an editor is given each wrong thing in turn, all others staying right. Nothing of
it is an error of ours; what is refused is shown again, with a reason in Azerbaijani.
"""

import html
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.urls import reverse

from config.accounts.models import Appointment, Role
from content.models import (
    LegalAct,
    Location,
    Organization,
    Place,
    Service,
    ServiceAtLocation,
    VulnerableGroup,
)
from forms_builder.models import ChoiceList, FieldLibraryItem, FormDefinition
from protocols.models import Holiday, Protocol
from registry.models import Register
from tests.protocols import specs as protocols
from tests.registry import specs as registers
from tests.support.content import make_guide, make_service
from tests.support.editors import Input, Sent, messages_in, read
from tests.support.forms import form, publish, publish_list, question, section

__all__ = ["make_guide", "make_service"]

SCRIPT = "<script>alert(1)</script>'\"&lt; ${x} {{ y }}"
IN_CHOICES = {"NUL": "a\0b", "a script": SCRIPT}
IN_TEXTS = {
    **IN_CHOICES,
    "nothing": "",
    "a long text": SCRIPT * 500,
    "a huge number": "9" * 400,
}
IN_DATES = {**IN_TEXTS, "a day that is none": "31.02.2026", "year 0": "0000-00-00"}
IN_JSON = {
    "NUL": '{"v": 1, "relevant": "a\\u0000b"}',
    "half of a character": '["\\ud800"]',
    "what is no JSON": '{"v": 1,',
    "depth": "[" * 200_000,
    "an object of other things": '{"v": "x", "relevant": 7, "labels": [], "hints": {"az": 5}}',
    "a list of other things": '[{"name": 5, "labels": [], "answers": [], "expect": 3}, 7]',
}


def rich(text: str) -> str:
    """What the editor of rich text sends for `text`."""
    line = {"key": "a", "text": text, "type": "unstyled", "depth": 0}
    return json.dumps(
        {"blocks": [{**line, "inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}
    )


IN_RICH = {what: rich(text) for what, text in IN_TEXTS.items()}
WRONG = {
    "rich": IN_RICH,
    "other": IN_CHOICES,
    "text": IN_TEXTS,
    "date": IN_DATES,
    "json": IN_JSON,
}
ENGLISH = re.compile(r"\b(the|this|is|must|enter|valid|value|required|characters?)\b", re.I)


def first(model: type[Model]) -> str:
    """The address of the editor of the first of its kind."""
    name = f"wagtailsnippets_{model._meta.app_label}_{model._meta.model_name}:edit"
    return reverse(name, args=[model._default_manager.first().pk])


def make_form(request: Any) -> str:
    publish_list("places", [{"name": "home", "labels": {"az": "Evdə"}}])
    publish_register("cases")
    rows = (
        question("name", required=True, relevant="${age} > 1", hints={"az": "İpucu"}),
        question("age", "integer", constraint=". < 150"),
        question("place", "select_one", list="places"),
        {"kind": "group", "name": "g", "labels": {"az": "Q"}, "children": [question("c")]},
    )
    publish(form("visit", section("who", *rows)))
    return first(FormDefinition)


def publish_register(code: str) -> None:
    from tests.support.forms import make_register

    make_register(code)


def make_list(request: Any) -> str:
    publish_list("places", [{"name": "home", "labels": {"az": "Evdə"}}])
    return first(ChoiceList)


def make_register(request: Any) -> str:
    for role in ("social_worker", "supervisor"):
        Role.objects.get_or_create(code=role, defaults={"title_az": role})
    request.getfixturevalue("publish")(registers.register_spec("reports"))
    return first(Register)


def make_protocol(request: Any) -> str:
    request.getfixturevalue("desk")
    request.getfixturevalue("publish_spec")(protocols.protocol_spec())
    return first(Protocol)


def make_service_page(request: Any) -> str:
    publish_list("service_form", [{"name": "home", "labels": {"az": "Evdə"}}])
    request.getfixturevalue("make_service")()
    return first(Service)


def make_guide_page(request: Any) -> str:
    guide = request.getfixturevalue("make_guide")()
    return reverse("wagtailadmin_pages:edit", args=[guide.pk])


def make_item(request: Any) -> str:
    address = make_form(request)
    rows = FormDefinition.objects.get().get_latest_revision_as_object().sections
    FieldLibraryItem.objects.create(title_az="Ünvan", sections=rows)
    assert address
    return first(FieldLibraryItem)


def make_places(request: Any) -> None:
    organization, place = (
        request.getfixturevalue("make_organization")(),
        request.getfixturevalue("make_place")(),
    )
    location = Location.objects.create(title_az="Ünvan", organization=organization, place=place)
    service = request.getfixturevalue("make_service")()
    ServiceAtLocation.objects.create(service=service, location=location)


def of_places(model: type[Model]) -> Callable[[Any], str]:
    def make(request: Any) -> str:
        make_places(request)
        return first(model)

    return make


def make_act(request: Any) -> str:
    LegalAct.objects.create(code="act", title_az="Qanun")
    return first(LegalAct)


def make_group(request: Any) -> str:
    VulnerableGroup.objects.create(code="kids", title_az="Uşaqlar")
    return first(VulnerableGroup)


def make_appointment(request: Any) -> str:
    request.getfixturevalue("make_user")("social_worker")
    return reverse("appointments:edit", args=[Appointment.objects.get().pk])


def make_role(request: Any) -> str:
    role = Role.objects.create(code="tester", title_az="Sınaqçı")
    return reverse("roles:edit", args=[role.pk])


def make_holiday(request: Any) -> str:
    day = Holiday.objects.create(day=date(2033, 3, 3), title_az="Bayram")
    return reverse("days_off:edit", args=[day.pk])


def make_account(request: Any) -> str:
    user = request.getfixturevalue("make_user")("social_worker", last_name="L", email="a@b.az")
    return reverse("wagtailusers_users:edit", args=[user.pk])


EDITORS = {
    "form": make_form,
    "list": make_list,
    "register": make_register,
    "protocol": make_protocol,
    "service": make_service_page,
    "guide": make_guide_page,
    "library": make_item,
    "organization": of_places(Organization),
    "place": of_places(Place),
    "location": of_places(Location),
    "service at location": of_places(ServiceAtLocation),
    "legal act": make_act,
    "vulnerable group": make_group,
    "appointment": make_appointment,
    "role": make_role,
    "day off": make_holiday,
    "account": make_account,
}


def shown_again(page: Any, wrong: str) -> bool:
    """Whether the page shows what was typed, in an input or in the data of its scripts."""
    text = html.unescape(page.text)
    for code, sign in (("u003C", "<"), ("u003E", ">"), ("u0026", "&"), ("u0027", "'")):
        text = text.replace(f"\\{code}", sign).replace(f"\\{code.lower()}", sign)
    forms = {wrong, wrong.strip(), json.dumps(wrong)[1:-1], json.dumps(wrong.strip())[1:-1]}
    return any(one in text for one in forms)


@pytest.mark.parametrize("editor", EDITORS)
def test_is_refused_in_words_where_it_was_typed(client, administrator, request, editor):
    sent = read_editor(client, administrator, request, editor)
    right = client.post(sent.url, sent.data)
    assert right.status_code == 302, list(messages_in(right.context["form"].errors.as_data()))
    client.raise_request_exception = False
    faults, refused = [], 0
    for one in sent.inputs:
        for what, wrong in WRONG[one.kind].items():
            page = client.post(sent.url, sent.with_wrong(one.name, wrong))
            refused += page.status_code == 200
            faults += [f"{one.name}, {what}: {fault}" for fault in faults_of(page, one, wrong)]

    assert faults == []
    assert refused > len(sent.inputs) / 2


def read_editor(client: Any, administrator: Any, request: Any, editor: str) -> Sent:
    url = EDITORS[editor](request)
    client.force_login(administrator)
    return read(client, url)


def faults_of(page: Any, one: Input, wrong: str) -> list[str]:
    """What is amiss in the answer to one wrong thing."""
    if page.status_code == 302:
        return ["NUL was taken"] if "\0" in wrong and one.kind in ("text", "json") else []
    if page.status_code != 200:
        return [f"answered with {page.status_code}"]
    said = list(messages_in(page.context["form"].errors.as_data()))
    faults = [f"says in English: {text}" for text in said if ENGLISH.search(text)]
    if not said:
        faults.append("gives no reason")
    if one.kind == "text" and "\0" not in wrong and not shown_again(page, wrong):
        faults.append("does not show it again")
    return faults


class TestTheCodeOfANewDefinition:
    """All kinds of definitions have a code, and a page to begin a new one."""

    KINDS = (FormDefinition, ChoiceList, Register, Protocol, Service)
    CODES = ("", "Böyük Hərf", "1_ci", "a-b", "a b", "a\0b", "a" * 64, "taken")

    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind._meta.model_name)
    def test_is_refused_at_its_field_and_all_that_was_typed_stays(
        self, client, administrator, kind
    ):
        kind.objects.create(code="taken", title_az="Birinci", live=False)
        client.force_login(administrator)
        name = f"wagtailsnippets_{kind._meta.app_label}_{kind._meta.model_name}:add"
        sent = read(client, reverse(name))
        for code in self.CODES:
            data = sent.with_wrong("title_az", "Yazdığım başlıq")
            data["code"] = code
            page = client.post(sent.url, data)

            assert page.status_code == 200, code
            said = page.context["form"].errors["code"]
            assert not any(map(ENGLISH.search, said)), said
            assert shown_again(page, "Yazdığım başlıq")
            assert "\0" in code or shown_again(page, code)
        assert kind.objects.count() == 1


class TestAWorkbook:
    FILES = {
        "no file": None,
        "an empty file": (b"", "bos.xlsx"),
        "a text": (b"salam", "metn.xlsx"),
        "a program": (b"MZ\x90\x00" + b"\0" * 100, "form.exe"),
        "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "form.xlsx"),
        "a torn archive": (b"PK\x03\x04" + b"\0" * 100, "form.xlsx"),
    }

    @pytest.mark.parametrize("what", FILES)
    def test_that_is_none_is_refused_at_its_field(self, client, administrator, what):
        client.force_login(administrator)
        data = {"any_language": ""}
        if self.FILES[what]:
            content, name = self.FILES[what]
            data["workbook"] = SimpleUploadedFile(name, content)
        page = client.post(reverse("forms_builder_import"), data)

        assert page.status_code == 422
        said = list(messages_in(page.context["form"].errors.as_data()))
        said += [str(one.message) for one in page.context.get("problems", ())]
        assert said
        sentences = [re.sub(r"\(.*\)", "", one) for one in said]  # what a tool said
        assert not any(map(ENGLISH.search, sentences)), said
        assert all(html.escape(one) in page.text for one in said)
        assert not FormDefinition.objects.exists()

"""Services, guides and lists for tests, made through the services an admin's tools use."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from config.accounts.actors import Actor
from content import services
from content.models import GuidePage, Service
from forms_builder.services import (
    publish_choice_list,
    publish_form,
    save_choice_list,
    save_definition_draft,
)

ACTOR = Actor.system("tests")
HEADING = {
    "type": "heading",
    "value": {"text": "Addım 1. Dinləyin", "level": "2", "anchor": ""},
}
TEXT = {"type": "text", "value": "<p>Şəxsi dinləyin.</p>"}


@pytest.fixture
def make_service(db: None, noon: datetime) -> Callable[..., Service]:
    """`make_service("home_care", name_az="Evdə qulluq", publish=False)`."""

    def make(code: str = "home_care", *, publish: bool = True, **spec: Any) -> Service:
        spec = {"name_az": f"Xidmət {code}", "description_az": "Kömək", "form": "home", **spec}
        for name, save in (
            ("target_groups", services.save_group),
            ("providing_agencies", services.save_organization),
            ("legal_basis", services.save_legal_act),
        ):
            for other in spec.get(name, []):
                save(other, {"name_az": f"{other} az", "name_en": f"{other} en"}, ACTOR)
        service = services.save_service(code, spec, ACTOR)
        if publish:
            services.publish_service(service, actor=ACTOR, now=noon)
            service.refresh_from_db()
        return service

    return make


@pytest.fixture
def make_guide(db: None, noon: datetime) -> Callable[..., GuidePage]:
    """`make_guide("guide_one", open=True, language="en", title="One", body=[...])`."""

    def make(code: str = "guide_one", *, publish: bool = True, **spec: Any) -> GuidePage:
        spec = {"title": f"Təlimat {code}", "open": True, "body": [HEADING, TEXT], **spec}
        guide = services.save_guide(code, spec, ACTOR)
        if publish:
            services.publish_guide(guide, actor=ACTOR, now=noon)
            guide = GuidePage.objects.get(pk=guide.pk)
        return guide

    return make


@pytest.fixture
def make_list(db: None, noon: datetime) -> Callable[..., None]:
    """`make_list("service_form", home="Evdə")`: a published list."""

    def make(code: str, **values: str) -> None:
        rows = [{"name": name, "labels": {"az": text}} for name, text in values.items()]
        made = save_choice_list(code, {"az": code}, rows, ACTOR)
        publish_choice_list(made, actor=ACTOR, now=noon)

    return make


@pytest.fixture
def make_published_form(db: None, noon: datetime) -> Callable[..., Any]:
    """`make_published_form("danger_signal", public=True, list="colour")`: its version."""

    def make(code: str = "intake", *, public: bool = False, list: str = "") -> Any:
        question: dict[str, Any] = {
            "kind": "question",
            "name": "what",
            "labels": {"az": "Nə?"},
            "type": "select_one" if list else "text",
        }
        if list:
            question["list"] = list
        section = {
            "kind": "section",
            "name": "a",
            "labels": {"az": "A"},
            "children": [question],
        }
        spec = {
            "schema": 1,
            "code": code,
            "labels": {"az": f"Forma {code}", "en": f"Form {code}"},
            "settings": {"public": public} if public else {},
            "children": [section],
        }
        form = save_definition_draft(code, spec, ACTOR)
        return publish_form(form, actor=ACTOR, now=noon)

    return make

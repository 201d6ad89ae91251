"""A foster family, from its application to the child that lives with it, on one page."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from playwright.sync_api import Page, expect

from config.accounts.actors import Actor
from config.accounts.models import User
from forms_builder.selectors import current_form_version
from registry.models import Record
from registry.services import submit
from tests.journeys import demo
from tests.journeys.filling import Filling

FORMS = (
    "foster_application",
    "foster_home_study",
    "foster_training_decision",
    "child_registration",
    "child_matching",
    "placement_visit",
    "family_support_session",
    "urgent_report",
)
HERE = {"region": "abseron_xizi", "district": "sumqayit"}
FAMILY = {
    **HERE,
    "app_last_name": "Kərimova",
    "app_first_name": "Nərgiz",
    "app_birth_date": "1985-03-05",
    "app_gender": "female",
    "citizenship": "aze",
    "marital_status": "married",
    "notarised": "yes",
    "data_consent": "yes",
    "rights_restricted": "no",
}
CHILD = {
    **HERE,
    "origin_region": "abseron_xizi",
    "origin_district": "sumqayit",
    "last_name": "Orucov",
    "first_name": "Murad",
    "birth_date": "2019-05-20",
    "gender": "male",
    "urgent_danger": "no",
    "current_place": "kin",
}
TRAINING = {
    "hours_attended": (40, 30),
    "test_score": (90,),
    "topics": ["attachment", "trauma", "development", "behaviour", "disability"],
    "reg_decision": "register",
}
STUDY = {f"r_{one}": "4" for one in ("motivation", "parenting", "emotional", "relations")} | {
    "risks": ["none"],
    "conclusion": "recommended",
}
MATCHED = ("age", "needs", "siblings", "distance", "culture", "wishes")
MATCH = {
    **{
        f"m_{one}": "3" for one in ("age", "needs", "siblings", "distance", "culture", "wishes")
    },
    "decision": "place",
}


@pytest.fixture
def people(roomy_database: None) -> dict[str, User]:
    """The people of the demo by user name, with what a foster family needs."""
    now = timezone.now()
    demo.load_base(now)
    demo.load_work(FORMS, ["foster_process"], now)
    return {user.username: user for user in User.objects.all()}


def fill(page: Page, form: str, user: User, known: dict[str, Any], **records: str) -> None:
    """Type a whole form, check it and send it; the page shows its first section already."""
    filling = Filling.invent(current_form_version(form), user, known, records)
    filling.type_into(page)
    page.get_by_role("button", name=_("Send"), exact=True).click()
    page.wait_for_url("**/receipt/**")


def open_step(page: Page, title: str, tab: str = "mine") -> None:
    """A step, found in the worklist."""
    page.goto(f"{reverse('protocols:worklist')}?tab={tab}")
    page.get_by_role("main").get_by_role("link", name=title).click()


def decide(page: Page, title: str, decision: str) -> None:
    """Decide a step."""
    open_step(page, title)
    page.get_by_role("radio", name=decision).check()
    page.get_by_role("button", name=_("Save the decision")).click()
    expect(page.get_by_role("main")).to_contain_text(decision)


def registered_child(user: User) -> Record:
    """A child who waits for a family."""
    version = current_form_version("child_registration")
    filling = Filling.invent(version, user, CHILD, {})
    done = submit(
        version=version,
        answers=filling.answers,
        actor=Actor.for_user(user),
        now=timezone.now() - timedelta(hours=1),
    )
    assert done.record is not None
    return done.record


def test_one_page_shows_the_family_its_child_and_all_that_was_done(open_page, people):
    worker, leader = people["isci"], people["supervizor"]
    child = registered_child(worker)
    page, leaders_page = open_page(worker), open_page(leader)

    page.goto("/portal/forms/")
    title = current_form_version("foster_application").title
    page.get_by_role("link", name=title, exact=True).click()
    fill(page, "foster_application", worker, FAMILY)
    family = Record.objects.get(register__code="foster_families")
    numbers = {"foster_families": family.key, "children_without_care": child.key}
    decide(open_page(people["operator"]), "Sənədlərin yoxlanılması", "Tamdır")
    decide(leaders_page, "Hüquqi yoxlama", "Maneə yoxdur")
    for step, form, whose, known in (
        ("Ailənin qiymətləndirilməsi", "foster_home_study", page, STUDY),
        ("Hazırlıq təlimi", "foster_training_decision", leaders_page, TRAINING),
        ("Uyğunlaşdırma", "child_matching", page, MATCH),
    ):
        open_step(whose, step, "mine" if whose is page else "team")
        whose.get_by_role("link", name=_("Fill in the form")).click()
        fill(whose, form, worker if whose is page else leader, known, **numbers)

    page.goto(reverse("portal:record", args=[family.uuid]))
    main = page.get_by_role("main")
    expect(main.get_by_role("heading", level=1)).to_have_text("Kərimova Nərgiz")
    for text in (family.key, child.title, "Himayədar ailəyə yerləşdirmə prosesi"):
        expect(main).to_contain_text(text)
    for form in ("foster_application", "foster_home_study", "foster_training_decision"):
        expect(main).to_contain_text(current_form_version(form).title)
    placement = Record.objects.get(register__code="placements")
    expect(main.get_by_role("link", name=placement.title).first).to_be_visible()
    phone = open_page(worker, phone=True)
    phone.goto(reverse("portal:record", args=[family.uuid]))

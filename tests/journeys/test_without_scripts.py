"""A request goes from a citizen to the decision and back, with scripts switched off."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image
from playwright.sync_api import Page, expect

from config.accounts.models import User
from protocols.models import Step
from protocols.schema import spec_from_pack
from protocols.services import publish_protocol, save_protocol
from registry.models import Record, Submission
from tests.journeys import demo
from tests.journeys.pages import answer, go_on

FORM = "home_care_application"
WHY = "Gəliriniz müəyyən olunmuş həddən yuxarıdır."


@pytest.fixture
def people(roomy_database: None) -> dict[str, User]:
    """The people of the demo by user name, and the request with its decision."""
    now = timezone.now()
    demo.load_base(now)
    demo.load_work([FORM], [], now)
    spec = spec_from_pack(
        next(row for row in demo.pack("protocols") if row["code"] == "home_care")
    )
    kept = {"decide", "mark_refused", "END_REFUSED"}
    steps = [step for step in spec["steps"] if step["code"] in kept]
    for step in steps:
        known = [move for move in step.get("transitions", ()) if move["to"] in kept]
        step.update({"transitions": known} if known else {"final": True})
    steps[0]["transitions"].append({"to": "END_REFUSED"})
    short = {**spec, "start": "decide", "steps": steps}
    publish_protocol(save_protocol("home_care", short, demo.ACTOR), actor=demo.ACTOR, now=now)
    return {user.username: user for user in User.objects.all()}


def picture() -> bytes:
    """A small photograph."""
    file = BytesIO()
    Image.new("RGB", (40, 30), (200, 220, 240)).save(file, "JPEG")
    return file.getvalue()


def update(page: Page) -> None:
    """Ask the server which questions follow from what was answered."""
    page.get_by_role("button", name=_("Update the questions")).first.click()


def apply(page: Page) -> str:
    """Fill and send the request; its code."""
    page.goto(reverse("citizen:begin", args=[FORM]))
    page.get_by_role("button", name=_("Begin")).click()
    answer(page, "FİN", "12")
    answer(page, "Soyadı", "Tağızadə")
    go_on(page)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator('[name="last_name"]')).to_have_value("Tağızadə")
    answer(page, "FİN", "7XWP4K1")
    answer(page, "Adı", "İlahə")
    answer(page, "Doğum tarixi", "03.04.1948")
    answer(page, "Cinsi", "Qadın")
    answer(page, "Ünvan (küçə, ev, mənzil)", "Nümunə küçəsi 5")
    answer(page, "Tək yaşayırmı?", "Bəli")
    answer(page, "Qulluq göstərə biləcək əmək qabiliyyətli qohumu varmı?", "Xeyr")
    page.locator('[name="region"]').select_option("abseron_xizi")
    update(page)
    page.locator('[name="district"]').select_option("sumqayit")
    page.locator('[name="groups"][value="elderly"]').check()
    go_on(page)
    answer(page, "Özünəqulluq qabiliyyəti", "Tam itirilib")
    answer(page, "Tələb olunan köməklik", "Təmizlik")
    answer(page, "Həftədə səfər sayı", "3")
    answer(page, "Aylıq gəlir (pensiya daxil), AZN", "250")
    answer(page, "Ödəniş şərti", "Ödənişsiz")
    go_on(page)
    photograph = {"name": "id.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.locator('input[type="file"][name="doc_id"]').set_input_files(photograph)
    go_on(page)
    page.get_by_role("button", name=_("Send"), exact=True).click()
    return page.locator(".code strong").inner_text()


def correct(page: Page, record: Record) -> None:
    """The income was misheard: the caseworker corrects it, saying why."""
    page.goto(reverse("portal:record", args=[record.uuid]))
    page.get_by_role("button", name=_("Correct the answers")).first.click()
    go_on(page)
    answer(page, "Aylıq gəlir (pensiya daxil), AZN", "2500")
    for _section in ("need", "documents", "decision"):
        go_on(page)
    page.get_by_role("button", name=_("Save the correction")).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator('[name="reason_code"]').first.check()
    page.get_by_label(_("In your own words")).fill("Gəlir səhv eşidilib")
    page.get_by_role("button", name=_("Save the correction")).click()
    expect(page.get_by_role("main")).to_contain_text("2500")


def refuse(page: Page, step: Step) -> None:
    """The supervisor refuses, first without a word to the applicant."""
    page.goto(reverse("protocols:step", args=[step.uuid]))
    page.get_by_role("radio", name="İmtina").check()
    page.get_by_role("button", name=_("Save the decision")).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label(_("To the applicant")).fill(WHY)
    page.get_by_role("radio", name="İmtina").check()
    page.get_by_role("button", name=_("Save the decision")).click()


def test_a_request_is_made_corrected_decided_and_answered(
    open_page: Callable[..., Page], people: dict[str, User]
) -> None:
    citizen = open_page(phone=True, java_script_enabled=False)
    code = apply(citizen)
    record = Record.objects.get(register__code="home_services")

    correct(open_page(people["isci"], phone=True, java_script_enabled=False), record)
    assert Submission.objects.get().answers["monthly_income"] == 2500

    step = Step.objects.get(code="decide")
    refuse(open_page(people["supervizor"], java_script_enabled=False), step)
    record.refresh_from_db()
    assert record.status == "refused"

    citizen.goto(reverse("citizen:status"))
    citizen.get_by_label(_("Number")).fill(record.key)
    citizen.get_by_label(_("Code")).fill(code)
    citizen.get_by_role("button", name=_("Ask")).click()
    expect(citizen.get_by_role("main")).to_contain_text(WHY)
    expect(citizen.get_by_role("main")).to_contain_text("Şikayət")

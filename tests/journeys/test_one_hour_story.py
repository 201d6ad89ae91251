"""A kind of service that nobody prepared, from the admin's first click to the auditor."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from playwright.sync_api import Page, expect

from config.accounts.models import User
from protocols.models import Step
from registry.models import Record, Submission
from tests.journeys import demo, new_service
from tests.journeys.editor import beginning
from tests.journeys.pages import TICKED, answer, go_on, refused

WHY = "Anası xəstəxanada daha uzun qalacaq"
YEAR = timezone.localdate().year


@pytest.fixture
def people(roomy_database: None) -> dict[str, User]:
    """The people of the demo by user name."""
    now = timezone.now()
    demo.load_base(now)
    demo.load_lists(["service_form"], now)
    return {user.username: user for user in User.objects.all()}


def make_everything(page: Page) -> None:
    """Five steps of the guided page."""
    new_service.make_list(page)
    new_service.make_register(page)
    new_service.make_form(page)
    new_service.make_protocol(page)
    new_service.make_service(page)


def file_it(page: Page) -> None:
    """A caseworker with a phone, who first types a number that cannot be."""
    page.goto("/portal/forms/")
    page.get_by_role("link", name=f"{new_service.TITLE}: müraciət", exact=True).click()
    for label, value in (
        ("Soyadı", "Əliyeva"),
        ("Adı", "Aysu"),
        ("Doğum tarixi", "05.03.2018"),
        ("Səbəb", "Digər səbəb"),
        ("Hansı səbəb?", "Anası doğum evindədir"),
        ("Bacı-qardaşının sayı", "1"),
        ("Bacı-qardaşı kimlədir?", "Nənəsi ilə"),
    ):
        answer(page, label, value)
    go_on(page)

    answer(page, "Neçə gecə qalacaq?", "45")
    answer(page, "Qanuni nümayəndə razıdır", TICKED)
    go_on(page)
    refused(page, "Neçə gecə qalacaq?", new_service.NIGHTS_MESSAGE)
    expect(page.get_by_label(beginning("Neçə gecə qalacaq?"))).to_have_value("45")
    expect(page.get_by_role("checkbox")).to_be_checked()

    answer(page, "Neçə gecə qalacaq?", "12")
    expect(page.get_by_label(beginning("Yemək sayı"))).to_have_text("36")
    go_on(page)
    expect(page.get_by_role("main")).to_contain_text("Anası doğum evindədir")
    page.get_by_role("button", name=_("Send"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"MQE-{YEAR}-00001")


def correct_it(page: Page) -> None:
    """The same caseworker corrects what was sent in, and says why."""
    page.get_by_role("link", name=_("Open the record")).click()
    page.get_by_role("button", name=beginning(_("Correct the answers"))).click()
    go_on(page)
    answer(page, "Neçə gecə qalacaq?", "21")
    go_on(page)
    page.get_by_role("radio").first.check()
    page.get_by_label(beginning(_("In your own words"))).fill(WHY)
    page.get_by_role("button", name=_("Save the correction")).click()
    page.wait_for_url("**/records/**")


def decide_it(page: Page) -> None:
    """The supervisor finds the step with its hour, and decides."""
    page.goto(reverse("protocols:worklist"))
    row = page.get_by_role("listitem").filter(has_text=new_service.DECISION)
    due = timezone.localtime(Step.objects.get(code="qerar").due_at)
    expect(row).to_contain_text(f"{due:%H:%M}")
    row.get_by_role("link", name=new_service.DECISION).click()
    page.get_by_label("Qəbul edilsin").check()
    page.get_by_role("button", name=_("Save the decision")).click()


def audit_it(page: Page, caseworker: User) -> None:
    """The auditor sees both versions side by side: who, when, why."""
    page.goto("/audit/")
    page.get_by_label(_("Person or record: FIN, number or name")).fill(f"MQE-{YEAR}-00001")
    page.get_by_role("main").get_by_role("button", name=_("Show")).click()
    row = page.get_by_role("row").filter(has_text=WHY)
    row.get_by_role("link", name=beginning(_("answers"))).click()
    for text in (WHY, str(caseworker), f"{timezone.localtime():%d.%m.%Y}"):
        expect(page.get_by_role("main")).to_contain_text(text)
    nights = page.get_by_role("row").filter(has_text="Neçə gecə qalacaq?")
    expect(nights.get_by_role("deletion")).to_have_text("12")
    expect(nights.get_by_role("insertion")).to_have_text("21")


def read_about_it(page: Page) -> None:
    """Anybody reads about the service."""
    page.goto(reverse("content:service", args=["qaygi_evi_xidmeti"]))
    expect(page.get_by_role("main")).to_contain_text(new_service.DESCRIPTION)


def test_an_admin_a_caseworker_a_supervisor_and_an_auditor(open_page, people):
    make_everything(open_page(people["admin"]))
    read_about_it(open_page(phone=True))
    phone = open_page(people["isci"], phone=True)
    file_it(phone)
    correct_it(phone)
    decide_it(open_page(people["supervizor"]))
    audit_it(open_page(people["auditor"]), people["isci"])

    record = Record.objects.get()
    assert record.status == "yerlesdirilib"
    assert [row.answers["nights"] for row in Submission.objects.all()] == [21]

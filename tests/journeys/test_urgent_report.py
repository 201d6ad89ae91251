"""An urgent report of violence opens its protocol at once; nobody answers for three hours."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from playwright.sync_api import Page, expect

from config.accounts.models import User
from forms_builder.selectors import current_form_version
from protocols.models import Escalation, Step
from registry.models import Record
from tests.journeys import demo
from tests.journeys.filling import Filling

FORMS = (
    *("urgent_report", "urgent_response", "interagency_referral", "case_intake"),
    *("risk_screening", "needs_assessment", "service_plan", "service_note"),
    *("case_review", "case_closure"),
)
TRIAGE = "Təhlükənin dərəcələndirilməsi"
KNOWN = {
    "region": "abseron_xizi",
    "district": "sumqayit",
    "violence_types": ["physical"],
    "last_name": "Həsənova",
    "first_name": "Səbinə",
}


@pytest.fixture
def people(roomy_database: None) -> dict[str, User]:
    """The people of the demo by user name, with the urgent report and its protocol."""
    now = timezone.now()
    demo.load_base(now)
    demo.load_work(FORMS, ["urgent_violence"], now)
    return {user.username: user for user in User.objects.all()}


def report(page: Page, user: User) -> Record:
    """The report is typed on a phone and sent."""
    page.goto("/portal/fill/urgent_report/")
    filling = Filling.invent(current_form_version("urgent_report"), user, KNOWN, {})
    filling.type_into(page)
    page.get_by_role("button", name=_("Send"), exact=True).click()
    page.wait_for_url("**/receipt/**")
    return Record.objects.get(register__code="urgent_reports")


def two_clocks(moment: str) -> None:
    """The same command twice, at the same time, each with a connection of its own."""
    barrier = Barrier(2)

    def run(_number: int) -> None:
        try:
            barrier.wait(timeout=10)
            call_command("run_deadlines", now=moment, verbosity=0)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))


def test_is_escalated_exactly_once(open_page, people):
    record = report(open_page(people["novbetci"], phone=True), people["novbetci"])
    step = Step.objects.get(run__record=record)
    assert step.is_urgent
    assert step.due_at - step.opened_at == timedelta(hours=1)
    duty = open_page(people["novbetci"])
    duty.goto(reverse("protocols:worklist"))
    row = duty.get_by_role("listitem").filter(has_text=record.key)
    expect(row).to_contain_text(TRIAGE)
    expect(row).to_contain_text(f"{timezone.localtime(step.due_at):%H:%M}")

    two_clocks((timezone.now() + timedelta(hours=3)).isoformat())

    assert Escalation.objects.get().role == "supervisor"
    leader = open_page(people["supervizor"])
    leader.goto(reverse("protocols:notices"))
    expect(leader.get_by_role("main").get_by_text(TRIAGE)).to_have_count(1)

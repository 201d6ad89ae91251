"""Danger reported without a name, with the demo's own configuration, up to the duty officer."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from protocols.models import RunFailure, Step
from registry.models import Record
from tests.journeys.demo import load_base, load_work
from tests.registry.test_citizen import fill_and_send

pytestmark = pytest.mark.django_db


def test_the_duty_officer_has_an_hour():
    cache.clear()
    now = timezone.now()
    load_base(now)
    forms = ["danger_signal", "urgent_report", "early_detection", "interagency_referral"]
    load_work(forms, ["signal_intake"], now)
    citizen = Client()
    home = citizen.get("/").content.decode()
    start = reverse("citizen:begin", args=["danger_signal"])
    first = citizen.get(start).content.decode()
    citizen.post(start)
    receipt = citizen.get(fill_and_send(citizen).url).content.decode()

    assert start in home
    assert "tel:102" in first
    record = Record.objects.get(register__code="urgent_reports")
    assert record.key in receipt
    assert not RunFailure.objects.exists()
    step = Step.objects.get(run__record=record)
    assert step.role == "duty_officer"
    assert step.due_at - step.opened_at == timedelta(hours=1)
    assert not Record.objects.filter(register__code="persons").exists()

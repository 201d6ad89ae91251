"""The admins' days off count in the working-days() of forms."""

from datetime import date, datetime

import pytest

from forms_builder.evaluation import evaluate_expression
from forms_builder.lookups import DatabaseLookups
from protocols.models import Holiday

pytestmark = pytest.mark.django_db


def working_days(now: datetime) -> float:
    source = "working-days('2031-03-10', '2031-03-17')"
    return evaluate_expression(source, {}, today=now.date(), now=now, lookups=DatabaseLookups())


def test_days_off_are_not_counted(noon: datetime) -> None:
    Holiday.objects.all().delete()
    assert working_days(noon) == 5

    Holiday.objects.create(day=date(2031, 3, 12), title_az="Bayram")

    assert working_days(noon) == 4


def test_days_off_are_asked_for_once(noon: datetime, django_assert_num_queries) -> None:
    lookups = DatabaseLookups()
    source = "working-days('2031-03-10', '2031-03-17') + working-days('2031-03-10', today())"

    with django_assert_num_queries(1):
        evaluate_expression(source, {}, today=noon.date(), now=noon, lookups=lookups)
        evaluate_expression(source, {}, today=noon.date(), now=noon, lookups=lookups)

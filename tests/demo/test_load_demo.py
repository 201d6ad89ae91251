"""Loading the demo through the services, and the families it invents."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from config.accounts.models import Appointment, User
from config.demo.families.history import invent
from config.demo.loading import load_configuration
from config.demo.users import DEMO_USERS
from content.models import GuideVersion, Organization, Place, ServiceVersion
from forms_builder.models import ChoiceListVersion, FormVersion
from protocols.models import ProtocolVersion, Run
from registry.models import Record, RegisterVersion, Submission

NOON = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
VERSIONS = {
    ChoiceListVersion: 156,
    FormVersion: 43,
    RegisterVersion: 30,
    ProtocolVersion: 23,
    ServiceVersion: 42,
    GuideVersion: 10,
}

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def versions():
    return {model: model.objects.count() for model in VERSIONS}


class TestServers:
    def test_take_the_known_passwords_only_when_told_so(self, settings):
        settings.SECURE_SSL_REDIRECT = True

        with pytest.raises(CommandError, match="--force-known-passwords"):
            call_command("load_demo")

        assert not User.objects.filter(username=DEMO_USERS[0][0]).exists()


class TestTheNumberOfFamilies:
    @pytest.mark.parametrize("number", ["-1", "x"])
    def test_is_one(self, number):
        with pytest.raises(CommandError, match="--records"):
            call_command("load_demo", "--records", number)


class TestLoadDemo:
    def test_changes_nothing_the_second_time(self):
        load_configuration(NOON)
        assert versions() == VERSIONS
        assert Place.objects.count() == 14 + 78
        assert Organization.objects.count() == 46

        load_configuration(NOON)
        assert versions() == VERSIONS

        for username, password, _who in DEMO_USERS:
            user = User.objects.get(username=username)
            assert user.check_password(password)
            assert Appointment.objects.filter(user=user).count() == 1

        assert invent(1, seed=5, end=NOON) == []  # no act refused
        told = Submission.objects.count()
        registers = set(Record.objects.values_list("register__code", flat=True))
        assert len(registers) >= 25
        assert Run.objects.exists()

        assert invent(1, seed=5, end=NOON) == []  # no act refused
        assert Submission.objects.count() == told

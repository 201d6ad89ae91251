"""How often something may be done from one address."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from config.settings import base
from config.shared.limits import network_of, within


class TestALimit:
    def test_lets_in_as_many_as_it_says(self):
        assert [within("try", "somebody", 2) for _ in range(4)] == [True, True, False, False]
        assert within("try", "another", 2)

    @pytest.mark.django_db
    def test_is_remembered_for_the_whole_hour(self, settings):
        settings.CACHES = base.CACHES
        call_command("createcachetable")
        for _ in range(3):
            within("hold", "somebody", 2)

        with connection.cursor() as cursor:
            cursor.execute("SELECT expires FROM dayaq_cache WHERE cache_key LIKE '%hold%'")
            (expires,) = cursor.fetchone()
        assert expires > timezone.now() + timedelta(minutes=50)
        assert not within("hold", "somebody", 2)


class TestAnAddress:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
        ],
    )
    def test_is_that_of_a_household_however_many_it_has(self, address, network):
        assert network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == network

"""The admin's first page, and whose name it bears."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from config.accounts.actors import Actor
from config.accounts.services import TRAINERS, ensure_groups
from forms_builder import services

pytestmark = pytest.mark.django_db
HOME = "/cms/"


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def save(actor, code="channel", title="Kanal"):
    rows = [{"name": "online", "labels": {"az": "Elektron"}}]
    return services.save_choice_list(code, {"az": title}, rows, actor)


class TestTheDashboard:
    def test_shows_my_drafts_and_not_those_of_others(self, admin, administrator, make_user):
        save(Actor.for_user(administrator), "mine", "Mənim siyahım")
        save(Actor.for_user(make_user()), "theirs", "Onların siyahısı")
        page = admin.get(HOME).content.decode()

        assert "Mənim siyahım" in page
        assert "Onların siyahısı" not in page

    def test_shows_what_was_published_lately(self, admin, administrator, noon):
        actor = Actor.for_user(administrator)
        services.publish_choice_list(save(actor), actor=actor, now=noon)
        page = admin.get(HOME).content.decode()

        assert "Kanal" in page
        assert "/versions/" in page

    def test_begins_with_a_new_service_type(self, admin):
        assert reverse("new_service_type") in admin.get(HOME).content.decode()

    def test_asks_as_much_for_many_definitions(
        self, admin, administrator, noon, django_assert_max_num_queries
    ):
        actor = Actor.for_user(administrator)
        for number in range(12):
            save(actor, f"draft_{number}")
            services.publish_choice_list(save(actor, f"list_{number}"), actor=actor, now=noon)
        admin.get(HOME)

        with django_assert_max_num_queries(60):
            admin.get(HOME)

    def test_offers_nothing_to_whoever_may_not_configure(self, client, make_user):
        client.force_login(make_user(permissions=["wagtailadmin.access_admin"]))

        assert "dayaq-home" not in client.get(HOME).content.decode()


class TestATrainersDashboard:
    @pytest.fixture
    def page(self, client, make_user):
        ensure_groups()
        trainer = make_user("trainer")
        trainer.groups.add(Group.objects.get(name=TRAINERS))
        client.force_login(trainer)
        return client.get(HOME).content.decode()

    def test_begins_a_guide(self, page):
        assert "/cms/pages/add/content/guidepage/" in page
        assert reverse("content_guides") in page

    def test_offers_no_new_service_type(self, page):
        assert reverse("new_service_type") not in page


class TestTheName:
    @pytest.mark.parametrize("address", [HOME, "/cms/nowhere/"])
    def test_is_ours_everywhere(self, admin, address):
        page = admin.get(address).content.decode()

        assert "- Dayaq</title>" in page
        assert "dayaq/mark" in page
        assert "Wagtail" not in page.split("</head>")[0]

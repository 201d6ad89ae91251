"""Accounts that were used are kept."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from config.accounts.models import User
from registry import drafting
from registry.models import Draft
from tests.support.content import make_published_form

__all__ = ["make_published_form"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def unused(make_user: Any) -> User:
    """An account made by mistake."""
    return make_user(username="unused")


@pytest.fixture
def writer(make_user: Any, make_published_form: Any, noon: datetime) -> User:
    """Somebody who is filling a form in."""
    user = make_user(username="yazan", first_name="Yazan", last_name="Şəxs")
    answers = {"what": "Yarımçıq"}
    drafting.start(version=make_published_form(), user=user, now=noon, answers=answers)
    return user


@pytest.fixture
def admin(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


class TestDeletingAnAccount:
    def test_that_nobody_used_is_possible(self, admin: Client, unused: User) -> None:
        admin.post(reverse("wagtailusers_users:delete", args=[unused.pk]))
        assert not User.objects.filter(pk=unused.pk).exists()

    def test_never_takes_what_somebody_typed(self, writer: User) -> None:
        for delete in (writer.delete, User.objects.filter(pk=writer.pk).delete):
            with pytest.raises(ProtectedError):
                delete()
        assert Draft.objects.get().user == writer

    def test_is_refused_with_what_to_do_instead(self, admin: Client, writer: User) -> None:
        address = reverse("wagtailusers_users:delete", args=[writer.pk])
        for response in (admin.get(address, follow=True), admin.post(address, follow=True)):
            assert response.redirect_chain[-1][0].endswith(f"/users/edit/{writer.pk}/")
            assert "Yazan Şəxs" in response.content.decode()
            assert [m.level_tag for m in response.context["messages"]] == ["error"]
        assert User.objects.filter(pk=writer.pk).exists()

    def test_of_several_is_refused_when_one_was_used(
        self, admin: Client, writer: User, unused: User
    ) -> None:
        address = reverse("wagtail_bulk_action", args=["accounts", "user", "delete"])
        admin.post(f"{address}?id={writer.pk}&id={unused.pk}&next=/cms/users/")
        assert User.objects.filter(pk__in=[writer.pk, unused.pk]).count() == 2

    def test_is_refused_for_who_is_appointed(self, make_user: Any) -> None:
        with pytest.raises(ProtectedError):
            make_user("social_worker").delete()

    def test_is_refused_for_who_signed_in(self, unused: User) -> None:
        unused.last_login = datetime(2026, 1, 1, tzinfo=UTC)
        unused.save()
        with pytest.raises(ProtectedError):
            unused.delete()

    def test_is_refused_for_who_changed_anything_in_the_admin(
        self, client: Client, make_user: Any
    ) -> None:
        user = make_user(is_superuser=True)
        client.force_login(user)
        client.post("/cms/roles/new/", {"code": "r", "title_az": "R"})
        User.objects.filter(pk=user.pk).update(last_login=None)
        with pytest.raises(ProtectedError):
            User.objects.get(pk=user.pk).delete()

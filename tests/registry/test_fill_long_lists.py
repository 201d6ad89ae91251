"""Lists of more than a hundred choices are searched, with scripts and without."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from registry.models import Draft
from tests.support.forms import form, make_register, publish, publish_list, question, section

NAMES = [f"Kənd {number}" for number in range(240)] + ["Şamaxı İsmayıllı"]


def place_form() -> None:
    rows = [{"name": f"p{i}", "labels": {"az": name}} for i, name in enumerate(NAMES)]
    publish_list("villages", rows)
    make_register("cases")
    asked = question("village", "select_one", list="villages")
    then = question("why", relevant="${village} = 'p240'")
    publish(form("places", section("one", asked, then), settings={"public": True}))


@pytest.mark.django_db
class TestWithoutScripts:
    @pytest.fixture
    def client(self, make_user) -> Client:
        place_form()
        client = Client()
        client.force_login(make_user("social_worker", username="leyla"))
        client.get(reverse("portal:fill", args=["places"]), follow=True)
        return client

    @pytest.fixture
    def step(self, client) -> str:
        return reverse("portal:draft-step", args=[Draft.objects.get().uuid, "one"])

    def test_a_hundred_are_shown(self, client, step):
        assert client.get(step).content.decode().count("<option") == 101

    def test_words_narrow_the_list_and_keep_the_answer(self, client, step):
        body = {"village": "p5", "village#find": "ismayilli", "_find": "village"}
        response = client.post(step, {"wizard-current_step": "one", **body})
        page = client.get(response.url).content.decode()

        assert Draft.objects.get().answers == {"village": "p5"}
        assert 'value="p240"' in page and '<option selected value="p5"' in page
        assert page.count("<option") == 3

    def test_the_answer_is_always_among_them(self, client, step):
        client.post(step, {"wizard-current_step": "one", "village": "p239"})

        assert '<option selected value="p239"' in client.get(step).content.decode()

    def test_pages_come_from_the_server(self, client, step):
        address = reverse("portal:draft-choices", args=[Draft.objects.get().uuid])
        first = client.get(address, {"path": "village", "q": "kənd"}).json()
        last = client.get(address, {"path": "village", "q": "kənd", "page": "4"}).json()

        assert (len(first["items"]), first["count"], first["next"]) == (50, 240, 1)
        assert (len(last["items"]), last["next"]) == (40, None)

    def test_nothing_comes_for_others_or_for_what_is_no_list(self, client, make_user):
        address = reverse("portal:draft-choices", args=[Draft.objects.get().uuid])
        stranger = Client()
        stranger.force_login(make_user("social_worker", username="stranger"))

        assert stranger.get(address, {"path": "village"}).status_code == 404
        assert client.get(address, {"path": "nothing"}).status_code == 404
        closed = reverse("citizen:choices", args=["places"])
        assert Client().get(closed, {"path": "village"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_list_follows_what_one_types(open_page):
    cache.clear()
    place_form()
    page = open_page(phone=True)
    page.goto("/muraciet/places/")
    page.locator("main form button[type=submit]").click()
    page.locator("[data-find] input").fill("şamaxı")

    expect(page.locator('select[name="village"] option')).to_have_count(2)
    page.locator('select[name="village"]').select_option("p240")
    expect(page.locator('[name="why"]')).to_be_visible()
    page.locator("[data-find] input").fill("kənd")
    expect(page.locator('select[name="village"] option')).to_have_count(53)
    expect(page.locator('select[name="village"]')).to_have_value("p240")

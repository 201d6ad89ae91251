"""Widgets that need a browser: by mouse, by keyboard alone, on a phone and a wide screen."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from registry.models import Draft
from tests.support.browser import DESKTOP, PHONE
from tests.support.every_type import every_type
from tests.support.forms import make_register, publish

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., Page]
HERE = {"latitude": 40.5, "longitude": 49.5, "accuracy": 7}
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def worker(make_user):
    return make_user("social_worker", username="leyla", language="en")


@pytest.fixture
def form(db) -> None:
    make_register("cases")
    publish(every_type())


def begin(page: Page, step: str) -> Page:
    """A new draft, opened at a step; the scripts have added what they add."""
    page.goto("/portal/fill/every_type/")
    page.goto(f"{page.url.split('/step/')[0]}/step/{step}/")
    page.wait_for_load_state("networkidle")
    return page


def question(page: Page, name: str) -> Locator:
    return page.locator(f'[data-question="{name}"]')


def field(page: Page, name: str) -> Locator:
    return page.locator(f'[name="{name}"]')


def save(page: Page) -> dict[str, Any]:
    """Go on; what the draft holds then."""
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue").last.click()
    answers: dict[str, Any] = Draft.objects.get().answers
    return answers


@pytest.mark.parametrize("screen", [PHONE, DESKTOP, {"width": 1440, "height": 900}])
def test_every_section_fits_and_breaks_no_rule_of_access(
    open_page: Open, worker: Any, form: None, screen: dict[str, int]
) -> None:
    page = begin(open_page(worker, viewport=screen), "typed")
    base = page.url.split("/step/")[0]
    for step in ("typed", "files", "tables", "rest", "review"):
        page.goto(f"{base}/step/{step}/")
        page.wait_for_load_state("networkidle")
        found = Axe().run(page).response["violations"]
        assert not found, (step, [(one["id"], one["nodes"][0]["html"]) for one in found])
        assert page.evaluate(TOO_WIDE) <= 0, step


def test_twice_as_large_letters_fit_a_small_screen(
    open_page: Open, worker: Any, form: None
) -> None:
    # A browser at 200 % on a window of 1280 pixels has 640 to lay out.
    page = begin(open_page(worker, viewport={"width": 640, "height": 450}), "tables")

    assert page.evaluate(TOO_WIDE) <= 0


class TestTyped:
    @pytest.fixture
    def page(self, open_page: Open, worker: Any, form: None) -> Page:
        allowed = {"permissions": ["geolocation"], "geolocation": HERE}
        return begin(open_page(worker, phone=True, **allowed), "typed")

    def test_a_slider_is_moved_by_keyboard_and_its_number_is_the_answer(self, page):
        slider = question(page, "slider").get_by_role("slider")
        expect(field(page, "slider")).to_have_value("")
        slider.focus()
        page.keyboard.press("ArrowRight")

        expect(field(page, "slider")).to_have_value("55")
        field(page, "slider").fill("20")
        expect(slider).to_have_value("20")
        assert save(page)["slider"] == 20

    def test_things_are_put_in_order_by_buttons_and_keyboard(self, page):
        order = question(page, "order")
        order.get_by_role("button", name="Move up: Blue").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")

        expect(order.get_by_role("status")).to_have_text("Blue: place 1 of 3")
        assert save(page)["order"] == ["blue", "red", "green"]

    def test_an_order_may_be_kept_cleared_and_typed(self, page):
        order = question(page, "order")
        order.get_by_role("button", name="Keep this order").click()
        expect(field(page, "order#green")).to_have_value("2")
        order.get_by_role("button", name="Clear the order").click()
        expect(field(page, "order#green")).to_have_value("")
        for name, place in (("blue", "2"), ("red", "3"), ("green", "1")):
            field(page, f"order#{name}").fill(place)

        assert save(page)["order"] == ["green", "blue", "red"]

    def test_a_place_is_taken_from_the_device_with_its_accuracy(self, page):
        place = question(page, "place")
        place.get_by_role("button", name="Use my location").click()

        expect(field(page, "place#lat")).to_have_value("40.500000")
        expect(place.get_by_role("status")).to_have_text("accurate to 7 m")
        assert save(page)["place"] == {"lat": 40.5, "lon": 49.5, "acc": 7}

    def test_a_place_typed_over_forgets_how_exactly_it_was_measured(self, page):
        question(page, "place").get_by_role("button", name="Use my location").click()
        expect(field(page, "place#lat")).to_have_value("40.500000")
        field(page, "place#lat").fill("41")

        assert save(page)["place"] == {"lat": 41, "lon": 49.5}

    def test_a_line_is_made_of_points_added_typed_and_removed(self, page):
        line = question(page, "line")
        line.get_by_role("button", name="Add my location").click()
        expect(field(page, "line#lat").nth(0)).to_have_value("40.500000")
        line.get_by_role("button", name="Add a point").click()
        for place, (lat, lon) in enumerate([("40,1", "49,1"), ("40,2", "49,2")], 1):
            field(page, "line#lat").nth(place).fill(lat)
            field(page, "line#lon").nth(place).fill(lon)
        line.get_by_role("button", name="Remove the point 2").click()

        expect(line.get_by_role("group")).to_have_count(2)
        assert save(page)["line"] == [
            {"lat": 40.5, "lon": 49.5, "acc": 7},
            {"lat": 40.2, "lon": 49.2},
        ]

    def test_many_boxes_are_sifted_as_one_types(self, page):
        many = question(page, "some_of_many")
        many.get_by_label("Village 3", exact=True).check()
        many.get_by_role("searchbox").fill("village 29")

        expect(many.get_by_role("checkbox")).to_have_count(2)
        many.get_by_label("Village 29").check()
        assert save(page)["some_of_many"] == ["n3", "n29"]


def test_a_refused_location_is_told_and_may_be_typed(
    open_page: Open, worker: Any, form: None
) -> None:
    page = begin(open_page(worker, phone=True, permissions=[]), "typed")
    place = question(page, "place")
    place.get_by_role("button", name="Use my location").click()

    expect(place.get_by_role("status")).to_contain_text("may not tell its location")
    field(page, "place#lat").fill("40,4")
    field(page, "place#lon").fill("49,8")
    assert save(page)["place"] == {"lat": 40.4, "lon": 49.8}


class TestChoices:
    @pytest.fixture
    def page(self, open_page: Open, worker: Any, form: None) -> Page:
        return begin(open_page(worker, phone=True), "rest")

    def test_the_words_of_another_answer_are_asked_with_it(self, page):
        words = page.get_by_label("If other, write it here").first
        expect(words).to_be_hidden()
        question(page, "other_one").get_by_label("Other", exact=True).check()
        words.fill("Bənövşəyi")

        assert save(page)["other_one_other"] == "Bənövşəyi"

    def test_boxes_follow_the_filter_as_one_answers(self, page):
        boxes = question(page, "filtered")
        question(page, "filter").get_by_label("Red").check()

        expect(boxes.get_by_role("checkbox")).to_have_count(2)
        boxes.get_by_label("Blue").check()
        question(page, "filter").get_by_label("Green").check()
        expect(boxes.get_by_label("Red")).to_be_visible()
        assert save(page)["filtered"] == ["blue"]

    def test_rows_are_moved_by_buttons_and_speak_of_their_own_answers(self, page):
        for place, name in enumerate(("Aylin", "Murad")):
            page.get_by_role("button", name="Add: kids group").click()
            field(page, f"kids[{place}]/kid").fill(name)
            field(page, f"kids[{place}]/toys[1]/toy").fill(f"top {place}")
        note = question(page, "kids[1]/toys[1]/toy_note")
        expect(note).to_have_text("Murad: top 1")
        page.get_by_role("button", name="Move up kids group 2").focus()
        page.keyboard.press("Enter")

        expect(field(page, "kids[0]/kid")).to_have_value("Murad")
        expect(question(page, "kids[0]/toys[1]/toy_note")).to_have_text("Murad: top 1")
        field(page, "kids[1]/kid").fill("Nigar")
        expect(question(page, "kids[0]/toys[1]/toy_note")).to_have_text("Murad: top 1")
        assert [row["kid"] for row in save(page)["kids"]] == ["Murad", "Nigar"]


class TestTables:
    @pytest.fixture
    def page(self, open_page: Open, worker: Any, form: None) -> Page:
        return begin(open_page(worker, phone=True), "tables")

    def test_are_answered_by_keyboard_alone_on_a_phone(self, page):
        page.get_by_role("radio", name="row_1 question Red").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")

        assert save(page)["row_1"] == "blue"

    def test_say_row_and_column(self, page):
        page.get_by_role("checkbox", name="bare_1 question Green").check()
        group = page.get_by_role("group", name="line_1 group")
        group.get_by_label("age_1 question").fill("7")
        answers = save(page)

        assert (answers["bare_1"], answers["age_1"]) == (["green"], 7)


def test_a_recording_is_made_heard_and_kept(
    chromium: Any, open_page: Open, worker: Any, form: None
) -> None:
    page = open_page(worker, phone=True, permissions=["microphone"])
    page.add_init_script(TONE)
    begin(page, "files")
    sound = question(page, "sound")
    sound.get_by_role("button", name="Record sound").click()
    expect(sound.get_by_role("status")).to_have_text("Recording…")
    page.wait_for_timeout(1200)
    sound.get_by_role("button", name="Stop recording").click()
    expect(sound.get_by_label("What was recorded")).to_be_visible()
    kept = save(page)["sound"]

    assert kept["type"] == "audio/webm"
    page.go_back()
    player = question(page, "sound").locator("audio[src*='/portal/file/']")
    player.evaluate(HEAR)


def test_a_film_is_made_seen_and_kept(open_page: Open, worker: Any, form: None) -> None:
    page = open_page(worker, phone=True, permissions=["camera", "microphone"])
    page.add_init_script(PICTURE)
    begin(page, "files")
    film = question(page, "film")
    film.get_by_role("button", name="Record a film").click()
    expect(film.get_by_role("status")).to_have_text("Recording…")
    seen = film.get_by_label("What was recorded")
    expect(seen).to_have_js_property("muted", True)
    page.wait_for_timeout(1500)
    film.get_by_role("button", name="Stop recording").click()
    expect(seen).to_have_js_property("controls", True)
    expect(seen).to_have_js_property("muted", False)
    kept = save(page)["film"]

    assert kept["type"] == "video/webm"


# Fails when the player cannot read what the address gives.
HEAR = """audio => new Promise((heard, failed) => {
  audio.onloadeddata = () => heard();
  audio.onerror = () => failed(new Error(audio.error.message));
  audio.preload = "auto";
  audio.load();
})"""
# A tone instead of a microphone: this machine has none.
TONE = """
navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const out = context.createMediaStreamDestination();
  tone.connect(out);
  tone.start();
  return out.stream;
};
"""


def test_a_code_is_read_with_the_camera(open_page: Open, worker: Any, form: None) -> None:
    page = open_page(worker, phone=True)
    page.add_init_script(CAMERA)
    begin(page, "typed")
    question(page, "code").get_by_role("button", name="Scan with the camera").click()

    expect(field(page, "code")).to_have_value("4760001")
    expect(page.locator("dialog")).to_have_count(0)


# What a camera would see: a canvas that changes.
PICTURE = """
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement("canvas");
  const draw = canvas.getContext("2d");
  let step = 0;
  setInterval(() => {
    draw.fillStyle = (step += 1) % 2 ? "red" : "blue";
    draw.fillRect(0, 0, 300, 150);
  }, 50);
  return canvas.captureStream(10);
};
"""
CAMERA = """
window.BarcodeDetector = class {
  async detect() { return [{ rawValue: "4760001" }]; }
};
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement("canvas");
  canvas.getContext("2d").fillRect(0, 0, 10, 10);
  setInterval(() => canvas.getContext("2d").fillRect(0, 0, 10, 10), 50);
  return canvas.captureStream(10);
};
"""


def test_without_scripts_points_rows_and_orders_are_typed(
    open_page: Open, worker: Any, form: None
) -> None:
    page = open_page(worker, phone=True, java_script_enabled=False)
    page.goto("/portal/fill/every_type/")
    for name, place in (("red", "3"), ("green", "1"), ("blue", "2")):
        field(page, f"order#{name}").fill(place)
    field(page, "slider").fill("35")
    for place in range(2):
        field(page, "line#lat").nth(place).fill(f"40.{place}")
        field(page, "line#lon").nth(place).fill("49")
    question(page, "line").get_by_role("button", name="Add a point").click()
    expect(field(page, "line#lat")).to_have_count(3)
    answers = save(page)

    assert answers["order"] == ["green", "blue", "red"]
    assert answers["slider"] == 35
    assert [point["lat"] for point in answers["line"]] == [40, 40.1]

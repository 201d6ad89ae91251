"""From the page on which every new form begins to forty questions, without documentation."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from config.accounts.actors import Actor
from forms_builder import selectors, services
from forms_builder.models import FormDefinition
from tests.journeys.editor import Editor, beginning

ADD = "wagtailsnippets_forms_builder_formdefinition:add"
FOCUSED = "document.activeElement"
TOGGLE = "^Parametrlər"  # what stands behind it, in Azerbaijani

# (section, questions); a question is (label, letters that choose its type: a browser that is
# driven presses no keys for letters beyond the Latin ones).
SECTIONS = [
    (
        "Ərizəçi",
        [
            ("Adı", ""),
            ("Soyadı", ""),
            ("Atasının adı", ""),
            ("FİN", ""),
            ("Doğum tarixi", "Tarix"),
            ("Telefon", ""),
            ("Ailə vəziyyəti", "Siyah"),
            ("Həyat yoldaşının adı", ""),
            ("Ünvan", ""),
            ("İş yeri", ""),
        ],
    ),
    (
        "Gəlir",
        [
            ("Aylıq gəlir", "Tam"),
            ("Əlavə gəlir", "Tam"),
            ("Cəmi gəlir", "Hesab"),
            ("Kredit məbləği", "Tam"),
            ("Bank", ""),
            ("Əmlak", ""),
            ("Torpaq", ""),
            ("Avtomobil", ""),
            ("Gəlir haqqında qeyd", ""),
        ],
    ),
    (
        "Ailə",
        [
            ("Otaqların sayı", "Tam"),
            ("Evin sahəsi", "Tam"),
            ("İstilik", ""),
            ("Su", ""),
            ("İşıq", ""),
            ("Qaz", ""),
            ("Məktəbə məsafə", ""),
            ("Həkimə məsafə", ""),
            ("Mülkiyyət", ""),
            ("Ev haqqında qeyd", ""),
        ],
    ),
    (
        "Qərar",
        [
            ("Səfər günü", "Tarix"),
            ("Sosial işçi", ""),
            ("Qurum", ""),
            ("Tövsiyə", ""),
            ("Səbəb", ""),
            ("Növbəti səfər", "Tarix"),
            ("Razılıq", ""),
            ("Son qeyd", ""),
        ],
    ),
]
SOON = 300  # milliseconds
PROBLEM = {"section": 0, "row": 0, "attribute": "name", "place": "Yer", "message": "söz"}
MEMBERS = [("Üzvün adı", ""), ("Üzvün yaşı", "Tam"), ("Qohumluq", "")]


@pytest.fixture
def marital(administrator, noon):
    rows = [
        {"name": "married", "labels": {"az": "Evli"}},
        {"name": "single", "labels": {"az": "Subay"}},
    ]
    actor = Actor.for_user(administrator)
    values = services.save_choice_list("marital", {"az": "Ailə vəziyyəti"}, rows, actor)
    return services.publish_choice_list(values, actor=actor, now=noon)


class Keyboard:
    """An admin who never touches the mouse, and looks where the cursor is."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.press, self.type = page.keyboard.press, page.keyboard.type

    def focused(self, part: str) -> str:
        """A property of the element that is being typed into."""
        return str(self.page.evaluate(f"{FOCUSED}?.{part} ?? ''"))

    def tab_to(self, wanted: str, key: str = "Tab", within: int = 60) -> None:
        """On with Tab until the element is the wanted one: its name, label or text."""
        look = (
            "wanted => { const one = document.activeElement; const words = [one.name, one.id,"
            " one.getAttribute('aria-label'), one.textContent, one.title, one.dataset.option,"
            " ...[...(one.labels ?? [])].map(each => each.textContent)];"
            " return words.some(word => new RegExp(wanted).test((word ?? '').trim())) }"
        )
        for _step in range(within):
            if self.page.evaluate(look, wanted):
                return
            self.press(key)
        raise AssertionError(
            f"{wanted!r} was not reached; at {self.focused('outerHTML')[:200]}"
        )

    def write(self, label: str, kind: str) -> None:
        """A label, and the type when it is not a text; the cursor is back in the label."""
        self.type(label)
        if not kind:
            return
        self.tab_to("-type$")
        self.type(kind)
        self.press("Shift+Tab")  # English label
        self.press("Shift+Tab")

    def write_all(self, questions: list[tuple[str, str]]) -> None:
        """Questions one after another; Enter adds the next."""
        for number, (label, kind) in enumerate(questions):
            if number:
                self.press("Enter")
                self.is_in("label_az")
            self.write(label, kind)

    def is_in(self, part: str) -> None:
        """The cursor is where one types next, and nothing is there yet."""
        assert self.focused("name").endswith(part)
        assert self.focused("value") == ""

    def settings(self) -> None:
        """Open what the row of the cursor has behind “Settings”."""
        self.tab_to(TOGGLE)
        if self.focused("ariaExpanded") != "true":
            self.press("Enter")

    def save(self) -> None:
        """The button “Save draft”; the page comes back with its own address."""
        self.page.locator("footer button[type=submit]").first.focus()
        self.press("Enter")
        self.page.wait_for_url("**/edit/*/")
        self.page.locator(".messages .success").first.wait_for()

    def publish(self) -> None:
        """The menu beside “Save draft”, its entry “Publish”."""
        self.page.locator("footer [data-w-dropdown-target=toggle]").last.focus()
        self.press("Enter")
        self.page.locator("button[name=action-publish]").focus()
        self.press("Enter")


def begin(page: Page) -> Keyboard:
    """The first three fields of a new form."""
    page.goto(reverse(ADD))
    keyboard = Keyboard(page)
    page.locator("#id_code").focus()
    keyboard.type("ailenin_qiymetlendirilmesi")
    keyboard.tab_to("^title_az$")
    keyboard.type("Ailənin qiymətləndirilməsi")
    keyboard.tab_to("sections-0-value-label_az")
    return keyboard


def write_sections(keyboard: Keyboard) -> None:
    """Every section with its questions, and a repeat at the end of the third."""
    for number, (label, questions) in enumerate(SECTIONS):
        if number:
            keyboard.press("Control+Shift+Enter")
            keyboard.is_in("label_az")
        keyboard.type(label)
        keyboard.press("Enter")
        keyboard.is_in("label_az")
        keyboard.write_all(questions)
        if label == "Ailə":
            add_repeat(keyboard)


def add_repeat(keyboard: Keyboard) -> None:
    """“+” after the last question; the repeat comes with its end and a question inside."""
    keyboard.tab_to(TOGGLE)
    keyboard.press("Tab")
    keyboard.press("Enter")
    keyboard.page.wait_for_function("() => document.activeElement.role === 'combobox'")
    for _step in ("question", "group", "repeat"):
        keyboard.press("ArrowDown")
    keyboard.press("Enter")
    keyboard.page.wait_for_function(
        "() => document.activeElement.name?.endsWith('-value-code')"
    )
    keyboard.tab_to("label_az$")
    keyboard.type("Ailə üzvləri")
    keyboard.tab_to(r"-value-code$")
    keyboard.press("Tab")
    keyboard.is_in("label_az")
    keyboard.write_all(MEMBERS)


def go_to(page: Page, label: str) -> Locator:
    """Where the admin goes back to: the question of that label."""
    names = page.eval_on_selector_all(
        "textarea[name$='-label_az']", "all => all.map(one => [one.value, one.name])"
    )
    written = page.locator(f"[name='{dict(names)[label]}']")
    written.focus()
    return written.locator("xpath=ancestor::*[@data-streamfield-child][1]")


def condition(keyboard: Keyboard, question: str, value: str) -> None:
    """One row of the condition builder: this question is this value."""
    keyboard.press("Enter")
    keyboard.type(question)
    keyboard.press("Tab")  # "is" stands there
    keyboard.press("Tab")
    keyboard.press("Tab")  # a value, not another answer
    keyboard.page.wait_for_function("() => document.activeElement.tagName === 'SELECT'")
    keyboard.type(value)


def make_rules(keyboard: Keyboard) -> None:
    """A list, a condition, a constraint and a calculation."""
    page = keyboard.page
    go_to(page, "Ailə vəziyyəti")
    keyboard.tab_to("^list$")  # the type has opened its settings
    keyboard.type("marital")

    row = go_to(page, "Həyat yoldaşının adı")
    keyboard.settings()
    keyboard.tab_to(f"^{re.escape(_('Add a condition'))}$")
    condition(keyboard, "Ail", "Evli")
    row.get_by_text("“Evli”").first.wait_for()

    row = go_to(page, "Aylıq gəlir")
    keyboard.settings()
    write_source(keyboard, row, "constraint", ". >= 0")
    row.locator(".dayaq-settings__status", has_text=_("Correct")).first.wait_for()

    row = go_to(page, "Cəmi gəlir")
    keyboard.tab_to("^calculation$")
    keyboard.type("${ayliq_gelir} + ${elave_gelir}")


def write_source(keyboard: Keyboard, row: Locator, option: str, source: str) -> None:
    """An expression typed behind “As text”."""
    row.locator(f"details:has([data-option={option}]) > summary").last.focus()
    keyboard.press("Enter")
    keyboard.tab_to(f"^{option}$")
    keyboard.type(source)


def try_out(keyboard: Keyboard) -> None:
    """Two answers typed on the try-out page, and the value that follows from them."""
    page = keyboard.page
    form = FormDefinition.objects.get(code="ailenin_qiymetlendirilmesi")
    page.goto(reverse("forms_builder_try", args=[form.pk]))
    for key, answer in {"ayliq_gelir": "700", "elave_gelir": "50"}.items():
        page.locator(f"[name={key}]").focus()
        keyboard.type(answer)
    keyboard.press("Tab")
    panel = page.locator("[data-try-panel]")
    expect(panel.get_by_role("row", name="cemi_gelir")).to_contain_text("750")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestANewForm:
    def test_names_its_first_section_and_question_apart(self, open_page, administrator):
        page = open_page(administrator)
        page.goto(reverse(ADD))
        sections = Editor(page).panel("sections")

        section = sections.get_by_role("region", name=beginning(_("Section")))
        expect(section).to_have_count(1)
        expect(section.get_by_role("region", name=beginning(_("Question")))).to_have_count(1)

    def test_becomes_forty_questions_by_the_keyboard_alone(
        self, open_page, administrator, marital
    ):
        page = open_page(administrator)
        keyboard = begin(page)
        write_sections(keyboard)
        make_rules(keyboard)
        keyboard.press("Tab")
        page.get_by_text(_("Nothing to correct: the form may be published.")).wait_for()
        keyboard.save()
        editor = page.url
        try_out(keyboard)
        page.goto(editor)
        keyboard.publish()
        page.wait_for_url("**/formdefinition/")

        spec = selectors.current_form_version("ailenin_qiymetlendirilmesi").spec
        assert [one["labels"]["az"] for one in spec["children"]] == [
            one for one, _q in SECTIONS
        ]
        applicant, income, family, _decision = (one["children"] for one in spec["children"])
        assert applicant[6]["list"] == "marital"
        assert applicant[7]["relevant"] == "${aile_veziyyeti} = 'married'"
        assert income[0]["constraint"] == ". >= 0"
        assert income[2]["calculation"] == "${ayliq_gelir} + ${elave_gelir}"
        assert family[-1]["kind"] == "repeat"
        assert [one["type"] for one in family[-1]["children"]] == ["text", "integer", "text"]
        questions = [*applicant, *income, *family[:-1], *family[-1]["children"], *_decision]
        assert len(questions) == 40

    def test_is_moved_and_added_to_by_keys(self, open_page, administrator):
        page = open_page(administrator)
        keyboard = begin(page)
        keyboard.type("Bölmə")
        keyboard.press("Enter")
        keyboard.write_all([("Bir", ""), ("İki", ""), ("Üç", "")])
        keyboard.press("Alt+ArrowUp")
        keyboard.press("Alt+ArrowUp")
        keyboard.press("Alt+ArrowUp")  # it is the first already
        assert keyboard.focused("value") == "Üç"
        keyboard.press("Control+Enter")
        keyboard.is_in("label_az")
        keyboard.type("Üçdən sonra")
        keyboard.save()

        form = FormDefinition.objects.get(code="ailenin_qiymetlendirilmesi")
        (section,) = form.get_latest_revision_as_object().build_spec()["children"]
        labels = [one["labels"]["az"] for one in section["children"]]
        assert labels == ["Üç", "Üçdən sonra", "Bir", "İki"]

    def test_is_made_with_the_mouse_as_well(self, open_page, administrator, marital):
        page = open_page(administrator)
        begin(page)
        name = "[name='sections-0-value-fields-{}-value-{}']"
        page.locator("[name='sections-0-value-label_az']").fill("Ailə")
        page.locator(name.format(0, "label_az")).fill("Vəziyyəti")
        page.locator(name.format(0, "type")).select_option("select_one")
        page.locator("[data-option=list]").fill("marital")
        page.locator("[data-contentpath=fields] .c-sf-add-button").last.click()
        page.locator("[role=listbox] [role=option]").first.click()
        page.locator(name.format(1, "label_az")).fill("Yoldaşı")
        second = page.locator(".dayaq-row--question").nth(1)
        second.locator(".dayaq-settings__toggle").click()
        second.get_by_role("button", name=_("Add a condition")).first.click()
        second.get_by_label(_("Question"), exact=True).select_option("${veziyyeti}")
        second.locator(f"select[aria-label='{_('Value')}']").select_option("married")
        second.get_by_text("“Evli”").first.wait_for()
        page.locator("[data-streamfield-action=MOVE_UP]:not([disabled])").last.click()
        page.locator("footer button[type=submit]").first.click()
        page.locator(".messages .success").first.wait_for()

        form = FormDefinition.objects.get(code="ailenin_qiymetlendirilmesi")
        (section,) = form.get_latest_revision_as_object().build_spec()["children"]
        assert [one["name"] for one in section["children"]] == ["yoldasi", "veziyyeti"]
        assert section["children"][0]["relevant"] == "${veziyyeti} = 'married'"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestAPageThatIsWorkedOn:
    def test_keeps_the_row_under_the_mouse_when_the_list_of_problems_grows(
        self, open_page, administrator
    ):
        page = open_page(administrator)
        page.goto(reverse(ADD))
        page.locator("[data-dayaq-problems][data-state=wrong]").wait_for()
        asked: list[Route] = []

        def hold(route: Route) -> None:
            asked.append(route)

        page.route("**/forms/problems/", hold)
        label = page.locator("[name='sections-0-value-fields-0-value-label_az']")
        required = page.locator("[name='sections-0-value-fields-0-value-required']")
        with page.expect_request("**/forms/problems/"):
            label.fill("Adı")
            label.press("Tab")
        place = required.bounding_box()
        page.mouse.move(place["x"] + 8, place["y"] + 8)
        page.mouse.down()
        asked[0].fulfill(json={"problems": [PROBLEM] * 6})
        page.wait_for_timeout(SOON)
        page.mouse.up()

        expect(required).to_be_checked()
        expect(page.get_by_role("button", name=PROBLEM["place"])).to_have_count(6)
        assert abs(required.bounding_box()["y"] - place["y"]) < 2

    def test_is_published_while_it_saves_itself_on_a_slow_line(self, open_page, administrator):
        page = open_page(administrator)
        answers: list[APIResponse] = []

        def hold_answer(route: Route) -> None:
            if route.request.resource_type == "fetch":
                answers.append(
                    route.fetch()
                )  # the server has it, the page waits for its answer
            else:
                route.continue_()

        page.route(f"**{reverse(ADD)}", hold_answer)
        page.clock.install()
        page.goto(reverse(ADD))
        page.clock.fast_forward("00:12")  # until then Wagtail takes what is there as unchanged
        page.locator("[name='sections-0-value-label_az']").fill("Bölmə")
        page.locator("[name='sections-0-value-fields-0-value-label_az']").fill("Adı")
        page.locator("#id_code").fill("yavas_xett")
        page.locator("#id_title_az").fill("Yavaş xətt")
        while not answers:
            page.clock.fast_forward("00:05")
            page.wait_for_timeout(SOON)
        page.locator("#id_title_az").fill("Yavaş xətt, tam")
        Editor(page).publish()

        assert answers[0].json()["success"]
        form = FormDefinition.objects.get()
        assert form.versions.get().spec["labels"]["az"] == "Yavaş xətt, tam"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestALongForm:
    @pytest.fixture
    def form(self, administrator):
        questions = [
            {"kind": "question", "name": f"q{n}", "type": "text", "labels": {"az": f"Sual {n}"}}
            for n in range(700)
        ]
        questions[400]["relevant"] = "${nobody} = 1"
        children = [
            {
                "kind": "section",
                "name": f"s{at}",
                "labels": {"az": f"Bölmə {at}"},
                "children": part,
            }
            for at, part in enumerate([questions[:120], questions[120:]])
        ]
        spec = {"schema": 1, "labels": {"az": "Uzun"}, "children": children}
        return services.save_definition_draft("long", spec, Actor.for_user(administrator))

    def test_is_edited_part_by_part(self, open_page, administrator, form):
        page = open_page(administrator)
        page.goto(reverse("wagtailsnippets_forms_builder_formdefinition:edit", args=[form.pk]))
        page.get_by_role("link", name="Bölmə 0").click()
        page.locator("[name='sections-0-value-fields-0-value-label_az']").fill("Dəyişən sual")
        page.get_by_role("link", name="Bölmə 1 (1/4) →").click()
        page.locator("[aria-current=page]", has_text="Bölmə 1").wait_for()
        form.refresh_from_db()
        first = form.get_latest_revision_as_object().build_spec()["children"][0]["children"][0]
        assert first["labels"]["az"] == "Dəyişən sual"

    def test_leads_from_a_problem_to_the_row_in_its_part(self, open_page, administrator, form):
        page = open_page(administrator)
        page.goto(reverse("wagtailsnippets_forms_builder_formdefinition:edit", args=[form.pk]))
        page.locator("[data-dayaq-problems]").get_by_role("link", name="Sual 400").click()

        opened = page.locator("textarea[data-option=relevant]:focus")
        opened.wait_for()
        assert opened.input_value() == "${nobody} = 1"

    def test_is_sent_whole_though_few_rows_were_drawn(self, open_page, administrator):
        rows = [
            {"kind": "question", "name": f"q{n}", "type": "text", "labels": {"az": f"Sual {n}"}}
            for n in range(120)
        ]
        rows[90] |= {"required": True, "hints": {"az": "İpucu"}, "type": "integer"}
        section = {"kind": "section", "name": "s", "labels": {"az": "S"}, "children": rows}
        spec = {"schema": 1, "labels": {"az": "Orta"}, "children": [section]}
        form = services.save_definition_draft("mid", spec, Actor.for_user(administrator))
        page = open_page(administrator)
        page.goto(reverse("wagtailsnippets_forms_builder_formdefinition:edit", args=[form.pk]))
        page.locator("[data-dayaq-problems][data-state=right]").wait_for()
        assert page.locator(".dayaq-light").count() > 60
        page.locator("footer button[type=submit]").first.click()
        page.locator(".messages .success").first.wait_for()

        form.refresh_from_db()
        assert form.get_latest_revision_as_object().build_spec()["children"] == [section]

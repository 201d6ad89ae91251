"""From the page on which every new form begins to forty questions, by keys alone."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from playwright.sync_api import Page, expect

from config.accounts.actors import Actor
from forms_builder import selectors, services
from forms_builder.models import FormDefinition
from tests.journeys.keyboard import Keyboard

ADD = "wagtailsnippets_forms_builder_formdefinition:add"
LABEL = "[name$='-value-label_az']"
TOGGLE = ".dayaq-settings__toggle"

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


class FormKeys(Keyboard):
    """An admin at the editor of a form, with the keys that its page tells of."""

    def write(self, label: str, kind: str) -> None:
        """A label, and the type when it is not a text; the cursor is back in the label."""
        self.type(label)
        if not kind:
            return
        self.to_place("select[name$='-value-type']", within=2)
        self.type(kind)
        self.to_place(LABEL, "Shift+Tab", within=2)

    def write_all(self, questions: list[tuple[str, str]]) -> None:
        """Questions one after another; Enter adds the next."""
        for number, (label, kind) in enumerate(questions):
            if number:
                self.press("Enter")
                self.is_in_empty_label()
            self.write(label, kind)

    def is_in_empty_label(self) -> None:
        """The cursor is where one types next, and nothing is there yet."""
        assert self.is_at(LABEL)
        assert self.focused("value") == ""

    def back_to(self, label: str) -> None:
        """Row by row up to the question of that label."""
        self.go(lambda: self.focused("value") == label, label, "Control+ArrowUp", within=50)

    def forward_to(self, label: str) -> None:
        """Row by row down to the question of that label."""
        self.go(lambda: self.focused("value") == label, label, "Control+ArrowDown", within=50)

    def settings(self) -> None:
        """Open what the row of the cursor has behind “Settings”."""
        self.to_place(TOGGLE, within=5)
        if self.focused("ariaExpanded") != "true":
            self.press("Enter")

    def write_option(self, option: str, text: str) -> None:
        """An option of the open settings."""
        self.to_place(f"[data-option={option}]")
        self.type(text)

    def write_source(self, option: str, source: str) -> None:
        """An expression typed behind “As text”."""
        self.to_place(f"details:has([data-option={option}]) > summary")
        self.press("Enter")
        self.write_option(option, source)

    def save(self) -> None:
        """The page comes back with its own address."""
        self.press("Control+s")
        self.page.wait_for_url("**/edit/*/")
        self.page.locator(".messages .success").first.wait_for()

    def publish(self) -> None:
        """From any question to the buttons at the foot of the page, and their last entry."""
        self.press("Escape")
        self.to(_("More actions"), within=2)
        self.press("Enter")
        self.to(_("Publish"), within=8)
        self.press("Enter")


def begin(page: Page) -> FormKeys:
    """The first three fields of a new form."""
    page.goto(reverse(ADD))
    keyboard = FormKeys(page)
    keyboard.past_the_head()
    keyboard.to_place("#id_code", within=20)
    keyboard.type("ailenin_qiymetlendirilmesi")
    keyboard.to_place("#id_title_az", within=3)
    keyboard.type("Ailənin qiymətləndirilməsi")
    keyboard.to_place("[name='sections-0-value-label_az']", within=30)
    return keyboard


def write_sections(keyboard: FormKeys) -> None:
    """Every section with its questions, and a repeat at the end of the third."""
    for number, (label, questions) in enumerate(SECTIONS):
        if number:
            keyboard.press("Control+Shift+Enter")
            keyboard.is_in_empty_label()
        keyboard.type(label)
        keyboard.press("Enter")
        keyboard.is_in_empty_label()
        keyboard.write_all(questions)
        if label == "Ailə":
            add_repeat(keyboard)


def add_repeat(keyboard: FormKeys) -> None:
    """“+” after the last question; the repeat comes with its end and a question inside."""
    keyboard.to_place(TOGGLE)
    keyboard.press("Tab")
    keyboard.press("Enter")
    keyboard.page.wait_for_function("() => document.activeElement.role === 'combobox'")
    for _step in ("question", "group", "repeat"):
        keyboard.press("ArrowDown")
    keyboard.press("Enter")
    keyboard.page.wait_for_function(
        "() => document.activeElement.name?.endsWith('-value-code')"
    )
    keyboard.to_place(LABEL, within=2)
    keyboard.type("Ailə üzvləri")
    keyboard.press("Control+ArrowDown")
    keyboard.is_in_empty_label()
    keyboard.write_all(MEMBERS)


def condition(keyboard: FormKeys, question: str, value: str) -> None:
    """One row of the condition builder: this question is this value."""
    keyboard.to(_("Add a condition"), within=5)
    keyboard.press("Enter")
    keyboard.type(question)
    keyboard.press("Tab")  # "is" stands there
    keyboard.press("Tab")
    keyboard.press("Tab")  # a value, not another answer
    keyboard.page.wait_for_function("() => document.activeElement.tagName === 'SELECT'")
    keyboard.type(value)


def make_rules(keyboard: FormKeys) -> None:
    """A list, a condition, a constraint and a calculation."""
    page = keyboard.page
    keyboard.back_to("Ailə vəziyyəti")
    keyboard.write_option("list", "marital")  # the type has opened its settings

    keyboard.press("Control+ArrowDown")
    assert keyboard.focused("value") == "Həyat yoldaşının adı"
    keyboard.settings()
    condition(keyboard, "Ail", "Evli")
    page.get_by_text("“Evli”").first.wait_for()

    keyboard.press("Control+ArrowDown")
    keyboard.forward_to("Aylıq gəlir")
    keyboard.settings()
    keyboard.write_source("constraint", ". >= 0")
    page.locator(".dayaq-settings__status", has_text=_("Correct")).nth(1).wait_for()

    keyboard.forward_to("Cəmi gəlir")
    keyboard.write_option("calculation", "${ayliq_gelir} + ${elave_gelir}")
    keyboard.press("Tab")


def try_out(keyboard: FormKeys) -> None:
    """Two answers typed on the try-out page, and the value that follows from them."""
    page = keyboard.page
    keyboard.to_place("header [data-w-dropdown-target=toggle]")
    keyboard.press("Enter")
    keyboard.follow(_("Try it"))
    for key, answer in {"ayliq_gelir": "700", "elave_gelir": "50"}.items():
        keyboard.to_place(f"[name={key}]")
        keyboard.type(answer)
    keyboard.press("Tab")
    panel = page.locator("[data-try-panel]")
    expect(panel.get_by_role("row", name="cemi_gelir")).to_contain_text("750")
    keyboard.to(_("Back to the editor"), "Shift+Tab")
    with page.expect_navigation():
        keyboard.press("Enter")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestAFormByKeys:
    def test_has_forty_questions(self, open_page, administrator, marital):
        keyboard = begin(open_page(administrator))
        write_sections(keyboard)
        make_rules(keyboard)
        nothing = _("Nothing to correct: the form may be published.")
        keyboard.page.get_by_text(nothing).wait_for()
        keyboard.save()
        try_out(keyboard)
        keyboard.past_the_head()
        keyboard.to_place("#id_title_az", within=30)
        keyboard.to_place(LABEL, within=30)
        keyboard.publish()
        keyboard.page.wait_for_url("**/formdefinition/")

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
        keyboard = begin(open_page(administrator))
        keyboard.type("Bölmə")
        keyboard.press("Enter")
        keyboard.write_all([("Bir", ""), ("İki", ""), ("Üç", "")])
        keyboard.press("Alt+ArrowUp")
        keyboard.press("Alt+ArrowUp")
        keyboard.press("Alt+ArrowUp")  # it is the first already
        assert keyboard.focused("value") == "Üç"
        keyboard.press("Control+Enter")
        keyboard.is_in_empty_label()
        keyboard.type("Üçdən sonra")
        keyboard.save()

        form = FormDefinition.objects.get(code="ailenin_qiymetlendirilmesi")
        (section,) = form.get_latest_revision_as_object().build_spec()["children"]
        labels = [one["labels"]["az"] for one in section["children"]]
        assert labels == ["Üç", "Üçdən sonra", "Bir", "İki"]

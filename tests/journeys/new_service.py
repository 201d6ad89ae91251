"""An admin makes a new kind of service, "müvəqqəti qayğı evi", by clicks and typing."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from playwright.sync_api import Locator, Page

from tests.journeys import editor
from tests.journeys.editor import Editor, beginning, fill, labelled, reveal

TITLE = "Müvəqqəti qayğı evi"
REASONS = {
    "xestelik": "Valideynin xəstəliyi",
    "tehluke": "Evdə təhlükə",
    "diger": "Digər səbəb",
}
DESCRIPTION = "Uşaq valideyni ona baxa bilməyəndə bir aya qədər qayğı evində qalır."
DECISION = "Qəbul barədə qərar"
DECISIONS = {"qebul": "Qəbul edilsin", "imtina": "İmtina edilsin"}
NIGHTS_MESSAGE = "Qalma müddəti 1 gecədən 30 gecəyədək ola bilər."


@dataclass(frozen=True)
class Question:
    """A question as the admin types it; `options` are entered behind "Settings"."""

    code: str
    label: str
    type: str = "Text"
    required: bool = False
    options: dict[str, str] = field(default_factory=dict)


SECTIONS = {
    ("usaq", "Uşaq"): [
        Question("last_name", "Soyadı", required=True),
        Question("first_name", "Adı", required=True),
        Question("birth_date", "Doğum tarixi", "Date", required=True),
        Question("reason", "Səbəb", "One of a list", True, {"List of values": "qaygi_sebebi"}),
        Question("other_reason", "Hansı səbəb?", options={"Shown when": "${reason} = 'diger'"}),
        Question("siblings", "Bacı-qardaşının sayı", "Whole number"),
        Question(
            "siblings_note", "Bacı-qardaşı kimlədir?", options={"Shown when": "${siblings} > 0"}
        ),
    ],
    ("qalma", "Qalma"): [
        Question(
            "nights",
            "Neçə gecə qalacaq?",
            "Whole number",
            True,
            {
                "Must hold": ". >= 1 and . <= 30",
                "Message when it does not hold in Azerbaijani": NIGHTS_MESSAGE,
            },
        ),
        Question(
            "meals", "Yemək sayı", "Whole number", options={"Calculation": "${nights} * 3"}
        ),
        Question("phone", "Əlaqə telefonu"),
        Question("note", "Qeyd"),
        Question("consent", "Qanuni nümayəndə razıdır", "Confirmation", required=True),
    ],
}


def open_step(page: Page, title: str) -> Editor:
    """From the guided page to the editor of its step."""
    page.goto("/cms/")
    page.get_by_role("main").get_by_role("link", name=_("New service type")).click()
    row = page.get_by_role("row").filter(
        has=page.get_by_role("heading", name=_(title), exact=True)
    )
    row.get_by_role("link", name=_("Create")).click()
    return Editor(page)


def make_list(page: Page) -> None:
    """The list of reasons."""
    editor_ = open_step(page, "Lists of values")
    fill(page, {"code": "qaygi_sebebi", "title in Azerbaijani": "Qayğının səbəbi"})
    for number, (code, label) in enumerate(REASONS.items(), start=1):
        page.get_by_role("button", name=_("Add a value")).click()
        page.get_by_label(f"{_('Code')} {number}", exact=True).fill(code)
        page.get_by_label(f"{_('Azerbaijani label')} {number}", exact=True).fill(label)
    editor_.publish()


def make_register(page: Page) -> None:
    """The register, with who may do what in it."""
    register = open_step(page, "Register")
    fill(
        page,
        {
            "code": "qaygi_evi",
            "title in Azerbaijani": TITLE,
            "number pattern": "MQE-{year}-{seq:5}",
        },
    )
    register.panel("title").get_by_role("textbox").last.fill("{last_name} {first_name}")
    for code, label in (("last_name", "Soyadı"), ("first_name", "Adı")):
        row = register.add(register.panel("attributes"), "Attribute")
        fill(row, {"Code": code, "Label in Azerbaijani": label})
        editor.field(row, "Sensitivity").select_option(label=_("personal"))
        editor.field(row, "Can be searched for").check()
    register.tab("Rules")
    for code, label in (("yeni", "Yeni"), ("yerlesdirilib", "Yerləşdirilib")):
        fill(
            register.add(register.panel("statuses"), "Status"),
            {"Code": code, "Label in Azerbaijani": label},
        )
    for column in ("key", "title", "status"):
        row = register.add(register.panel("columns of the list"), "Column")
        row.get_by_role("textbox").fill(column)
    register.tab("Access")
    allow(register, "Sosial işçi", "of the organization", "read", "create", "amend")
    allow(
        register,
        "Supervizor (şöbə rəhbəri)",
        "of the organization",
        "read",
        "change the status",
    )
    allow(register, "Auditor", "all", "read", "see the history of everybody")
    register.publish()


def allow(register: Editor, role: str, scope: str, *actions: str) -> None:
    """One rule of access, for fields up to the personal ones."""
    rule = register.add(register.panel("who may do what"), "Access")
    rule.get_by_role("checkbox", name=role, exact=True).check()
    editor.field(rule, "Organizations").select_option(label=_("All organizations"))
    editor.field(rule, "Which records").select_option(label=_(scope))
    for action in actions:
        rule.get_by_role("checkbox", name=_(action), exact=True).check()
    editor.field(rule, "Fields up to").select_option(label=_("personal"))


def make_form(page: Page) -> None:
    """Twelve questions in two sections."""
    form = open_step(page, "Form")
    fill(page, {"code": "qaygi_evi_muraciet", "title in Azerbaijani": f"{TITLE}: müraciət"})
    for place, ((code, label), questions) in enumerate(SECTIONS.items()):
        section = form.block(form.panel("sections"), "Section", place)
        fill(section, {"Code": code, "Azerbaijani label": label})
        for number, question in enumerate(questions):
            fill_question(form.block(section, "Question", number), question)
    form.tab("Settings of the form")
    editor.field(page, "register").select_option(label=TITLE)
    editor.field(page, "a submission").select_option(label=_("makes a new record"))
    page.get_by_role("checkbox", name="Sosial işçi", exact=True).check()
    form.publish()


def fill_question(row: Locator, question: Question) -> None:
    """One row with its settings."""
    fill(row, {"Code": question.code, "Azerbaijani label": question.label})
    editor.field(row, "Type").select_option(label=_(question.type))
    if question.required:
        editor.field(row, "Required").check()
    if question.options and not row.locator(".dayaq-settings__panel").count():
        row.get_by_role("button", name=beginning("▸ " + _("Settings"))).click()
    for word, text in question.options.items():
        option, _space, _language = word.partition(" in Azerbaijani")
        words = f"{_(option)} {_('in Azerbaijani')}" if _space else _(option)
        reveal(labelled(row, words)).fill(text)


def make_protocol(page: Page) -> None:
    """Three steps: decide within a day, mark the child as placed, close."""
    protocol = open_step(page, "Protocol")
    fill(page, {"code": "qaygi_evi_qebul", "title in Azerbaijani": f"{TITLE}: qəbul"})
    editor.field(page, "form that starts it").select_option(value="qaygi_evi_muraciet")
    fill(page, {"first step": "qerar"})
    decide = add_step(protocol, 0, "qerar", DECISION, "Decide")
    for code, label in DECISIONS.items():
        fill(protocol.add_item(decide, "decisions"), {"code": code, "in Azerbaijani": label})
    due = part(decide, "due in")
    fill(due, {"amount": "24"})
    editor.field(due, "unit").select_option(label=_("hours (around the clock)"))
    go_to(protocol, decide, "yerlesdirme", "${decision} = 'qebul'", "decision")
    go_to(protocol, decide, "son")
    place = add_step(protocol, 1, "yerlesdirme", "Yerləşdir", "Set the record's status")
    fill(part(place, "action"), {"status of the record": "yerlesdirilib"})
    go_to(protocol, place, "son")
    end = add_step(protocol, 2, "son", "Bağla", "Close")
    editor.field(end, "the run ends here").check()
    protocol.publish()


def part(step: Locator, word: str) -> Locator:
    """A part of a step."""
    return step.get_by_role("region", name=beginning(_(word)))


def add_step(protocol: Editor, place: int, code: str, label: str, action: str) -> Locator:
    """One step, the supervisor's; a new protocol begins with one."""
    step = protocol.block(protocol.panel("steps"), "step", place)
    editor.field(step, "code").first.fill(code)
    editor.field(step, "what is to be done, in Azerbaijani").fill(label)
    role = editor.field(part(step, "responsible"), "role")
    role.select_option(value="supervisor")
    editor.field(part(step, "action"), "kind").select_option(label=_(action))
    return step


def go_to(
    protocol: Editor, step: Locator, code: str, condition: str = "", reads: str = ""
) -> None:
    """Where to go after `step`."""
    row = protocol.add_item(step, "transitions")
    if reads:
        editor.field(row, "reads").select_option(value=reads)
    fill(row, {"condition": condition, "next step": code})


def make_service(page: Page) -> None:
    """What people read."""
    service = open_step(page, "Service page")
    fill(page, {"code": "qaygi_evi_xidmeti", "title in Azerbaijani": TITLE})
    editor.field(page, "form of service").select_option(index=1)
    fill(page, {"description in Azerbaijani": DESCRIPTION})
    service.tab("Basis and work")
    page.get_by_role("checkbox", name=beginning(f"{TITLE}: müraciət")).check()
    page.get_by_role("checkbox", name=beginning(f"{TITLE}: qəbul")).check()
    service.publish()

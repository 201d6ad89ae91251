"""How the portal is used in a browser."""

import re

from django.utils.translation import gettext as _
from playwright.sync_api import Locator, Page, expect

from tests.journeys.editor import beginning, escaped
from tests.journeys.watch import Watch

TICKED = "x"


def look_at(page: Page) -> None:
    """What journeys do by themselves, for other tests: axe, at this width and a phone's."""
    Watch().look(page)


def go_on(page: Page) -> None:
    """Save the section and open the next one."""
    page.get_by_role("main").get_by_role(
        "button", name=_("Save and continue"), exact=True
    ).last.click()


def asked(label: str) -> re.Pattern[str]:
    """A question's label, marked as required or not."""
    return re.compile(rf"^\s*{escaped(label)}\s*\*?\s*(\({_('required')}\))?\s*$")


def answer(inside: Page | Locator, label: str, *values: str) -> None:
    """Type the value of a question, or choose the options called so."""
    page = inside.page if isinstance(inside, Locator) else inside
    group = inside.get_by_role("group", name=asked(label))
    box = inside.get_by_label(asked(label)).and_(page.locator("input, textarea, select"))
    expect(group.or_(box).first).to_be_visible()
    if box.count():
        enter(box.first, values[0])
    elif values == (TICKED,):
        group.get_by_role("checkbox").check()
    elif group.get_by_role("textbox").count():
        for part, value in zip(group.get_by_role("textbox").all(), values, strict=True):
            part.fill(value)
    else:
        for value in values:
            option = group.get_by_role("radio", name=value, exact=True)
            option.or_(group.get_by_role("checkbox", name=value, exact=True)).check()


def enter(box: Locator, value: str) -> None:
    """Type into one input, or choose from its list."""
    if box.evaluate("e => e.tagName") == "SELECT":
        box.select_option(label=value)
    else:
        box.fill(value)


def upload(inside: Page | Locator, label: str, name: str, content: bytes) -> None:
    """Choose a file."""
    kind = "image/png" if name.endswith("png") else "application/pdf"
    file = {"name": name, "mimeType": kind, "buffer": content}
    inside.get_by_label(asked(label)).set_input_files(file)


def refused(page: Page, label: str, message: str) -> None:
    """The summary and the question itself say `message`; both lead to what was typed."""
    summary = page.get_by_role("alert")
    expect(summary.get_by_role("link", name=message)).to_be_visible()
    box = page.get_by_label(beginning(label)).and_(page.locator("input, textarea")).first
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_accessible_description(re.compile(escaped(message)))

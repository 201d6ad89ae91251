"""The Wagtail admin as a configuration admin uses it: by labels, with clicks and typing.

Words are message ids; what the browser shows is Azerbaijani.
"""

import re
from contextlib import suppress

from django.utils.translation import gettext as _
from django.utils.translation.trans_real import DjangoTranslation
from playwright.sync_api import Error, Locator, Page, expect

MENU_WAIT = 2000  # milliseconds
ATTEMPTS = 15
PUBLISHED = "dərc olundu"  # as the Azerbaijani of Wagtail says it


def in_scripts(word: str) -> str:
    """How scripts say `word`; they have a catalogue of their own."""
    return str(DjangoTranslation("az", domain="djangojs").gettext(word))


def escaped(text: str) -> str:
    """`text` in a pattern; the browser's patterns end at a slash."""
    return re.escape(text).replace("/", r"\/")


def named(text: str) -> re.Pattern[str]:
    """Exactly `text`, whatever its case, with the star of a required field or without."""
    return re.compile(rf"^\s*{escaped(text)}\s*\*?\s*$", re.IGNORECASE)


def beginning(text: str) -> re.Pattern[str]:
    """What begins with `text`, whatever its case."""
    return re.compile(rf"^\s*{escaped(text)}", re.IGNORECASE)


def field(inside: Locator | Page, word: str) -> Locator:
    """The field labelled `word`."""
    return labelled(inside, _(word))


def labelled(inside: Locator | Page, text: str) -> Locator:
    """The field with this label; Wagtail labels a field's frame and its links as well."""
    page = inside.page if isinstance(inside, Locator) else inside
    return inside.get_by_label(named(text)).and_(page.locator("input, select, textarea"))


def reveal(hidden: Locator) -> Locator:
    """Unfold what `hidden` is folded into."""
    folded = hidden.locator("xpath=ancestor::details[not(@open)]/summary")
    while folded.count():
        folded.first.click()
    return hidden


def fill(inside: Locator | Page, texts: dict[str, str]) -> None:
    """Type into the fields labelled with the keys; those of inner blocks come later."""
    for word, text in texts.items():
        field(inside, word).first.fill(text)


def rows_of(stream: Locator) -> Locator:
    """The blocks of a stream, without those inside them."""
    container = stream.locator("[data-streamfield-stream-container]").first
    return container.locator("> [data-streamfield-child]")


class Editor:
    """The open page of one definition."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab(self, word: str) -> None:
        """Turn to a tab."""
        self.page.get_by_role("tab", name=_(word), exact=True).click()

    def panel(self, word: str) -> Locator:
        """A part of the page or of a block."""
        return self.page.get_by_role("region", name=named(_(word)))

    def add(self, inside: Locator, word: str) -> Locator:
        """A new block, called `word`, at the end of a stream."""
        blocks = rows_of(inside)
        before = blocks.count()
        add = inside.get_by_role("button", name=in_scripts("Insert a block")).last
        offered = self.page.get_by_role("option", name=_(word), exact=True)
        for _attempt in range(ATTEMPTS):
            # The editor saves by itself meanwhile, which closes an open menu.
            with suppress(Error):
                (offered if offered.count() else add).click(timeout=MENU_WAIT)
            self.page.wait_for_timeout(100)
            if blocks.count() > before:
                break
        return blocks.nth(before)

    def block(self, inside: Locator, word: str, place: int) -> Locator:
        """The block at `place`, added when there is none yet: a new form begins with one."""
        blocks = rows_of(inside)
        return blocks.nth(place) if blocks.count() > place else self.add(inside, word)

    def add_item(self, inside: Locator, word: str) -> Locator:
        """A new row at the end of the list called `word` inside a block."""
        title = inside.get_by_text(named(_(word)))
        listed = title.locator("xpath=ancestor::*[@data-contentpath][1]")
        listed.get_by_role("button", name=in_scripts("Add"), exact=True).last.click()
        return listed.get_by_role("region").last

    def publish(self) -> None:
        """Publish, and wait for the list of definitions to say so.

        The page saves by itself meanwhile and draws its menu anew: a click may meet another
        button, and the page then says that a draft was saved.
        """
        published = self.page.locator(".messages .success").filter(has_text=PUBLISHED)
        for _attempt in range(2):
            self.page.get_by_role("button", name=_("More actions")).click()
            self.page.get_by_role("button", name=named(_("Publish"))).click()
            with suppress(Error):
                published.wait_for()
                return
        expect(published).to_be_visible()

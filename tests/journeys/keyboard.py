"""Somebody who never touches the mouse: keys are pressed, nothing else.

What has the cursor is read from the page; the cursor is put anywhere by keys alone.
"""

import re
from collections.abc import Callable

from django.utils.translation import gettext as _
from playwright.sync_api import Page

from tests.journeys.editor import escaped

# The words by which people know what has the cursor.
WORDS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return [];
  const named = (one.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean)
    .map((id) => document.getElementById(id)?.textContent);
  const labels = [...(one.labels ?? [])].map((label) => label.textContent);
  const said = [one.getAttribute("aria-label"), ...named, ...labels, one.textContent];
  return said.filter(Boolean).map((word) => word.replace(/\\s+/g, " ").trim());
}"""
MATCHES = "selector => document.activeElement?.matches(selector) ?? false"
ENOUGH = 40  # presses of a key that nobody would call absurd


class Keyboard:
    """The keyboard of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.press, self.type = page.keyboard.press, page.keyboard.type

    def focused(self, part: str) -> str:
        """A property of what has the cursor."""
        return str(self.page.evaluate(f"document.activeElement?.{part} ?? ''"))

    def is_at(self, selector: str) -> bool:
        """Whether the cursor is there."""
        return bool(self.page.evaluate(MATCHES, selector))

    def to(self, words: str, key: str = "Tab", within: int = ENOUGH) -> None:
        """On with Tab to what is called `words`, or begins so."""
        begins = re.compile(escaped(words), re.IGNORECASE)

        def is_there() -> bool:
            return any(map(begins.match, self.page.evaluate(WORDS)))

        self.go(is_there, words, key, within)

    def to_place(self, selector: str, key: str = "Tab", within: int = ENOUGH) -> None:
        """On with Tab to where the selector says: many inputs of an editor are called alike."""
        self.go(lambda: self.is_at(selector), selector, key, within)

    def go(self, is_there: Callable[[], bool], sought: str, key: str, within: int) -> None:
        """Press until the cursor is there. Fails when that takes absurdly long."""
        for _press in range(within + 1):
            if is_there():
                return
            self.press(key)
        where = self.focused("outerHTML")[:300]
        raise AssertionError(f"{sought!r} was not reached in {within} presses; at {where}")

    def past_the_head(self) -> None:
        """Over the navigation, with the link that every page begins with."""
        self.to_place(".skip-link, .skiplink", within=2)
        self.press("Enter")

    def follow(self, words: str) -> None:
        """The link called so; the page that it leads to is there."""
        self.to(words)
        with self.page.expect_navigation():
            self.press("Enter")

    def answer(self, label: str, text: str) -> None:
        """Type into the question called so."""
        self.to(label)
        self.type(text)

    def choose(self, option: str) -> None:
        """The radio button called so: Tab goes to the question, arrows to its options."""
        self.to_place("input[type=radio]")
        self.go(lambda: option in self.page.evaluate(WORDS), option, "ArrowDown", 12)

    def send(self, words: str) -> None:
        """The button called so; the page that answers is there."""
        self.to(_(words))
        with self.page.expect_navigation():
            self.press("Enter")

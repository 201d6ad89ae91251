"""Every page that a journey comes to rest on is looked at, without the journey asking for it.

Whoever acts on a page (a click, a key, a text, another address) has it looked at first, in the
state in which it is; the pages that are open at the end are looked at then. A state is looked
at once: an address with the kinds of things that are seen there.
"""

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Error, Locator, Page, Route

from tests.support.browser import PHONE

ON_ELEMENTS = (
    *("check", "clear", "click", "dblclick", "drag_to", "fill", "focus", "hover", "press"),
    *("press_sequentially", "select_option", "set_checked", "set_input_files", "tap"),
    "uncheck",
)
ON_PAGES = ("goto", "reload", "go_back", "go_forward", "close")
ACTING_KEYS = re.compile(r"Enter|Space|Escape|Control|Delete")  # others only move the cursor

ADMIN = "/cms/"
WIDER = "document.documentElement.scrollWidth - innerWidth"
AXE = """() => axe.run(document, {
  resultTypes: ["violations"],
  rules: { "target-size": { enabled: true } }, // 24 px, as WCAG 2.2 asks; axe leaves it out
})"""
LEFT = "Execution context was destroyed"  # another page came while this one was asked
HAS_AXE = "() => Boolean(window.axe)"
AT_REST = """() => document.getAnimations().every(
  (one) => one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity,
)"""
SETTLED = 1000  # ms in which what slides or fades by a script has come to its place
# What Wagtail's own pages break, by rule and element; nothing here is drawn by us.
OF_WAGTAIL = {
    ("page-has-heading-one", "html"),  # an editor's title is the last of its breadcrumbs
    ("landmark-unique", "section.w-panel--nested"),  # blocks that have no name yet
    ("scrollable-region-focusable", ".w-minimap__list"),
    ("link-name", ".w-minimap-item"),
    ("region", "[data-tippy-root]"),
    ("target-size", "[data-streamfield-action]"),
    ("target-size", ".w-panel__toggle"),  # of Wagtail 8
    ("target-size", "button[aria-keyshortcuts]"),  # folds the menu
    ("color-contrast", ".messages .success, .messages .success a"),
}
# What Wagtail's head or foot lies over while a page stands as it does; one scrolls on.
COVERED = """target => {
  const element = document.querySelector(target);
  const bars = [...document.querySelectorAll("footer.footer, header.w-slim-header")];
  const place = element?.getBoundingClientRect();
  return !element || bars.some((bar) => {
    const { top, bottom, left, right } = bar.getBoundingClientRect();
    const isAcross = place.left < right && place.right > left;
    return isAcross && place.top < bottom && place.bottom > top && !bar.contains(element);
  });
}"""

# The kinds of things that are seen: in the admin, of what opens, closes and complains alone.
STATE = """isAdmin => {
  const some = "[role], dialog, details[open], [aria-expanded], [aria-invalid], .messages li";
  const kinds = new Set();
  for (const one of document.body.querySelectorAll(isAdmin ? some : ":not(svg *)")) {
    if (!one.checkVisibility({ visibilityProperty: true })) continue;
    const of = ["role", "type", "aria-invalid", "aria-expanded", "open", "disabled"];
    const said = of.map((name) => one.getAttribute(name));
    kinds.add([one.tagName, isAdmin ? "" : one.className, ...said].join());
  }
  return location.pathname + location.search + [...kinds].sort().join("|");
}"""
SCRIPTS = re.compile(r"<script\b.*?</script>", re.DOTALL)
TOKEN = re.compile(r'value="[A-Za-z0-9]{64}"')  # another in each answer
# As it is, and as it was: some parts are drawn anew all the time.
MATCHES = """([target, html, selector]) => {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  const both = [document.querySelector(target), body.firstElementChild];
  return both.some((one) => one?.matches(selector));
}"""


Place = tuple[int, str]


class Watch:
    """What one journey has seen; `follow` its pages."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self.seen: set[Place] = set()
        self.without_scripts: set[Page] = set()

    def follow(self, page: Page, *, has_scripts: bool = True) -> None:
        """Look at `page` before each act on it, and at those that open from it."""
        self.pages.append(page)
        if not has_scripts:
            self.without_scripts.add(page)
        page.on("popup", self.follow)
        for name in ON_PAGES:
            setattr(page, name, self.looking_first(getattr(page, name), page))
        page.keyboard.press = self.looking_at_keys(page.keyboard.press, page)

    def looking_first(self, act: Callable[..., Any], page: Page) -> Callable[..., Any]:
        """`act` after a look at `page`."""

        @wraps(act)
        def look_and_act(*args: Any, **options: Any) -> Any:
            self.look(page)
            return act(*args, **options)

        return look_and_act

    def looking_at_keys(self, press: Callable[..., None], page: Page) -> Callable[..., None]:
        """`press`, after a look at `page` when the key acts."""

        @wraps(press)
        def look_and_press(key: str, **options: Any) -> None:
            if ACTING_KEYS.search(key):
                self.look(page)
            press(key, **options)

        return look_and_press

    def on_elements(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        """The acts of `Locator` by name, each after a look at the page when it is there."""
        for name in ON_ELEMENTS:
            yield name, self.looking_at_page(getattr(Locator, name))

    def looking_at_page(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """`act` of an element, after a look at its page when the element is there."""

        @wraps(act)
        def look_and_act(element: Locator, *args: Any, **options: Any) -> Any:
            element.wait_for(state="attached", timeout=options.get("timeout"))
            self.look(element.page)
            return act(element, *args, **options)

        return look_and_act

    def look(self, page: Page) -> None:
        """The page as it is now fits its window, and axe finds nothing wrong."""
        if page.is_closed() or not page.url.startswith("http"):
            return
        if page in self.without_scripts:
            page.wait_for_load_state()
            self.look_at_twin(page)
            return
        document = document_of(page)
        try:
            self.look_at(page)
        except Error:
            if document_of(page) == document:
                raise
            self.look(page)  # at the page that has come meanwhile

    def look_at(self, page: Page) -> None:
        """The page at its own width, and but for the admin as a phone shows it."""
        is_admin = ADMIN in page.url
        self.look_once(page, is_admin)
        own = page.viewport_size
        if own and own != PHONE and not is_admin:
            page.set_viewport_size(PHONE)
            try:
                self.look_once(page, is_admin)
            finally:
                page.set_viewport_size(own)

    def look_once(self, page: Page, is_admin: bool) -> None:
        """The same at the width that it has, unless that was seen.

        What a person meets stays: a fault that is gone a second later was a part on its way.
        """
        place = state_of(page, is_admin)
        if place in self.seen:
            return
        page.wait_for_function(AT_REST)
        if [*faults(page, is_admin)]:
            page.wait_for_timeout(SETTLED)
            found = [*faults(page, is_admin)]
            assert not found, f"{page.url} ({page.viewport_size}): {found}"
        self.seen.add(place)

    def look_at_twin(self, page: Page) -> None:
        """The same for a page without scripts: axe is one, so a copy that has none but it."""
        shown = TOKEN.sub("", page.content())
        width = page.viewport_size["width"] if page.viewport_size else 0
        if (width, shown) in self.seen:
            return
        self.seen.add((width, shown))
        context = page.context.browser.new_context(viewport=page.viewport_size)
        twin = context.new_page()

        def answer(route: Route) -> None:
            if route.request.is_navigation_request():
                route.fulfill(body=as_shown(shown), content_type="text/html; charset=utf-8")
            else:
                route.continue_()

        twin.route("**/*", answer)
        twin.goto(page.url)
        try:
            self.look(twin)
        finally:
            context.close()

    def look_at_all(self) -> None:
        """What is open when the journey ends."""
        for page in self.pages:
            self.look(page)


def as_shown(source: str) -> str:
    """A page as a browser without scripts shows it, for one that has them."""
    return re.sub(r"(</?)noscript\b", r"\1div", SCRIPTS.sub("", source))


def document_of(page: Page) -> float:
    """What no two pages have in common: when the one that is there began."""
    page.wait_for_load_state()
    try:
        return float(page.evaluate("performance.timeOrigin"))
    except Error as gone:
        if LEFT not in str(gone):
            raise
        return document_of(page)


def state_of(page: Page, is_admin: bool) -> Place:
    """Where `page` is and what is seen there."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    return width, page.evaluate(STATE, is_admin)


def faults(page: Page, is_admin: bool) -> Iterator[Any]:
    """What nobody should meet on the page as it is now."""
    if not is_admin and page.evaluate(WIDER) > 0:
        yield "is wider than its window"
    yield from violations(page)


def violations(page: Page) -> Iterator[tuple[str, list[str]]]:
    """Rules that are broken, and where; Wagtail's own are left out."""
    if not page.evaluate(HAS_AXE):
        page.evaluate(AXE_SCRIPT)
    for broken in page.evaluate(AXE)["violations"]:
        ours = [node["html"] for node in broken["nodes"] if not is_wagtails(page, broken, node)]
        if ours:
            yield broken["id"], ours


def is_wagtails(page: Page, broken: dict[str, Any], node: dict[str, Any]) -> bool:
    """Whether this is known, and drawn by Wagtail, or is seen in part because of it."""
    if broken["id"] == "target-size" and page.evaluate(COVERED, node["target"][0]):
        return True
    selectors = [selector for rule, selector in OF_WAGTAIL if rule == broken["id"]]
    seen = [node["target"][0], node["html"]]
    return any(page.evaluate(MATCHES, [*seen, selector]) for selector in selectors)

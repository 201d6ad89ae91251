"""Inputs for what is chosen: buttons, boxes, drop-downs, places in an order."""

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from forms_builder.choices import Choice
from forms_builder.rendering.choice_options import (
    MOST_OPTIONS,
    MOST_RADIOS,
    OptionCache,
    Source,
    matching,
    source_of,
)
from forms_builder.rendering.filling import Filling
from forms_builder.rendering.kit import Kit, Node, Widget, appearances, looks_like
from forms_builder.rendering.media import ChoiceMedia
from forms_builder.rendering.typed_widgets import option

FEW_TO_FIND = 10  # with fewer options, looking is as quick as typing
_COLUMNS = re.compile(r"(?:columns|compact)-(\d{1,2})")


def select_one(node: Node, kit: Kit) -> Widget:
    """One of a list: buttons when few and always the same, else a drop-down."""
    source = source_of(node, kit.spec, kit.language)
    few = source.own is None or len(source.own) <= MOST_RADIOS
    wants_list = looks_like(node, "minimal", "autocomplete", "search")
    wants_buttons = options_class(node) != "options"
    if "choice_filter" in node or wants_list or not (few or wants_buttons):
        return _drop_down(node, source)
    return _radios(node, source)


def options_class(node: Node) -> str:
    """The CSS classes of a list of buttons or boxes, by the question's appearance."""
    words = appearances(node)
    if words & {"horizontal", "horizontal-compact"}:
        return "options options--row"
    if "likert" in words:
        return "options options--likert"
    if words & {"columns-pack", "compact", "quickcompact"}:
        return "options options--pack"
    for word in words:
        if found := _COLUMNS.fullmatch(word):
            return f"options options--columns options--c{min(max(int(found[1]), 1), 6)}"
    return "options options--columns" if "columns" in words else "options"


def _drop_down(node: Node, source: Source) -> Widget:
    cache = OptionCache(source)
    choose = escape(_("Choose from the list"))
    empty = f'<option value="">{choose}</option>'
    finds = looks_like(node, "autocomplete", "search")

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        chosen = "" if value is None else str(value)
        offered = source.offered(filling, path, [chosen] if chosen else [])
        find = ""
        is_long = len(offered) > (FEW_TO_FIND if finds else MOST_OPTIONS)
        if is_long and not source.is_filtered:
            typed = filling.finds.get(path, "")
            found = matching(offered, typed, source.language)
            find = _find(path, typed, min(len(found), MOST_OPTIONS), len(offered))
            kept = [choice for choice in offered if choice.name == chosen]
            shown = [c for c in found[:MOST_OPTIONS] if c.name != chosen]
            offered = kept + shown
        return (
            f'{find}<select id="q:{path}" name="{path}" autocomplete="off"{attributes}>{empty}'
            f"{cache.html(filling, offered, chosen)}</select>"
        )

    return Widget(draw)


def _find(path: str, typed: str, shown: int, count: int) -> str:
    """Where a long list is searched: as one types, or with the button."""
    label, button = escape(_("Find in the list")), escape(_("Find"))
    says = _("%(shown)s of %(count)s are shown; type a part of the name.")
    text = escape(says % {"shown": shown, "count": count})
    return (
        f'<div class="find" data-find="{path}"><input type="search" name="{path}#find" '
        f'value="{escape(typed)}" aria-label="{label}" placeholder="{label}" maxlength="100" '
        f'autocomplete="off"><button class="button button--small" type="submit" name="_find" '
        f'value="{path}">{button}</button>'
        f'<span class="field__hint" role="status">{text}</span></div>'
    )


Offer = Callable[[Filling, str, str, Choice, bool, int], str]


def _offer(source: Source) -> Offer:
    """Draws one choice as a button or box, with its picture inside and its players after."""
    media = ChoiceMedia(source.language)

    def draw(
        filling: Filling, path: str, kind: str, choice: Choice, checked: bool, place: int
    ) -> str:
        label = source.label(choice)
        if choice.attributes and filling.media_url is not None:
            picture, players = media.html(filling, choice)
            box = option(kind, path, choice.name, picture + label, checked, place)
            return f'<div class="option-box">{box}{players}</div>' if players else box
        return option(kind, path, choice.name, label, checked, place)

    return draw


def _radios(node: Node, source: Source) -> Widget:
    classes = options_class(node)
    stays_open = classes != "options"
    drop_down = _drop_down(node, source)
    nothing = escape(_("No answer"))
    optional = not node.get("required")
    offer = _offer(source)

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        chosen = "" if value is None else str(value)
        offered = source.offered(filling, path, [chosen] if chosen else [])
        if len(offered) > (MOST_OPTIONS if stays_open else MOST_RADIOS):
            # A shared list that grew: the legend still names the drop-down.
            return drop_down.draw(
                filling, path, value, attributes + f' aria-labelledby="l:{path}"'
            )
        items = [
            offer(filling, path, "radio", choice, choice.name == chosen, place)
            for place, choice in enumerate(offered)
        ]
        if not items:
            items = [f'<p class="field__hint" id="q:{path}">{escape(_no_choice())}</p>']
        elif optional:
            items.append(option("radio", path, "", nothing, False, len(items)))
        return f'<div class="{classes}"{attributes}>{"".join(items)}</div>'

    return Widget(draw, grouped=True)


def select_multiple(node: Node, kit: Kit) -> Widget:
    """Any number of a list, as check boxes."""
    source = source_of(node, kit.spec, kit.language)
    classes = options_class(node)
    offer = _offer(source)
    sift = escape(_("Find in the list"))
    find = f' data-sift="{sift}"'

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        chosen = dict.fromkeys(map(str, value if isinstance(value, list) else ()))
        offered = source.offered(filling, path, chosen)
        items = [
            offer(filling, path, "checkbox", choice, choice.name in chosen, place)
            for place, choice in enumerate(offered)
        ]
        sift = find if len(offered) > 2 * FEW_TO_FIND else ""
        if not items:
            items = [f'<p class="field__hint" id="q:{path}">{escape(_no_choice())}</p>']
        return f'<div class="{classes}" data-options{sift}{attributes}>{"".join(items)}</div>'

    return Widget(draw, grouped=True)


def _no_choice() -> str:
    return _("There is nothing to choose from yet.")


def rank(node: Node, kit: Kit) -> Widget:
    """All of a list in an order: each gets a place, 1 is first; fill.js adds up and down."""
    source = source_of(node, kit.spec, kit.language)
    words = {
        "up": _("Move up"),
        "down": _("Move down"),
        "moved": _("%(item)s: place %(place)s of %(count)s"),
        "keep": _("Keep this order"),
        "clear": _("Clear the order"),
    }
    said = "".join(f' data-says-{name}="{escape(word)}"' for name, word in words.items())

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        given = _given_places(value)
        offered = _in_order(source.offered(filling, path, list(given)), given)
        items = [
            _rank_item(path, choice.name, source.label(choice), given.get(choice.name), place)
            for place, choice in enumerate(offered)
        ]
        if not items:
            items = [f'<li class="field__hint" id="q:{path}">{escape(_no_choice())}</li>']
        return f'<ol class="ranks" data-rank{said}{attributes}>{"".join(items)}</ol>'

    return Widget(draw, grouped=True)


def _given_places(value: Any) -> dict[str, str]:
    """The place of each choice as text: of an order, or as typed where it is none."""
    if isinstance(value, list):
        return {str(name): str(place) for place, name in enumerate(value, 1)}
    if isinstance(value, Mapping):
        return {str(name): str(place) for name, place in value.items()}
    return {}


def _in_order(offered: Sequence[Choice], given: Mapping[str, str]) -> list[Choice]:
    """The choices by their place, those without one after them as the list has them."""
    last = len(offered) + len(given)

    def place(choice: Choice) -> int:
        text = given.get(choice.name, "")
        return int(text) if text.isdecimal() and len(text) < 6 else last

    return sorted(offered, key=place)


def _rank_item(path: str, name: str, label: str, given: str | None, place: int) -> str:
    own_name = f"{path}#{escape(name)}"
    own_id = f"q:{path}" if place == 0 else f"q:{own_name}"
    return (
        f'<li class="rank" data-item><input id="{own_id}" name="{own_name}" '
        f'value="{escape(given or "")}" inputmode="numeric" autocomplete="off">'
        f'<label for="{own_id}">{label}</label></li>'
    )

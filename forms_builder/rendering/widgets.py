"""The inputs of every question type: `widget_of(node, kit)` gives a function that draws one.

A drawn input is HTML; nothing here touches django.forms. `Widget.grouped` says that several
inputs share the question's label, which is then a legend.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from forms_builder.rendering import formats
from forms_builder.rendering.choice_options import (
    MOST_OPTIONS,
    MOST_RADIOS,
    OptionCache,
    matching,
    source_of,
)
from forms_builder.rendering.filling import Filling

Node = Mapping[str, Any]
# (filling, path, value or None, attributes such as aria-describedby) -> HTML
Draw = Callable[[Filling, str, Any, str], str]


@dataclass(frozen=True)
class Kit:
    """What widgets are made from: the form and the language of the page."""

    spec: Node
    language: str


@dataclass(frozen=True)
class Widget:
    """How one question is answered on the page."""

    draw: Draw
    grouped: bool = False
    extra_class: str = ""


def widget_of(node: Node, kit: Kit) -> Widget:
    """The widget for a question node; an unknown type is answered as text."""
    return WIDGETS.get(node.get("type", "text"), text)(node, kit)


def looks_like(node: Node, *words: str) -> bool:
    """Whether the question's appearance names one of `words`."""
    return bool(set(str(node.get("appearance", "")).split()) & set(words))


def line(
    show: Callable[[Any], str] = str,
    *,
    kind: str = "text",
    mode: str = "",
    hint: str = "",
    extra_class: str = "",
    data: str = "",
) -> Widget:
    """A one-line input."""
    mode = f' inputmode="{mode}"' if mode else ""
    hint = f' placeholder="{escape(hint)}"' if hint else ""
    tail = f' autocomplete="off"{mode}{hint}{data}>'

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        shown = "" if value is None else escape(show(value))
        start = f'<input type="{kind}" id="q:{path}" name="{path}"'
        return f'{start} value="{shown}"{attributes}{tail}'

    return Widget(draw, extra_class=extra_class)


def text(node: Node, kit: Kit) -> Widget:
    """Text in one line or several; a look-up of a record offers suggestions."""
    if looks_like(node, "multiline"):
        return Widget(_textarea)
    if register := node.get("lookup", {}).get("register"):
        return line(data=f' data-lookup="{escape(register)}"')
    for word, mode in (
        ("numbers", "numeric"),
        ("tel", "tel"),
        ("email", "email"),
        ("url", "url"),
    ):
        if looks_like(node, word):
            return line(mode=mode)
    return line()


def _textarea(filling: Filling, path: str, value: Any, attributes: str) -> str:
    shown = "" if value is None else escape(str(value))
    return (
        f'<textarea id="q:{path}" name="{path}" rows="5" autocomplete="off"{attributes}>'
        f"\n{shown}</textarea>"
    )


def number(node: Node, kit: Kit) -> Widget:
    """A whole or decimal number."""
    mode = "numeric" if node["type"] == "integer" else "decimal"
    return line(
        lambda value: formats.show_number(value, kit.language),
        mode=mode,
        extra_class=" field--short",
    )


def range_(node: Node, kit: Kit) -> Widget:
    """A number between two ends: buttons when there are few steps, else typed."""
    steps = range_steps(node)
    if not steps:
        return number({**node, "type": "decimal"}, kit)

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        given = "" if value is None else formats.show_number(value, "en")
        items = [
            _option("radio", path, step, step, step == given, place)
            for place, step in enumerate(steps)
        ]
        return f'<div class="options options--row"{attributes}>{"".join(items)}</div>'

    return Widget(draw, grouped=True)


def range_steps(node: Node) -> list[str]:
    """The values of a range question when there are at most eleven, else nothing."""
    parameters = node.get("parameters", {})
    try:
        start, end, step = (
            float(parameters.get(name, usual))
            for name, usual in (("start", 1), ("end", 10), ("step", 1))
        )
        count = round((end - start) / step) + 1
    except (ValueError, TypeError, ZeroDivisionError):
        return []
    if not 1 < count <= 11:
        return []
    return [formats.show_number(round(start + place * step, 9), "en") for place in range(count)]


def date(node: Node, kit: Kit) -> Widget:
    """A date, typed; fill.js adds a calendar."""
    return line(
        formats.show_date,
        mode="numeric",
        hint=_("dd.mm.yyyy"),
        extra_class=" field--date",
        data=" data-date",
    )


def time(node: Node, kit: Kit) -> Widget:
    """A time of day, typed."""
    return line(formats.read_time, mode="numeric", hint=_("hh:mm"), extra_class=" field--date")


def moment(node: Node, kit: Kit) -> Widget:
    """A date and a time side by side."""
    day = _part("date", _("Date"), hint=_("dd.mm.yyyy"), mode="numeric", data=" data-date")
    clock = _part("time", _("Time"), hint=_("hh:mm"), mode="numeric")

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        texts = ("", "") if value is None else formats.split_moment(value)
        return f'<div class="point">{day(path, texts[0])}{clock(path, texts[1])}</div>'

    return Widget(draw, grouped=True)


def _part(
    name: str, label: str, *, mode: str, hint: str = "", data: str = ""
) -> Callable[[str, str], str]:
    """One of several labelled inputs of a question, named `path#name`."""
    label = escape(label)
    hint = f' placeholder="{escape(hint)}"' if hint else ""
    # The question's id stands on the first part: links from the error summary lead there.
    suffix = "" if name in ("date", "lat") else f"#{name}"

    def draw(path: str, value: str) -> str:
        return (
            f'<div class="field"><label for="q:{path}{suffix}">{label}</label>'
            f'<input id="q:{path}{suffix}" name="{path}#{name}" value="{escape(value)}" '
            f'inputmode="{mode}"{hint} autocomplete="off"{data}></div>'
        )

    return draw


def select_one(node: Node, kit: Kit) -> Widget:
    """One of a list: buttons when few and always the same, else a drop-down."""
    source = source_of(node, kit.spec, kit.language)
    few = source.own is None or len(source.own) <= MOST_RADIOS
    if "choice_filter" in node or looks_like(node, "minimal", "autocomplete") or not few:
        return _drop_down(node, source)
    return _radios(node, source)


def _drop_down(node: Node, source: Any) -> Widget:
    cache = OptionCache(source)
    empty = f'<option value="">{escape(_("Choose from the list"))}</option>'

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        chosen = "" if value is None else str(value)
        offered = source.offered(filling, path, [chosen] if chosen else [])
        find = ""
        if len(offered) > MOST_OPTIONS and not source.is_filtered:
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


def _radios(node: Node, source: Any) -> Widget:
    row = " options--row" if looks_like(node, "horizontal", "horizontal-compact") else ""
    drop_down = _drop_down(node, source)
    nothing = escape(_("No answer"))
    optional = not node.get("required")

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        chosen = "" if value is None else str(value)
        offered = source.offered(filling, path, [chosen] if chosen else [])
        if len(offered) > MOST_RADIOS:
            # A shared list that grew: the legend still names the drop-down.
            return drop_down.draw(
                filling, path, value, attributes + f' aria-labelledby="l:{path}"'
            )
        items = [
            _option(
                "radio", path, choice.name, source.label(choice), choice.name == chosen, place
            )
            for place, choice in enumerate(offered)
        ]
        if optional:
            items.append(_option("radio", path, "", nothing, False, len(items)))
        return f'<div class="options{row}"{attributes}>{"".join(items)}</div>'

    return Widget(draw, grouped=True)


def _option(kind: str, path: str, value: str, label: str, checked: bool, place: int) -> str:
    # The first button carries the question's id: links from the error summary lead there.
    own_id = f"q:{path}" if place == 0 else f"q:{path}#{place}"
    return (
        f'<label class="option"><input type="{kind}" id="{own_id}" name="{path}" '
        f'value="{escape(value)}"{" checked" if checked else ""}><span>{label}</span></label>'
    )


def select_multiple(node: Node, kit: Kit) -> Widget:
    """Any number of a list, as check boxes."""
    source = source_of(node, kit.spec, kit.language)
    row = " options--row" if looks_like(node, "horizontal", "horizontal-compact") else ""

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        chosen = [str(name) for name in value] if isinstance(value, list) else []
        items = [
            _option(
                "checkbox",
                path,
                choice.name,
                source.label(choice),
                choice.name in chosen,
                place,
            )
            for place, choice in enumerate(source.offered(filling, path, chosen))
        ]
        return f'<div class="options{row}"{attributes}>{"".join(items)}</div>'

    return Widget(draw, grouped=True)


def rank(node: Node, kit: Kit) -> Widget:
    """All of a list in an order: each gets a place, 1 is first."""
    source = source_of(node, kit.spec, kit.language)

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        order = (
            {str(name): place for place, name in enumerate(value, 1)}
            if isinstance(value, list)
            else {}
        )
        items = [
            _rank_option(path, choice.name, source.label(choice), order.get(choice.name), place)
            for place, choice in enumerate(source.offered(filling, path, list(order)))
        ]
        return f'<div class="options"{attributes}>{"".join(items)}</div>'

    return Widget(draw, grouped=True)


def _rank_option(path: str, name: str, label: str, given: int | None, place: int) -> str:
    name = f"{path}#{escape(name)}"
    own_id = f"q:{path}" if place == 0 else f"q:{name}"
    return (
        f'<div class="rank"><input id="{own_id}" name="{name}" value="{given or ""}" '
        f'inputmode="numeric" autocomplete="off"><label for="{own_id}">{label}</label></div>'
    )


def acknowledge(node: Node, kit: Kit) -> Widget:
    """One box to tick."""
    label = escape(_("Yes, confirmed"))

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        checked = " checked" if value == "OK" else ""
        return (
            f'<label class="option"><input type="checkbox" id="q:{path}" name="{path}" '
            f'value="OK"{checked}{attributes}><span>{label}</span></label>'
        )

    return Widget(draw, grouped=True)


ACCEPTED = {
    "image": "image/jpeg,image/png,image/webp,image/heic",
    "audio": "audio/*",
    "video": "video/*",
}


def file(node: Node, kit: Kit) -> Widget:
    """An upload; a file sent before stays unless its removal is ticked."""
    accept = ACCEPTED.get(node["type"], "")
    accept = f' accept="{accept}"' if accept else ""
    remove = escape(_("Remove this file"))
    pad = ""
    if node["type"] == "image" and looks_like(node, "signature"):
        # fill.js draws a pad with these words; without it a photo of the signature is sent.
        sign, clear = escape(_("Sign here with a finger or the mouse")), escape(_("Clear"))
        pad = f' data-signature="{sign}" data-says-clear="{clear}"'

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        kept = ""
        if isinstance(value, Mapping) and value.get("id"):
            name, url = escape(str(value.get("name", ""))), filling.file_url(value)
            shown = f'<a href="{escape(url)}">{name}</a>' if url else name
            kept = (
                f'<div class="file-kept"><span>{shown}</span>'
                f'<input type="hidden" name="{path}#keep" value="{escape(str(value["id"]))}">'
                f'<label class="cluster"><input type="checkbox" name="{path}#remove" value="1">'
                f"<span>{remove}</span></label></div>"
            )
        return f'{kept}<input type="file" id="q:{path}" name="{path}"{accept}{pad}{attributes}>'

    return Widget(draw)


def geopoint(node: Node, kit: Kit) -> Widget:
    """Latitude and longitude, typed or taken from the device by fill.js."""
    lat = _part("lat", _("Latitude"), mode="decimal")
    lon = _part("lon", _("Longitude"), mode="decimal")
    here = escape(_("Use my location"))

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        texts = ("", "") if value is None else formats.split_point(value)
        return (
            f'<div class="point" data-point>{lat(path, texts[0])}{lon(path, texts[1])}'
            f'<button class="button" type="button" data-locate hidden>{here}</button></div>'
        )

    return Widget(draw, grouped=True)


WIDGETS: dict[str, Callable[[Node, Kit], Widget]] = {
    "text": text,
    "barcode": text,
    "integer": number,
    "decimal": number,
    "range": range_,
    "date": date,
    "time": time,
    "dateTime": moment,
    "select_one": select_one,
    "select_multiple": select_multiple,
    "rank": rank,
    "acknowledge": acknowledge,
    "image": file,
    "audio": file,
    "video": file,
    "file": file,
    "geopoint": geopoint,
    "geotrace": lambda node, kit: Widget(_textarea),
    "geoshape": lambda node, kit: Widget(_textarea),
}

__all__: Sequence[str] = ["WIDGETS", "Kit", "Widget", "looks_like", "range_steps", "widget_of"]

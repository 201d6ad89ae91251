"""Inputs for what is typed: text, numbers, dates, a barcode, a box to tick."""

from html import escape
from typing import Any

from django.utils.translation import gettext as _

from forms_builder.rendering import formats
from forms_builder.rendering.filling import Filling
from forms_builder.rendering.kit import Kit, Node, Widget, line, looks_like, part, textarea

MOST_STEPS = 200  # of a range that is chosen from a list
MOST_RATING = 11


def text(node: Node, kit: Kit) -> Widget:
    """Text in one line or several; a look-up of a record offers suggestions."""
    if looks_like(node, "multiline"):
        return Widget(textarea)
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


def barcode(node: Node, kit: Kit) -> Widget:
    """A code, typed; fill.js adds a button that reads it with the camera where that works."""
    words = {
        "scan": _("Scan with the camera"),
        "stop": _("Stop scanning"),
        "none": _("The camera could not be used. Type the code."),
    }
    said = "".join(f' data-says-{name}="{escape(word)}"' for name, word in words.items())
    return line(data=f" data-barcode{said}", extra_class=" field--short")


def number(node: Node, kit: Kit) -> Widget:
    """A whole or decimal number."""
    mode = "numeric" if node["type"] == "integer" else "decimal"
    grouped = looks_like(node, "thousands-sep")
    return line(
        lambda value: formats.show_number(value, kit.language, grouped=grouped),
        mode=mode,
        extra_class=" field--short",
    )


def range_(node: Node, kit: Kit) -> Widget:
    """A number between two ends, typed; fill.js adds a slider.

    `picker` makes it a list and `rating` buttons, when there are few steps.
    """
    steps = formats.range_steps(node)
    if looks_like(node, "picker") and 1 < len(steps) <= MOST_STEPS:
        return _picker(steps, kit)
    if looks_like(node, "rating") and 1 < len(steps) <= MOST_RATING:
        return _rating(steps, kit)
    return _slider(node, kit)


def _slider(node: Node, kit: Kit) -> Widget:
    low, high, step = formats.range_of(node)
    shown = [formats.show_number(end, kit.language) for end in (low, high)]
    ends = escape(_("from %(low)s to %(high)s") % {"low": shown[0], "high": shown[1]})
    name = escape(_("Slider"))
    data = (
        f' data-range data-min="{low:g}" data-max="{high:g}" data-step="{step:g}" '
        f'data-says-slider="{name}"'
    )
    plain = line(lambda value: formats.show_number(value, kit.language), mode="decimal")

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        box = plain.draw(filling, path, value, attributes)
        return f'<div class="range"{data}>{box}<span class="range__ends">{ends}</span></div>'

    return Widget(draw)


def _picker(steps: list[str], kit: Kit) -> Widget:
    choose = escape(_("Choose from the list"))
    empty = f'<option value="">{choose}</option>'

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        given = "" if value is None else formats.show_number(value, "en")
        known = steps if not given or given in steps else [*steps, given]
        options = "".join(
            f'<option value="{escape(step)}"{" selected" if step == given else ""}>'
            f"{escape(_said(step, kit))}</option>"
            for step in known
        )
        return f'<select id="q:{path}" name="{path}"{attributes}>{empty}{options}</select>'

    return Widget(draw, extra_class=" field--short")


def _said(step: str, kit: Kit) -> str:
    return step.replace(".", ",") if kit.language == "az" else step


def _rating(steps: list[str], kit: Kit) -> Widget:
    nothing = escape(_("No answer"))

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        given = "" if value is None else formats.show_number(value, "en")
        items = [
            option("radio", path, step, _said(step, kit), step == given, place)
            for place, step in enumerate(steps)
        ]
        items.append(option("radio", path, "", nothing, False, len(items)))
        return f'<div class="options options--row"{attributes}>{"".join(items)}</div>'

    return Widget(draw, grouped=True)


def option(kind: str, path: str, value: str, label: str, checked: bool, place: int) -> str:
    """A radio button or check box; `label` is HTML.

    The first carries the question's id: links from the error summary lead there.
    """
    own_id = f"q:{path}" if place == 0 else f"q:{path}#{place}"
    return (
        f'<label class="option"><input type="{kind}" id="{own_id}" name="{path}" '
        f'value="{escape(value)}"{" checked" if checked else ""}><span>{label}</span></label>'
    )


def date(node: Node, kit: Kit) -> Widget:
    """A date, a month or a year, typed; fill.js adds a calendar to dates."""
    precision = formats.precision_of(node)
    if precision:
        hint = _("yyyy") if precision == "year" else _("mm.yyyy")
        data = f' data-precision="{precision}"'
    else:
        hint = _("dd.mm.yyyy")
        data = "" if looks_like(node, "no-calendar") else " data-date"
    return line(
        lambda value: formats.show_period(value, precision),
        mode="numeric",
        hint=hint,
        extra_class=" field--date",
        data=data,
    )


def time(node: Node, kit: Kit) -> Widget:
    """A time of day, typed."""
    return line(formats.read_time, mode="numeric", hint=_("hh:mm"), extra_class=" field--date")


def moment(node: Node, kit: Kit) -> Widget:
    """A date and a time side by side."""
    data = "" if looks_like(node, "no-calendar") else " data-date"
    day = part("date", _("Date"), hint=_("dd.mm.yyyy"), mode="numeric", data=data)
    clock = part("time", _("Time"), hint=_("hh:mm"), mode="numeric")

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        texts = ("", "") if value is None else formats.split_moment(value)
        return f'<div class="point">{day(path, texts[0], "")}{clock(path, texts[1])}</div>'

    return Widget(draw, grouped=True)


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

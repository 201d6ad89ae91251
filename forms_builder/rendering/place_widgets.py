"""Inputs for places, without a map: one point, or the points of a line or an area."""

from html import escape
from typing import Any

from django.utils.translation import gettext as _

from forms_builder.rendering import formats
from forms_builder.rendering.filling import Filling
from forms_builder.rendering.kit import Kit, Node, Widget, part

LEAST_POINTS = {"geotrace": 2, "geoshape": 3}


def _words() -> str:
    """What fill.js says while it asks the device where it is."""
    words = {
        "waiting": _("Asking the device for its location…"),
        "denied": _(
            "The device may not tell its location here. Allow it in the browser's settings, "
            "or type latitude and longitude."
        ),
        "away": _(
            "The device does not know where it is. Go near a window or outside and try "
            "again, or type latitude and longitude."
        ),
        "late": _(
            "The device took too long to find its location. Try again, or type latitude and "
            "longitude."
        ),
        "accuracy": _("accurate to %(metres)s m"),
    }
    return "".join(f' data-says-{name}="{escape(word)}"' for name, word in words.items())


def _fix(path: str, value: Any) -> str:
    """What the device measured beside the two numbers; it holds while they stay the same."""
    fix = escape(formats.fix_of(value))
    return f'<input type="hidden" name="{path}#fix" value="{fix}" data-fix>'


def _accuracy(value: Any) -> str:
    shown = escape(formats.accuracy_of(value))
    return f'<span class="field__hint point__accuracy" data-accuracy>{shown}</span>'


def geopoint(node: Node, kit: Kit) -> Widget:
    """Latitude and longitude, typed or taken from the device by fill.js."""
    lat = part("lat", _("Latitude"), mode="decimal")
    lon = part("lon", _("Longitude"), mode="decimal")
    here, said = escape(_("Use my location")), _words()

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        texts = ("", "") if value is None else formats.split_point(value)
        return (
            f'<div data-place{said}><div class="point" data-point>{lat(path, texts[0], "")}'
            f"{lon(path, texts[1])}{_fix(path, value)}{_accuracy(value)}</div>"
            '<p class="cluster point__help"><button class="button button--small" type="button" '
            f'data-locate hidden>{here}</button> <span role="status" data-place-says></span>'
            "</p></div>"
        )

    return Widget(draw, grouped=True)


def points(node: Node, kit: Kit) -> Widget:
    """A list of points: typed, or added where one stands; an emptied one is left out.

    There is always room for another; without scripts the button saves and draws it.
    """
    least = LEAST_POINTS[node["type"]]
    lat = part("lat", _("Latitude"), mode="decimal")
    lon = part("lon", _("Longitude"), mode="decimal")
    add, here = escape(_("Add a point")), escape(_("Add my location"))
    remove = escape(_("Remove the point"))
    said = _words() + f' data-says-remove="{remove}"'
    name, hint = escape(_("Point")), escape(_needed(node["type"]))

    def row(path: str, place: int, value: Any) -> str:
        texts = formats.split_point(value)
        suffix = "" if place == 0 else f"#{place}"
        return (
            f'<div class="point" data-point role="group" aria-label="{name} {place + 1}">'
            f"{lat(path, texts[0], suffix)}{lon(path, texts[1], f'#lon{place}')}"
            f"{_fix(path, value)}{_accuracy(value)}</div>"
        )

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        given = formats.points_of(value, is_area=least == 3)
        given += [""] * max(1, least - len(given))
        rows = "".join(row(path, place, one) for place, one in enumerate(given))
        return (
            f'<div data-place data-points="{name}"{said}><p class="field__hint">{hint}</p>'
            f'<div class="points">{rows}</div><p class="cluster point__help">'
            '<button class="button button--small" type="button" data-locate hidden>'
            f'{here}</button><button class="button button--small" type="submit" name="_update" '
            f'value="{path}" data-more>{add}</button> <span role="status" data-place-says>'
            "</span></p></div>"
        )

    return Widget(draw, grouped=True)


def _needed(kind: str) -> str:
    if kind == "geoshape":
        return _("At least three corners, one after the other around the area.")
    return _("At least two points, one after the other along the line.")

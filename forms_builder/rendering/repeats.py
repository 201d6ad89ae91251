"""Rows of a repeat, with what adds, removes and moves them; it works without scripts."""

from collections.abc import Callable, Sequence
from html import escape

from django.utils.translation import gettext as _

from forms_builder.rendering.filling import Filling
from forms_builder.rendering.labels import hint_of, label_of, more_of
from forms_builder.rendering.maker import Draw, Maker, Node, Row

# Stands for the number of a row that the browser adds; fill.js replaces it.
NEW_ROW = "[+]"
Body = Callable[[Sequence[Node], Maker], Draw]


def repeat(node: Node, maker: Maker, body: Body) -> Draw:
    """A repeat; with a fixed number of rows there is nothing to add, remove or move."""
    is_open = "repeat_count" not in node
    title = escape(maker.text(node.get("labels")) or node["name"])
    draw_row = _row(title, is_open, body(node.get("children", ()), maker))
    label, hint, more = _head(node, maker)
    key, add = maker.key(node), escape(_("Add"))

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        path = prefix + key
        hidden = "" if filling.is_shown(path) else " hidden"
        rows = _rows(filling, path, row.get(key), is_open)
        last = len(rows) - 1
        drawn = "".join(
            draw_row(filling, f"{path}[{place}]", place, place == last, inner)
            for place, inner in enumerate(rows)
        )
        errors = "<br>".join(escape(text) for text in filling.messages.get(path, ()))
        button = (
            f'<div><button class="button" type="submit" name="_add" value="{path}">'
            f"+ {add}: {title}</button></div>"
        )
        return (
            f'<fieldset class="repeat" id="q:{path}" data-repeat="{path}" tabindex="-1"'
            f"{hidden}><legend>{label(filling, prefix, row)}</legend>"
            f"{hint(filling, prefix, row) if hint else ''}"
            f"{more(filling, prefix, row) if more else ''}"
            f'<div class="field-error" id="e:{path}">{errors}</div>'
            f'<div class="repeat__rows" data-rows>{drawn}</div>'
            f"<template data-new-row>{draw_row(filling, path + NEW_ROW, -1, True, {})}"
            f"</template>{button if is_open else ''}</fieldset>"
        )

    return draw


def _head(node: Node, maker: Maker) -> tuple[Draw, Draw | None, Draw | None]:
    return label_of(node.get("labels"), maker), hint_of(node, maker), more_of(node, maker)


def _rows(filling: Filling, path: str, given: object, is_open: bool) -> list[Row]:
    rows = given if isinstance(given, list) else []
    if is_open:
        return rows
    if NEW_ROW in path:
        return []  # how many there must be is known when the row is there
    wanted = filling.row_count(path)
    return [*rows, *([{}] * (wanted - len(rows)))][:wanted]


RowDraw = Callable[[Filling, str, int, bool, Row], str]


def _row(title: str, is_open: bool, inside: Draw) -> RowDraw:
    """Draws one row; place -1 is the pattern for rows that the browser adds."""
    words = {"_up": _("Move up"), "_down": _("Move down"), "_remove": _("Remove")}
    signs = {"_up": "↑", "_down": "↓"}

    def button(name: str, path: str, number: str, off: bool) -> str:
        word = escape(words[name])
        shown, said = word, " "
        if name in signs:
            shown, said = f'<span aria-hidden="true">{signs[name]}</span>', f"{word} "
        return (
            f'<button class="button button--small button--quiet" type="submit" name="{name}" '
            f'value="{path}"{" disabled" if off else ""}>'
            f'{shown}<span class="visually-hidden">{said}{title} '
            f"<span data-number>{number}</span></span></button>"
        )

    def draw(filling: Filling, path: str, place: int, is_last: bool, row: Row) -> str:
        number = str(place + 1) if place >= 0 else ""
        buttons = ""
        if is_open:
            up = button("_up", path, number, place == 0)
            down = button("_down", path, number, is_last)
            remove = button("_remove", path, number, False)
            buttons = f'<div class="cluster">{up}{down}{remove}</div>'
        return (
            f'<div class="repeat__row" data-row="{path}" role="group" '
            f'aria-labelledby="l:{path}"><div class="repeat__head">'
            f'<p class="repeat__title" id="l:{path}">{title} '
            f"<span data-number>{number}</span></p>{buttons}</div>"
            f'<input type="hidden" name="{path}" value="row">'
            f"{inside(filling, path + '/', row)}</div>"
        )

    return draw

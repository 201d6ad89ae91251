"""A form as functions that draw it: made once per version and language.

Each node becomes a `Draw`: static pieces of HTML with holes for what a page is filled with.
`prefix` is the place of the repeat row ("members[0]/", "" outside of repeats), `row` its
answers.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from config.shared.labels import pick
from forms_builder.rendering import words
from forms_builder.rendering.filling import Filling
from forms_builder.rendering.structure import UNSEEN_TYPES, Places, has_other, is_typed
from forms_builder.rendering.widgets import Kit, widget_of

Node = Mapping[str, Any]
Row = Mapping[str, Any]
Draw = Callable[[Filling, str, Row], str]
Label = Callable[[Filling, str, Row], str]

_REFERENCE = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
# Stands for the number of a row that the browser adds; fill.js replaces it.
NEW_ROW = "[+]"


@dataclass(frozen=True)
class Maker(Kit):
    """Makes the drawing functions of one form in one language."""

    places: Places
    by_name: Mapping[str, Node]

    def key(self, node: Node) -> str:
        """The escaped key of a node in its scope."""
        return escape(self.places[id(node)].key)

    def text(self, labels: Mapping[str, str] | None) -> str:
        """Authored text in the page's language."""
        return pick(labels, self.language)


def body(children: Sequence[Node], maker: Maker) -> Draw:
    """All `children`, one below the other."""
    draws = [draw for node in children if (draw := _node(node, maker))]
    return lambda filling, prefix, row: "".join(draw(filling, prefix, row) for draw in draws)


def _node(node: Node, maker: Maker) -> Draw | None:
    draw = _drawn(node, maker)
    if draw is None or not maker.places[id(node)].is_retired:
        return draw
    return _if_kept(draw, maker.key(node))


def _if_kept(draw: Draw, key: str) -> Draw:
    """What is retired is drawn only where it was answered before."""
    return lambda filling, prefix, row: (
        draw(filling, prefix, row) if prefix + key in filling.kept else ""
    )


def _drawn(node: Node, maker: Maker) -> Draw | None:
    if node["kind"] in ("group", "section"):
        return _group(node, maker)
    if node["kind"] == "repeat":
        return _repeat(node, maker)
    kind = node.get("type")
    if kind in UNSEEN_TYPES:
        return None
    if kind == "note":
        return _note(node, maker)
    if not is_typed(maker.places[id(node)]):
        return _computed(node, maker) if node.get("labels") else None
    return _question(node, maker)


def _label(labels: Mapping[str, str] | None, maker: Maker) -> Label:
    """Authored text; `${field}` in it becomes that answer in words."""
    source = maker.text(labels)
    parts = _REFERENCE.split(source)
    fixed = escape(source).replace("\n", "<br>")
    if len(parts) == 1:
        return lambda filling, prefix, row: fixed
    texts = [escape(part).replace("\n", "<br>") for part in parts[::2]]
    names = parts[1::2]

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        said = [_said(name, filling, row, maker) for name in names]
        holes = (
            f'<span data-says="{escape(name)}">{escape(answer)}</span>'
            for name, answer in zip(names, said, strict=True)
        )
        return texts[0] + "".join(a + b for a, b in zip(holes, texts[1:], strict=True))

    return draw


def _said(name: str, filling: Filling, row: Row, maker: Maker) -> str:
    bare = name.rsplit("/", 1)[-1]
    node = maker.by_name.get(bare)
    value = row.get(bare, filling.answers.get(name, filling.answers.get(bare)))
    if value is None:
        value = filling.values.get(bare)
    if node is None or value is None:
        return ""
    return words.say(node, value, maker.spec, filling.choices, maker.language)


def _hint(node: Node, maker: Maker) -> str:
    texts = [maker.text(node.get(name)) for name in ("hints", "guidance")]
    return "".join(f"<p>{escape(text)}</p>" for text in texts if text)


def _mark(node: Node) -> Callable[[Filling, str], str]:
    """The required mark; with a rule instead of "always", the page decides."""
    title = escape(_("required"))
    mark = (
        f'<span class="field__required" aria-hidden="true"> *</span>'
        f'<span class="visually-hidden"> ({title})</span>'
    )
    required = node.get("required")
    if required is True:
        return lambda filling, path: mark
    if not required:
        return lambda filling, path: ""

    def draw(filling: Filling, path: str) -> str:
        hidden = "" if filling.required.get(path) else " hidden"
        return f"<span data-required{hidden}>{mark}</span>"

    return draw


def _question(node: Node, maker: Maker) -> Draw:
    widget = widget_of(node, maker)
    label, hint, mark = _label(node.get("labels"), maker), _hint(node, maker), _mark(node)
    key = maker.key(node)
    required = ' aria-required="true"' if node.get("required") is True else ""
    tag = "fieldset" if widget.grouped else "div"
    other = _other(node, key)
    kind = escape(str(node.get("type", "text")))

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        path = prefix + key
        messages = filling.messages.get(path, ())
        hidden = "" if filling.is_shown(path) else " hidden"
        bad = " field--error" if messages else ""
        name = label(filling, prefix, row)
        title = (
            f'<legend id="l:{path}">{name}{mark(filling, path)}</legend>'
            if widget.grouped
            else f'<label for="q:{path}" id="l:{path}">{name}{mark(filling, path)}</label>'
        )
        help_ = f'<div class="field__hint" id="h:{path}">{hint}</div>' if hint else ""
        errors = "<br>".join(escape(text) for text in messages)
        described = f"h:{path} e:{path}" if hint else f"e:{path}"
        attributes = f' aria-describedby="{described}"{required}'
        if widget.grouped:
            attributes = ""
        value, lock = row.get(key), ""
        if filling.locked.get(path):
            value, lock = filling.held.get(path), " data-locked"
            attributes += "" if widget.grouped else " readonly"
        if messages:
            attributes += ' aria-invalid="true"' if not widget.grouped else ""
        shown = widget.draw(filling, path, value, attributes)
        shown += other(path, row)
        outer = f' aria-describedby="{described}"' if widget.grouped else ""
        return (
            f'<{tag} class="field{widget.extra_class}{bad}" data-question="{path}" '
            f'data-type="{kind}"{outer}{lock}{hidden}>{title}{help_}'
            f'<div class="field-error" id="e:{path}">{errors}</div>{shown}</{tag}>'
        )

    return draw


def _other(node: Node, key: str) -> Callable[[str, Row], str]:
    """Where the words of another answer than those of the list are typed."""
    if not has_other(node):
        return lambda path, row: ""
    label = escape(_("If other, write it here"))

    def draw(path: str, row: Row) -> str:
        value = escape(str(row.get(f"{key}_other") or ""))
        return (
            f'<div class="field"><label for="q:{path}_other">{label}</label>'
            f'<input id="q:{path}_other" name="{path}_other" value="{value}" '
            'autocomplete="off"></div>'
        )

    return draw


def _note(node: Node, maker: Maker) -> Draw:
    key, label, hint = maker.key(node), _label(node.get("labels"), maker), _hint(node, maker)

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        path = prefix + key
        hidden = "" if filling.is_shown(path) else " hidden"
        return (
            f'<div class="question-note" data-question="{path}"{hidden}>'
            f"<p>{label(filling, prefix, row)}</p>{hint}</div>"
        )

    return draw


def _computed(node: Node, maker: Maker) -> Draw:
    """A value that the form computes, or that may only be read."""
    label, hint = _label(node.get("labels"), maker), _hint(node, maker)
    key = maker.key(node)
    awaiting = escape(_("computed from your answers"))
    words_of = f' data-list="{escape(node["list"])}"' if node.get("list") else ""

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        path = prefix + key
        hidden = "" if filling.is_shown(path) else " hidden"
        value = filling.values.get(path, row.get(key))
        shown = words.say(node, value, maker.spec, filling.choices, maker.language)
        errors = "<br>".join(escape(text) for text in filling.messages.get(path, ()))
        return (
            f'<div class="field" data-question="{path}" data-computed{words_of}{hidden}>'
            f'<span class="field__label" id="l:{path}">{label(filling, prefix, row)}</span>'
            f'<div class="field__hint">{hint or awaiting}</div>'
            f'<div class="field-error" id="e:{path}">{errors}</div>'
            f'<output class="computed" id="q:{path}" aria-labelledby="l:{path}" tabindex="-1">'
            f"{escape(shown)}</output></div>"
        )

    return draw


def _group(node: Node, maker: Maker) -> Draw:
    label, hint = _label(node.get("labels"), maker), _hint(node, maker)
    inside = body(node.get("children", ()), maker)
    name = maker.key(node)
    has_label = bool(node.get("labels"))

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        path = prefix + name
        hidden = "" if filling.is_shown(path) else " hidden"
        legend = f"<legend>{label(filling, prefix, row)}</legend>" if has_label else ""
        return (
            f'<fieldset class="group" data-group="{path}"{hidden}>{legend}{hint}'
            f'<div class="group__body">{inside(filling, prefix, row)}</div></fieldset>'
        )

    return draw


def _repeat(node: Node, maker: Maker) -> Draw:
    inside = body(node.get("children", ()), maker)
    label, hint = _label(node.get("labels"), maker), _hint(node, maker)
    title = escape(maker.text(node.get("labels")) or node["name"])
    add, remove = escape(_("Add")), escape(_("Remove"))
    key = maker.key(node)
    # With a fixed number of rows there is nothing to add or remove.
    is_open = "repeat_count" not in node

    def draw_row(filling: Filling, path: str, number: str, row: Row) -> str:
        button = (
            f'<button class="button button--small button--quiet" type="submit" name="_remove" '
            f'value="{path}">{remove}'
            f'<span class="visually-hidden"> {title} '
            f"<span data-number>{number}</span></span></button>"
        )
        return (
            f'<div class="repeat__row" data-row="{path}" role="group" '
            f'aria-labelledby="l:{path}"><div class="repeat__head"><h4 id="l:{path}">{title} '
            f"<span data-number>{number}</span></h4>{button if is_open else ''}</div>"
            f'<input type="hidden" name="{path}" value="row">'
            f"{inside(filling, path + '/', row)}</div>"
        )

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        path = prefix + key
        hidden = "" if filling.is_shown(path) else " hidden"
        rows = row.get(key)
        rows = rows if isinstance(rows, list) else []
        if not is_open:
            wanted = filling.row_count(path)
            rows = [*rows, *([{}] * (wanted - len(rows)))][:wanted]
        drawn = "".join(
            draw_row(filling, f"{path}[{place}]", str(place + 1), inner)
            for place, inner in enumerate(rows)
        )
        errors = "<br>".join(escape(text) for text in filling.messages.get(path, ()))
        template = draw_row(filling, path + NEW_ROW, "", {})
        more = (
            f'<div><button class="button" type="submit" name="_add" value="{path}">'
            f"+ {add}: {title}</button></div>"
        )
        return (
            f'<fieldset class="repeat" id="q:{path}" data-repeat="{path}" tabindex="-1"'
            f"{hidden}><legend>{label(filling, prefix, row)}</legend>{hint}"
            f'<div class="field-error" id="e:{path}">{errors}</div>'
            f'<div class="repeat__rows" data-rows>{drawn}</div>'
            f"<template data-new-row>{template}</template>"
            f"{more if is_open else ''}</fieldset>"
        )

    return draw

"""A form as functions that draw it: made once per version and language.

Each node becomes a `Draw`: static pieces of HTML with holes for what a page is filled with.
`prefix` is the place of the repeat row ("members[0]/", "" outside of repeats), `row` its
answers.
"""

from collections.abc import Callable, Sequence
from html import escape

from django.utils.translation import gettext as _

from forms_builder.rendering import tables, words
from forms_builder.rendering.filling import Filling
from forms_builder.rendering.labels import hint_of, label_of, mark_of, more_of
from forms_builder.rendering.maker import Draw, Maker, Node, Row
from forms_builder.rendering.repeats import repeat
from forms_builder.rendering.structure import UNSEEN_TYPES, has_other, is_typed, is_unseen
from forms_builder.rendering.widgets import widget_of


def body(children: Sequence[Node], maker: Maker) -> Draw:
    """All `children`, one below the other; rows of a table together."""
    draws: list[Draw] = []
    for run in tables.runs(children, maker):
        if isinstance(run, tables.Run):
            draws.append(tables.choice_table(run, maker, _node))
        elif draw := _node(run, maker):
            draws.append(draw)
    return lambda filling, prefix, row: "".join([draw(filling, prefix, row) for draw in draws])


def _node(node: Node, maker: Maker) -> Draw | None:
    if node.get("withheld"):
        return None  # registry.seen: the filler may not see it
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
        return repeat(node, maker, body)
    kind = node.get("type")
    if kind in UNSEEN_TYPES:
        return None
    if kind == "note":
        return _note(node, maker)
    if not is_typed(maker.places[id(node)]):
        return _computed(node, maker) if node.get("labels") else None
    return _question(node, maker)


def _question(node: Node, maker: Maker) -> Draw:
    widget = widget_of(node, maker)
    label, mark = label_of(node.get("labels"), maker), mark_of(node)
    hint, more = hint_of(node, maker), more_of(node, maker)
    key, is_grouped = maker.key(node), widget.grouped
    required = ' aria-required="true"' if node.get("required") is True else ""
    tag, unseen = "fieldset" if is_grouped else "div", _unseen(node)
    other = _other(node, key)
    kind = escape(str(node.get("type", "text")))

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        path = prefix + key
        messages = filling.messages.get(path, ())
        hidden = "" if filling.is_shown(path) and not unseen else " hidden"
        bad = " field--error" if messages else ""
        name = label(filling, prefix, row)
        title = (
            f'<legend id="l:{path}">{name}{mark(filling, path)}</legend>'
            if is_grouped
            else f'<label for="q:{path}" id="l:{path}">{name}{mark(filling, path)}</label>'
        )
        help_ = ""
        described = f"e:{path}"
        if hint:
            described = f"h:{path} e:{path}"
            said = hint(filling, prefix, row)
            help_ = f'<div class="field__hint" id="h:{path}">{said}</div>'
        if more:
            help_ += more(filling, prefix, row)
        errors = "<br>".join(escape(text) for text in messages)
        described = f' aria-describedby="{described}"'
        attributes = "" if is_grouped else described + required
        value, lock = row.get(key), ""
        if filling.locked.get(path):
            value, lock = filling.held.get(path), " data-locked"
            attributes += "" if is_grouped else " readonly"
        if messages and not is_grouped:
            attributes += ' aria-invalid="true"'
        shown = widget.draw(filling, path, value, attributes)
        if other:
            shown += other(path, row)
        return (
            f'<{tag} class="field{widget.extra_class}{bad}" data-question="{path}" '
            f'data-type="{kind}"{described if is_grouped else ""}{lock}{unseen}{hidden}>'
            f'{title}{help_}<div class="field-error" id="e:{path}">{errors}</div>'
            f"{shown}</{tag}>"
        )

    return draw


def _unseen(node: Node) -> str:
    """Marks what its author hides from sight though it is answered (appearance `hidden`)."""
    return " data-unseen" if is_unseen(node) else ""


def _other(node: Node, key: str) -> Callable[[str, Row], str] | None:
    """Where the words of another answer than those of the list are typed."""
    if not has_other(node):
        return None
    label = escape(_("If other, write it here"))

    def draw(path: str, row: Row) -> str:
        value = escape(str(row.get(f"{key}_other") or ""))
        return (
            f'<div class="field" data-other><label for="q:{path}_other">{label}</label>'
            f'<input id="q:{path}_other" name="{path}_other" value="{value}" '
            'autocomplete="off"></div>'
        )

    return draw


def _note(node: Node, maker: Maker) -> Draw:
    key, label = maker.key(node), label_of(node.get("labels"), maker)
    hint, more, unseen = hint_of(node, maker), more_of(node, maker), _unseen(node)

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        path = prefix + key
        hidden = "" if filling.is_shown(path) and not unseen else " hidden"
        return (
            f'<div class="question-note" data-question="{path}"{unseen}{hidden}>'
            f"<p>{label(filling, prefix, row)}</p>"
            f"{hint(filling, prefix, row) if hint else ''}"
            f"{more(filling, prefix, row) if more else ''}</div>"
        )

    return draw


def _computed(node: Node, maker: Maker) -> Draw:
    """A value that the form computes, or that may only be read."""
    label, hint, more = (
        label_of(node.get("labels"), maker),
        hint_of(node, maker),
        more_of(node, maker),
    )
    key, unseen = maker.key(node), _unseen(node)
    awaiting = escape(_("computed from your answers"))
    words_of = f' data-list="{escape(node["list"])}"' if node.get("list") else ""

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        path = prefix + key
        hidden = "" if filling.is_shown(path) and not unseen else " hidden"
        value = filling.values.get(path, row.get(key))
        shown = words.say(node, value, maker.spec, filling.choices, maker.language)
        errors = "<br>".join(escape(text) for text in filling.messages.get(path, ()))
        help_ = hint(filling, prefix, row) if hint else awaiting
        return (
            f'<div class="field" data-question="{path}" data-computed{words_of}{unseen}'
            f'{hidden}><span class="field__label" id="l:{path}">'
            f'{label(filling, prefix, row)}</span><div class="field__hint">{help_}</div>'
            f"{more(filling, prefix, row) if more else ''}"
            f'<div class="field-error" id="e:{path}">{errors}</div>'
            f'<output class="computed" id="q:{path}" aria-labelledby="l:{path}" tabindex="-1">'
            f"{escape(shown)}</output></div>"
        )

    return draw


def _group(node: Node, maker: Maker) -> Draw:
    label, hint, more = (
        label_of(node.get("labels"), maker),
        hint_of(node, maker),
        more_of(node, maker),
    )
    inside = tables.matrix(node, maker, body) or body(node.get("children", ()), maker)
    name, unseen = maker.key(node), _unseen(node)
    has_label = bool(node.get("labels"))

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        path = prefix + name
        hidden = "" if filling.is_shown(path) and not unseen else " hidden"
        legend = (
            f'<legend id="l:{path}">{label(filling, prefix, row)}</legend>' if has_label else ""
        )
        return (
            f'<fieldset class="group" data-group="{path}"{unseen}{hidden}>{legend}'
            f"{hint(filling, prefix, row) if hint else ''}"
            f"{more(filling, prefix, row) if more else ''}"
            f'<div class="group__body">{inside(filling, prefix, row)}</div></fieldset>'
        )

    return draw

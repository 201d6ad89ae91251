"""The words of a question: label, required mark, hint, guidance, pictures beside them."""

from collections.abc import Callable, Mapping
from html import escape

from django.utils.translation import gettext as _

from forms_builder.rendering import media, words
from forms_builder.rendering.filling import Filling
from forms_builder.rendering.maker import Draw, Maker, Node, Row
from forms_builder.rendering.references import parts_of, value_at


def label_of(labels: Mapping[str, str] | None, maker: Maker) -> Draw:
    """Authored text; `${field}` in it becomes that answer in words."""
    parts = parts_of(maker.text(labels))
    texts = [escape(part).replace("\n", "<br>") for part in parts[::2]]
    if len(parts) == 1:
        fixed = texts[0]
        return lambda filling, prefix, row: fixed
    names = parts[1::2]

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        said = [_said(name, filling, prefix, row, maker) for name in names]
        holes = (
            f'<span data-says="{escape(name)}">{escape(answer)}</span>'
            for name, answer in zip(names, said, strict=True)
        )
        return texts[0] + "".join(a + b for a, b in zip(holes, texts[1:], strict=True))

    return draw


def _said(name: str, filling: Filling, prefix: str, row: Row, maker: Maker) -> str:
    node = maker.by_name.get(name.rpartition("/")[2])
    value = value_at(name, prefix, row, filling.answers, filling.values, filling.relevant)
    if node is None or value is None or node.get("withheld"):
        return ""
    return words.say(node, value, maker.spec, filling.choices, maker.language)


def hint_of(node: Node, maker: Maker) -> Draw | None:
    """The hint as a paragraph; None when there is none."""
    if not maker.text(node.get("hints")):
        return None
    hint = label_of(node.get("hints"), maker)
    return lambda filling, prefix, row: f"<p>{hint(filling, prefix, row)}</p>"


def more_of(node: Node, maker: Maker) -> Draw | None:
    """Pictures and players, and guidance behind a button; None when there is nothing."""
    draws = [draw for draw in (_media(node, maker), _guidance(node, maker)) if draw]
    if len(draws) < 2:
        return draws[0] if draws else None
    return lambda filling, prefix, row: "".join(draw(filling, prefix, row) for draw in draws)


def _media(node: Node, maker: Maker) -> Draw | None:
    files = media.media_of(node, maker.language)
    label = " ".join(part.strip() for part in parts_of(maker.text(node.get("labels")))[::2])
    about = escape(" ".join(label.split()) or str(node["name"]))

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        if filling.media_url is None:
            return ""
        return media.drawn(files, filling.media_url, about)

    return draw if files else None


def _guidance(node: Node, maker: Maker) -> Draw | None:
    if not maker.text(node.get("guidance")):
        return None
    text, title = label_of(node.get("guidance"), maker), escape(_("More about this question"))
    return lambda filling, prefix, row: (
        f'<details class="guidance"><summary>{title}</summary>'
        f"<p>{text(filling, prefix, row)}</p></details>"
    )


def mark_of(node: Node) -> Callable[[Filling, str], str]:
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

"""What every widget is made from and gives: `Kit`, `Widget`, and the plain input."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

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
    """How one question is answered on the page.

    `grouped`: several inputs share the question's label, which is then a legend.
    """

    draw: Draw
    grouped: bool = False
    extra_class: str = ""


def appearances(node: Node) -> set[str]:
    """The words of the question's appearance; "search('towns')" is "search"."""
    return {word.partition("(")[0] for word in str(node.get("appearance", "")).split()}


def looks_like(node: Node, *words: str) -> bool:
    """Whether the question's appearance names one of `words`."""
    return "appearance" in node and bool(appearances(node) & set(words))


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


def textarea(filling: Filling, path: str, value: Any, attributes: str) -> str:
    """A field of several lines."""
    shown = "" if value is None else escape(str(value))
    return (
        f'<textarea id="q:{path}" name="{path}" rows="5" autocomplete="off"{attributes}>'
        f"\n{shown}</textarea>"
    )


def part(
    name: str, label: str, *, mode: str, hint: str = "", data: str = ""
) -> Callable[..., str]:
    """One of several labelled inputs of a question, named `path#name`.

    Drawn with (path, value, suffix of its id); "" is the question's own id, to which links
    from the error summary lead.
    """
    label = escape(label)
    hint = f' placeholder="{escape(hint)}"' if hint else ""

    def draw(path: str, value: str, suffix: str = f"#{name}") -> str:
        return (
            f'<div class="field"><label for="q:{path}{suffix}">{label}</label>'
            f'<input id="q:{path}{suffix}" name="{path}#{name}" value="{escape(value)}" '
            f'inputmode="{mode}"{hint} autocomplete="off"{data}></div>'
        )

    return draw

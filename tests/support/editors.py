"""What an editor of the admin sends: its page read back, with the rows of its streams."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client
from wagtail import blocks
from wagtail.test.utils.form_data import querydict_from_html

MANAGED = re.compile(
    r"(-(count|order|deleted|id|type|[A-Z]+_FORMS|DELETE|ORDER)$)|^csrf|^loaded_|^next$|^uuid$"
)
DATES = ("_from", "_to", "_on", "day", "_at")
TYPED = {"text", "number", "email", "url", "search", "tel", None}


@dataclass(frozen=True)
class Input:
    """One input of an editor: `kind` is text, rich, json, date or other."""

    name: str
    kind: str

    @property
    def shape(self) -> str:
        """The same for all rows of a stream."""
        return re.sub(r"-\d+-", "-N-", self.name)


@dataclass(frozen=True)
class Sent:
    """Everything that a page would send as it stands, and the inputs that people fill."""

    url: str
    data: QueryDict
    inputs: list[Input]

    def with_wrong(self, name: str, wrong: str) -> QueryDict:
        """The same with one input filled differently."""
        data = self.data.copy()
        data[name] = wrong
        return data


def read(client: Client, url: str) -> Sent:
    """The editor at `url`; of inputs that many rows have, the first."""
    page = client.get(url)
    soup = BeautifulSoup(page.content, "html.parser")
    ours = [(len(one.find_all(True)), at) for at, one in enumerate(soup.find_all("form"))]
    index = max(ours)[1]
    data = querydict_from_html(page.text, form_index=index).copy()
    found = [Input(name, kind) for name, kind in plain_inputs(soup.find_all("form")[index])]
    for name, field in page.context["form"].fields.items():
        if isinstance(block := getattr(field, "block", None), blocks.StreamBlock):
            for key, kind, text in inputs_of(block, page.context["form"][name].value(), name):
                data.setlist(key, text)
                found.append(Input(key, kind))
    shapes = {one.shape: one for one in reversed(found) if not MANAGED.search(one.name)}
    data["action-publish"] = "action-publish"
    return Sent(url, data, [*shapes.values()])


def plain_inputs(form: Any) -> Iterator[tuple[str, str]]:
    """Inputs that stand in the page; a stream's are drawn by scripts."""
    for one in form.find_all(["input", "textarea", "select"]):
        if one.get("name") and not one.has_attr("disabled"):
            yield one["name"], plain_kind(one)


def plain_kind(one: Any) -> str:
    """What an element takes."""
    if one.name == "textarea":
        return "json" if one["name"] in ("rows", "tests") else "text"
    if one.name == "input" and one["name"].endswith(DATES):
        return "date"
    return "text" if one.name == "input" and one.get("type") in TYPED else "other"


def inputs_of(block: Any, value: Any, name: str) -> Iterator[tuple[str, str, list[str]]]:
    """(name, kind, texts) of everything in a block that has this value."""
    if isinstance(block, blocks.StreamBlock):
        rows = [(one.block, one.value, one.block_type, one.id) for one in value or ()]
        yield from rows_of(rows, name)
    elif isinstance(block, blocks.ListBlock):
        rows = [(one.block, one.value, "item", one.id) for one in value.bound_blocks]
        yield from rows_of(rows, name)
    elif isinstance(block, blocks.StructBlock):
        for part, inner in block.child_blocks.items():
            yield from inputs_of(inner, value.get(part), f"{name}-{part}")
    elif isinstance(block, blocks.FieldBlock):
        yield name, kind_of(block), texts_of(block, value)


def rows_of(
    rows: list[tuple[Any, Any, str, Any]], name: str
) -> Iterator[tuple[str, str, list[str]]]:
    """The same for the rows of a stream or list."""
    yield f"{name}-count", "other", [str(len(rows))]
    for place, (block, value, kind, own) in enumerate(rows):
        told = {"deleted": "", "order": str(place), "type": kind, "id": own or ""}
        for part, text in told.items():
            yield f"{name}-{place}-{part}", "other", [text]
        yield from inputs_of(block, value, f"{name}-{place}-value")


def kind_of(block: blocks.FieldBlock) -> str:
    """What a field of a block takes."""
    if isinstance(block, blocks.RichTextBlock):
        return "rich"
    if isinstance(block.field, forms.JSONField):
        return "json"
    is_text = isinstance(block.field.widget, forms.TextInput | forms.Textarea)
    return "text" if is_text else "other"


def texts_of(block: blocks.FieldBlock, value: Any) -> list[str]:
    """What its input sends."""
    if isinstance(value, bool):
        return ["on"] if value else []
    shown = block.value_for_form(value)
    if isinstance(shown, list | tuple | set):
        return [str(one) for one in shown]
    shown = block.field.widget.format_value(shown)
    return [str(one) for one in shown] if isinstance(shown, list) else [str(shown or "")]


def messages_in(errors: Any) -> Iterator[str]:
    """Every message in the errors of a form, those inside blocks too."""
    if isinstance(errors, dict):
        for one in errors.values():
            yield from messages_in(one)
    elif isinstance(errors, list | tuple):
        for one in errors:
            yield from messages_in(one)
    elif isinstance(errors, ValidationError):
        inner = getattr(errors, "block_errors", None) or {}
        outer = getattr(errors, "non_block_errors", None) or []
        yield from messages_in(inner)
        yield from messages_in(list(outer))
        if not (inner or outer):
            yield from errors.messages
    elif errors is not None:
        yield str(errors)

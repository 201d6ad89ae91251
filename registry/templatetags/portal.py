"""The frame of the portal's pages, and what they repeat hundreds of times."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from django import template
from django.template import Context, Engine
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from content.models import HomePage
from content.selectors import home_page
from forms_builder.rendering.words import Line
from registry.panels import NAVIGATION, Panel, Text
from registry.selectors import Cell, Row

register = template.Library()


@dataclass(frozen=True)
class Link:
    """A navigation entry that this person sees."""

    label: Text
    url: str
    icon: str
    is_current: bool


@register.simple_tag(takes_context=True)
def portal_navigation(context: Context) -> list[Link]:
    """The entries this person may use; the longest address that fits is current."""
    request = context["request"]
    if "_portal_navigation" not in request.__dict__:
        seen = [
            (item, reverse(item.url)) for item in NAVIGATION if item.is_visible(request.user)
        ]
        home = reverse("portal:home")
        fitting = [
            url
            for _, url in seen
            if request.path == url or (url != home and request.path.startswith(url))
        ]
        current = max(fitting, key=len, default="")
        request._portal_navigation = [
            Link(item.label, url, item.icon, url == current) for item, url in seen
        ]
    found: list[Link] = request._portal_navigation
    return found


@register.simple_tag(takes_context=True)
def panel(context: Context, shown: Panel) -> SafeString:
    """`{% panel shown %}`: the inside of a panel; its own context lies over the page's."""
    with context.push(**shown.context):
        return Engine.get_default().get_template(shown.template).render(context)


@register.simple_tag(takes_context=True)
def answers(context: Context, lines: Iterable[Line]) -> SafeString:
    """`{% answers lines %}`: headings and what was answered; files with their links, but
    for a citizen, who has no page of files."""
    has_files = not getattr(context.get("work"), "is_public", False)
    file = Engine.get_default().get_template("portal/_file.html")
    drawn: list[str] = []
    for line in lines:
        if line.is_file and has_files:
            with context.push(line=line):
                drawn.append(file.render(context))
        else:
            drawn.append(_answer(line))
    return mark_safe("".join(drawn))  # noqa: S308 - escaped here: a page has hundreds


def _answer(line: Line) -> str:
    if line.is_heading:
        return f'<div class="facts__heading"><dt>{escape(line.label)}</dt><dd></dd></div>'
    said = escape(line.text or "–")
    return f'<div><dt>{escape(line.label)}</dt><dd class="facts__answer">{said}</dd></div>'


@register.simple_tag
def record_rows(rows: Iterable[tuple[Row, str]]) -> SafeString:
    """`{% record_rows rows %}`: the table rows of records, each with its page's address."""
    number, title, status = (
        f' data-label="{escape(label)}"' for label in (_("Number"), _("Title"), _("Status"))
    )
    why = escape(_("Your role does not open this field."))
    drawn = (
        f'<tr><th scope="row" class="nowrap"{number}>'
        f'<a href="{escape(address)}">{escape(row.record.key)}</a></th>'
        f"<td{title}>{escape(row.title)}</td>"
        f'<td{status}><span class="badge">{escape(row.status)}</span></td>'
        f"{''.join([_cell(cell, why) for cell in row.cells])}</tr>"
        for row, address in rows
    )
    return mark_safe("".join(drawn))  # noqa: S308 - escaped here: a page has hundreds of cells


def _cell(cell: Cell, why: str) -> str:
    said = escape(cell.text or "–")
    if cell.is_masked:
        said = f'<span title="{why}">{said}</span>'
    return f'<td data-label="{escape(cell.label)}">{said}</td>'


@register.simple_tag
def step_url(work: Any, step: str) -> str:
    """`{% step_url work "where" %}`: the address of a step of a draft."""
    return str(work.step_url(step))


@register.simple_tag
def first_page() -> HomePage | None:
    """`{% first_page as home %}`: the public first page, with whom to call in danger."""
    return home_page((get_language() or "az")[:2])

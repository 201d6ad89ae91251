"""What templates of every app use: authored text, dates, icons."""

from collections.abc import Iterable
from datetime import date, datetime, time
from html import escape
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from config.shared.icons import ICONS
from config.shared.labels import Labels, pick

register = template.Library()
SILENT_ICONS = {
    name: mark_safe(  # noqa: S308 - constants of our own
        f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{paths}'
        "</svg>"
    )
    for name, paths in ICONS.items()
}
SELECTED = " selected"


@register.simple_tag
def labels(text: Labels | None, language: str | None = None) -> str:
    """`{% labels node.labels %}`: authored text in the active language."""
    return pick(text, language)


@register.filter(name="labels")
def labels_filter(text: Labels | None) -> str:
    """`{{ node.labels|labels }}`: the same, usable inside other tags."""
    return pick(text)


def _read(value: Any) -> Any:
    """`value` as a date, time or date-time when it is the ISO text of one."""
    if not isinstance(value, str):
        return value
    for kind in (date, datetime, time):
        try:
            return kind.fromisoformat(value)
        except ValueError:
            continue
    return value


@register.filter
def az_date(value: Any) -> str:
    """A date or date-time (or its ISO text) as "22.11.2026"; other text unchanged."""
    read = _read(value)
    if isinstance(read, datetime):
        read = timezone.localtime(read) if timezone.is_aware(read) else read
    return read.strftime("%d.%m.%Y") if isinstance(read, date) else str(value or "")


@register.filter
def az_datetime(value: Any) -> str:
    """A date-time (or its ISO text) as "22.11.2026 14:05" in Baku; a date as a date."""
    read = _read(value)
    if not isinstance(read, datetime):
        return az_date(value)
    local = timezone.localtime(read) if timezone.is_aware(read) else read
    return local.strftime("%d.%m.%Y %H:%M")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "search" %}`: our own inline picture; hidden from readers unless labelled."""
    if not label:
        return SILENT_ICONS[name]
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>',
        label,
        mark_safe(ICONS[name]),  # noqa: S308 - constants of our own
    )


@register.simple_tag
def options(pairs: Iterable[tuple[str, Any]], chosen: str | None = "") -> SafeString:
    """`{% options statuses status %}`: an `<option>` for each (value, label)."""
    rows = (
        f'<option value="{escape(value)}"{SELECTED if value == chosen else ""}>'
        f"{escape(str(label))}</option>"
        for value, label in pairs
    )
    return mark_safe("".join(rows))  # noqa: S308 - escaped here: hundreds in a page


@register.simple_tag
def active_language() -> str:
    """The language of the page, "az" or "en"."""
    return (get_language() or "az").split("-")[0]

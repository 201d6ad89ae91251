"""Pictures, sound and film beside the words of questions and choices.

A form names files; `Filling.media_url(name)` gives the address of one that the form has, ""
for one that is missing: then the words stand alone.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from config.shared.labels import pick
from forms_builder.choices import Choice
from forms_builder.media import file_name, media_column
from forms_builder.rendering.filling import Filling
from forms_builder.xlsform.columns import language_code

Node = Mapping[str, Any]
MediaUrl = Callable[[str], str]
KINDS = ("image", "audio", "video")


def media_of(node: Node, language: str) -> dict[str, str]:
    """The files of a question, group or section by kind, in the language of the page."""
    found = node.get("media")
    if not isinstance(found, Mapping):
        return {}
    named = {kind: pick(files, language) for kind, files in found.items() if files}
    return {kind: file_name(name) for kind, name in named.items() if name}


def element(kind: str, url: str, *, words: str = "", big: str = "") -> str:
    """The element for one file; `words` (HTML) name it, `big` is a larger picture."""
    if kind == "image":
        picture = f'<img src="{escape(url)}" alt="{words}" loading="lazy">'
        return f'<a href="{escape(big)}">{picture}</a>' if big else picture
    return f'<{kind} src="{escape(url)}" controls preload="none" aria-label="{words}"></{kind}>'


def drawn(files: Mapping[str, str], address: MediaUrl, words: str) -> str:
    """The pictures and players for `files` that the form has."""
    big = address(files["big-image"]) if "big-image" in files else ""
    parts = [
        element(kind, url, words=words, big=big if kind == "image" else "")
        for kind in KINDS
        if kind in files and (url := address(files[kind]))
    ]
    return f'<div class="label-media">{"".join(parts)}</div>' if parts else ""


@lru_cache(maxsize=512)
def _code(written: str) -> str:
    """The language that a heading names ("English (en)"), as pages name theirs."""
    return language_code(written) if written else ""


def choice_files(choice: Choice, language: str) -> dict[str, str]:
    """The files of a choice by kind: of the page's language, else of none, else of any."""
    found: dict[str, dict[str, str]] = {}
    for heading, name in choice.attributes.items():
        if isinstance(name, str) and name and (column := media_column(heading)):
            found.setdefault(column[0], {})[_code(column[1])] = file_name(name)
    return {
        kind: names.get(language) or names.get("") or next(iter(names.values()))
        for kind, names in found.items()
    }


class ChoiceMedia:
    """Draws what belongs to choices, in one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._words = {
            "audio": escape(_("Sound of the choice")),
            "video": escape(_("Film of the choice")),
        }

    def html(self, filling: Filling, choice: Choice) -> tuple[str, str]:
        """What stands inside the label of `choice` (its picture) and after it (players)."""
        if not choice.attributes or filling.media_url is None:
            return "", ""
        files = choice_files(choice, self._language)
        found = {
            kind: element(kind, url, words=self._words.get(kind, ""))
            for kind in KINDS
            if kind in files and (url := filling.media_url(files[kind]))
        }
        picture = found.pop("image", "")
        players = "".join(found.values())
        return picture, f'<div class="option__media">{players}</div>' if players else ""

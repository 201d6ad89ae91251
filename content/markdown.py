"""A guide written in Markdown as the blocks that the editor uses.

Front matter: code, title, title_en, language, audience, duration_min, open ("true": for
everybody), related_forms, related_protocols, seed_refs (separated by commas). Of Markdown:
headings, paragraphs, lists (numbered ones become steps, "- [ ]" a checklist), tables,
quotations (callouts), bold, italic and links. Anything else stays as text.
"""

import re
from collections.abc import Callable
from itertools import groupby
from typing import Any

import markdown
import nh3

Block = dict[str, Any]

ALLOWED_TAGS = {"p", "strong", "em", "ul", "ol", "li", "a", "br"}
_ITEM = re.compile(r"^(?:\d+[.)]|[-*])\s+(?:\[[ xX]\]\s+)?")
_TABLE_RULE = re.compile(r"^\|[\s:|-]+\|$")


def guide_from_markdown(text: str) -> tuple[str, dict[str, Any]]:
    """The code of the guide and its spec as `save_guide` takes it."""
    head, _line, body = text.removeprefix("---\n").partition("\n---\n")
    front = dict(_pair(line) for line in head.splitlines() if ":" in line)
    minutes = front.get("duration_min", "")
    return front["code"], {
        "language": front.get("language", "az"),
        "title": front["title"],
        "title_en": front.get("title_en", ""),
        "audience": front.get("audience", ""),
        "duration_minutes": int(minutes) if minutes.isdigit() else None,
        "related_forms": _listed(front.get("related_forms", "")),
        "related_protocols": _listed(front.get("related_protocols", "")),
        "seed_refs": _listed(front.get("seed_refs", "")),
        "open": front.get("open", "") == "true",
        "body": blocks_from_markdown(body),
    }


def _pair(line: str) -> tuple[str, str]:
    """A front-matter line as name and value."""
    name, _colon, value = line.partition(":")
    return name.strip(), value.strip()


def _listed(text: str) -> list[str]:
    """Words separated by commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def blocks_from_markdown(text: str) -> list[Block]:
    """Raw stream data of `GuideBody`; neighbouring paragraphs and lists make one text."""
    chunks = [chunk.strip("\n") for chunk in re.split(r"\n\s*\n", text) if chunk.strip()]
    chunks = [chunk for chunk in chunks if not chunk.startswith("# ")]
    blocks: list[Block] = []
    for maker, group in groupby(chunks, key=_maker):
        if maker is None:
            blocks.append({"type": "text", "value": _html("\n\n".join(group))})
        else:
            blocks += [maker(chunk.splitlines()) for chunk in group]
    return blocks


def _maker(chunk: str) -> Callable[[list[str]], Block] | None:
    """What makes a block of its own out of `chunk`; None for running text."""
    for beginning, maker in _MAKERS:
        if re.match(beginning, chunk):
            return maker
    return None


def _html(text: str) -> str:
    """Markdown as the HTML that our rich text allows."""
    return nh3.clean(markdown.markdown(text), tags=ALLOWED_TAGS).replace("\n", " ")


def _inline(text: str) -> str:
    """One line of Markdown as HTML without a paragraph around it."""
    return _html(text).removeprefix("<p>").removesuffix("</p>")


def _items(lines: list[str]) -> list[str]:
    """The items of a list; an indented line belongs to the item above."""
    items: list[str] = []
    for line in lines:
        if _ITEM.match(line) or not items:
            items.append(_ITEM.sub("", line).strip())
        else:
            items[-1] += " " + line.strip()
    return items


def _heading(lines: list[str]) -> Block:
    marks, _space, text = lines[0].partition(" ")
    level = "2" if len(marks) == 2 else "3"
    return {"type": "heading", "value": {"text": text.strip(), "level": level, "anchor": ""}}


def _steps(lines: list[str]) -> Block:
    items = [_inline(item) for item in _items(lines)]
    return {"type": "steps", "value": {"title": "", "items": items}}


def _checklist(lines: list[str]) -> Block:
    return {"type": "checklist", "value": {"title": "", "items": _items(lines)}}


def _callout(lines: list[str]) -> Block:
    text = "\n".join(line.removeprefix(">").strip() for line in lines)
    return {"type": "callout", "value": {"kind": "info", "title": "", "text": _html(text)}}


def _table(lines: list[str]) -> Block:
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in lines
        if not _TABLE_RULE.match(line.strip())
    ]
    columns = [{"type": "text", "heading": heading} for heading in rows[0]]
    values = [{"values": [_inline(cell) for cell in row]} for row in rows[1:]]
    return {"type": "table", "value": {"columns": columns, "rows": values, "caption": ""}}


_MAKERS: list[tuple[str, Callable[[list[str]], Block]]] = [
    (r"#{2,6} ", _heading),
    (r"\d+[.)] ", _steps),
    (r"[-*] \[[ xX]\] ", _checklist),
    (r">", _callout),
    (r"\|.*\n\|[\s:|-]+\|", _table),
]

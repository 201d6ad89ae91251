"""The text of a guide: its parts, contents and anchors, and what a version freezes.

{"schema": 1, "code", "language", "title", "title_en", "audience", "duration_minutes",
 "open", "body": [{"type", "value"}], "related_forms", "related_protocols",
 "what_changed", "seed_refs"}
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.text import slugify
from django.utils.translation import gettext as _

from config.shared.text import fold

if TYPE_CHECKING:
    from content.models.guides import GuidePage

_STEP = re.compile(r"^(addim|step)-(\d+)(-|$)")


@dataclass(frozen=True)
class Part:
    """One block of a guide; a heading has `anchor`, `text` and `level`, others none."""

    block: Any
    anchor: str = ""
    text: str = ""
    level: int = 0


def anchor_of(text: str) -> str:
    """The anchor of a heading: "Addım 2. Riski ölçün" gives "addim-2"."""
    slug = slugify(fold(text))
    if step := _STEP.match(slug):
        return f"{step[1]}-{step[2]}"
    return slug or "bolme"


def parts(body: Iterable[Any]) -> list[Part]:
    """The blocks of `body`; anchors are unique within it."""
    seen: Counter[str] = Counter()
    return [_part(block, seen) for block in body]


def _part(block: Any, seen: Counter[str]) -> Part:
    """One block, with the anchor that is still free."""
    if block.block_type != "heading":
        return Part(block)
    text = block.value["text"]
    anchor = slugify(fold(block.value.get("anchor") or "")) or anchor_of(text)
    seen[anchor] += 1
    if seen[anchor] > 1:
        anchor = f"{anchor}-{seen[anchor]}"
    return Part(block, anchor, text, int(block.value.get("level") or 2))


def reading(body: Iterable[Any]) -> dict[str, Any]:
    """The parts of a text and those among them that its contents name."""
    found = parts(body)
    return {"parts": found, "contents": [part for part in found if part.anchor]}


def without_ids(value: Any) -> Any:
    """Raw stream data without the ids of blocks, so the same text has the same hash.

    An item of a list is written as its bare value, which Wagtail reads as well.
    """
    if isinstance(value, list):
        return [without_ids(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "item" and "value" in value:
        return without_ids(value["value"])
    is_block = "type" in value and "value" in value
    return {k: without_ids(v) for k, v in value.items() if not (is_block and k == "id")}


def guide_spec(guide: "GuidePage") -> dict[str, Any]:
    """The frozen content of `guide`; the module says its shape."""
    return {
        "schema": 1,
        "code": guide.code,
        "language": guide.locale.language_code,
        "title": guide.title,
        "title_en": guide.title_en,
        "audience": guide.audience,
        "duration_minutes": guide.duration_minutes,
        "open": guide.is_open,
        "body": without_ids(guide.body.get_prep_value()),
        "related_forms": guide.related_forms,
        "related_protocols": guide.related_protocols,
        "what_changed": guide.what_changed,
        "seed_refs": guide.seed_refs,
    }


def plain_text(body: Any) -> str:
    """Every word of `body`, without markup."""
    return " ".join(strip_tags(text) for text in _texts(body.get_prep_value()))


def _texts(value: Any) -> Iterator[str]:
    """Every text inside raw stream data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in ("id", "type"):
                yield from _texts(item)


def refuse_twin(code: str) -> None:
    """Say that the code is taken."""
    text = _("Another guide in this language has the code “%(code)s”.") % {"code": code}
    raise ValidationError({"code": text})

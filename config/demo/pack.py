"""Reading the demo configuration that lies beside this module as data."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"


@cache
def pack(name: str) -> Any:
    """The parsed file `data/<name>.json`; callers must not change what they get."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def guide_texts() -> dict[str, str]:
    """Guide sources by file name: front matter, then Markdown."""
    files = sorted((DATA / "guides").glob("*.md"))
    return {path.stem: path.read_text(encoding="utf-8") for path in files}


def labels(entry: Mapping[str, Any], key: str = "label") -> dict[str, str]:
    """The texts `<key>_az` and `<key>_en` of `entry` as {"az", "en"}, without empty ones."""
    pairs = ((language, entry.get(f"{key}_{language}", "")) for language in ("az", "en"))
    return {language: text for language, text in pairs if text}


def without_empty(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """`mapping` without values that say nothing; 0 says something."""
    return {key: value for key, value in mapping.items() if not says_nothing(value)}


def says_nothing(value: Any) -> bool:
    """Whether `value` is empty text, an empty collection, None or False."""
    return value is None or value is False or value in ("", {}, [])

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


def fillers(form: Mapping[str, Any]) -> list[str]:
    """Who fills a form: the roles that it names, and those whom a protocol asks for it."""
    asked = (role for steps in steps_with(form["code"]).values() for role in steps)
    return list(dict.fromkeys([*form["filled_by"], *asked]))


@cache
def steps_with(form: str) -> dict[str, list[str]]:
    """The steps of protocols that ask for `form`: the roles that do them, by their body."""
    found: dict[str, list[str]] = {}
    for protocol in pack("protocols"):
        for step in protocol["steps"]:
            if step["action"].get("form") == form:
                responsible = step["responsible"]
                roles = found.setdefault(responsible["agency"], [])
                if responsible["role"] not in roles:
                    roles.append(responsible["role"])
    return found


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

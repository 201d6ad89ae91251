"""A form as its filler may see it: what is withheld, and the form without it.

`withheld` decides by the rights of `registry.access` alone. The form that pages are drawn
from keeps the place of a withheld question, so that answers keep their names, but nothing
that tells of it: it is hidden, and has no words.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.accounts.actors import Actor
from config.shared.definitions import digest
from forms_builder.models import FormVersion
from forms_builder.program import MASK
from forms_builder.rendering.structure import is_typed, places_of
from forms_builder.schema import Place, places
from registry import access
from registry.answers import Item, items_of
from registry.models import Record

Json = dict[str, Any]
Withheld = frozenset[str]
NOTHING: Withheld = frozenset()

_REFERENCE = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")
WORDS = ("labels", "hints", "guidance", "constraint_message", "required_message")
# What is left of a question: its place among the others, and how protected it is.
BARE = ("kind", "name", "sensitivity", "save_to", "retired")


def withheld_from(
    actor: Actor, version: FormVersion, record: Record | None = None, *, amends: bool = False
) -> Withheld:
    """The nodes (paths) of a form that its filler may not see. A job sees everything.

    `amends` says that there are answers of before, which must be readable to be changed.
    """
    if actor.user is None and actor.channel == "job":
        return NOTHING
    return withheld_by(
        version, access.fields_to_fill(actor.user, version.spec, record), amends=amends
    )


def withheld_by(
    version: FormVersion, fields: access.Fields | None, *, amends: bool = False
) -> Withheld:
    """The nodes that a filler with these rights may not see; None: nobody's rights apply."""
    spec = version.spec
    if fields is None and not spec.get("settings", {}).get("public"):
        return NOTHING
    place = (version.sha256, _rights(fields), amends)
    known = _kept.get(place)
    if known is None:
        known = _kept[place] = _withheld(spec, fields, amends)
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return known


def _rights(fields: access.Fields | None) -> tuple[Any, ...]:
    """What of the rights decides, as a key."""
    if fields is None:
        return ()
    return (fields.read_rank, fields.write_rank, fields.agreed, fields.agreed_rank)


_kept: OrderedDict[tuple[Any, ...], Withheld] = OrderedDict()
_KEPT = 500


def _withheld(spec: Json, fields: access.Fields | None, amends: bool) -> Withheld:
    found = places_of(spec)
    hidden: set[str] = set()
    closed = _for_staff(spec) if fields is None else ()

    def look(items: tuple[Item, ...]) -> None:
        for item in items:
            place = found[id(item.node)]
            if item.is_repeat:
                look(item.inner)
            elif f"{place.path}/".startswith(closed) or not _is_shown(
                item, place, fields, amends
            ):
                hidden.add(place.path)

    look(items_of(spec))
    return frozenset(hidden | _emptied(spec, hidden, amends)) if hidden else NOTHING


def _for_staff(spec: Json) -> tuple[str, ...]:
    """Beginnings of the paths that a public form does not ask of strangers."""
    return tuple(f"{place.path}/" for place in places(spec) if place.node.get("for_staff"))


def _is_shown(item: Item, place: Place, fields: access.Fields | None, amends: bool) -> bool:
    """Whether the filler may see a question.

    What they type themself they may see if they may write it. A public form asks whoever
    fills it, but its author may keep to the ministry what it computes.
    """
    if fields is None:
        return is_typed(place) or item.node.get("sensitivity", "public") == "public"
    is_writable = item.rank <= fields.write_rank
    if amends:
        return fields.readable(item) and (is_writable or not is_typed(place))
    return is_writable or (not is_typed(place) and fields.readable(item))


def _emptied(spec: Json, hidden: set[str], amends: bool) -> set[str]:
    """Sections, groups and repeats in which nothing is left to see.

    The rows of a repeat are corrected as a whole or not at all.
    """
    found = places(spec)
    asked = [place.path for place in found if place.kind == "question"]
    empty = set()
    for place in found:
        if place.kind == "question":
            continue
        inside = [path for path in asked if path.startswith(f"{place.path}/")]
        gone = [path in hidden for path in inside]
        if gone and (all(gone) or (amends and place.kind == "repeat" and any(gone))):
            empty.add(place.path)
    return empty | {
        place.path for place in found if any(place.path.startswith(f"{p}/") for p in empty)
    }


@dataclass(frozen=True)
class SeenVersion:
    """A version as somebody sees it; has what drawing needs of a FormVersion."""

    spec: Json
    sha256: str
    withheld: Withheld


def seen_version(version: FormVersion, withheld: Withheld) -> SeenVersion:
    """`version` without what is withheld, from this process's memory when made before."""
    if not withheld:
        return SeenVersion(version.spec, version.sha256, withheld)
    sha256 = f"{version.sha256}-{digest(sorted(withheld))}"
    known = _seen.get(sha256)
    if known is None:
        spec = _without(version.spec, withheld)
        known = _seen[sha256] = SeenVersion(spec, sha256, withheld)
        while len(_seen) > _KEPT:
            _seen.popitem(last=False)
    return known


_seen: OrderedDict[str, SeenVersion] = OrderedDict()


def _without(spec: Json, withheld: Withheld) -> Json:
    secret = {path.rpartition("/")[2] for path in withheld}
    return {**spec, "children": _children(spec, "", withheld, secret), "tests": []}


def _children(node: Mapping[str, Any], path: str, withheld: Withheld, secret: set[str]) -> Any:
    found = []
    for child in node.get("children", ()):
        here = f"{path}/{child['name']}" if path else str(child["name"])
        kept = _bare(child) if here in withheld else _masked(child, secret)
        if "children" in child and kept["kind"] != "question":
            kept = {**kept, "children": _children(child, here, withheld, secret)}
        found.append(kept)
    return found


def _bare(node: Mapping[str, Any]) -> Json:
    """Nobody is asked it and nothing is drawn; a repeat has no rows then."""
    kept = {name: value for name, value in node.items() if name in BARE}
    if node["kind"] in ("question", "repeat"):
        kept |= {"kind": "question", "type": "hidden"}
    return {**kept, "withheld": True}


def _masked(node: Mapping[str, Any], secret: set[str]) -> Json:
    """A question with its texts, in which no secret answer is told or named."""
    kept = dict(node)
    for name in WORDS:
        texts = node.get(name)
        if texts and any("${" in text for text in texts.values() if isinstance(text, str)):
            kept[name] = {code: _say(text, secret) for code, text in texts.items()}
    return kept


def _say(text: str, secret: set[str]) -> str:
    def said(found: re.Match[str]) -> str:
        return MASK if found[1].rpartition("/")[2] in secret else found[0]

    return _REFERENCE.sub(said, text)


def seen_by(spec: Json, fields: access.Fields | None) -> tuple[Json, Withheld]:
    """A form that is no version yet, as a filler with these rights sees it; what they do not.

    None for `fields`, as `access.fields_to_fill` says it: nobody's rights apply.
    """
    if fields is None and not spec.get("settings", {}).get("public"):
        return spec, NOTHING
    withheld = _withheld(spec, fields, amends=False)
    return (_without(spec, withheld) if withheld else spec), withheld

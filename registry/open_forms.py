"""A published form as its reader may have it: the definition that the API hands out.

Whoever configures forms gets a version whole. Anybody else gets what they would be asked when
they fill it in, and what they may read of its answers, by the rights of `registry.access`. Of
the rest nothing is told: not the question, not its words, not a rule that reads its answer.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from forms_builder.expressions import from_json
from forms_builder.expressions.nodes import Call, Expr, Items, Text, reads_any, walk
from forms_builder.models import FormVersion
from forms_builder.sights import Definition
from registry import access
from registry.access import Fields, Visitor
from registry.rules import rule_book
from registry.seen import Withheld, seen_version, withheld_by

Json = dict[str, Any]

READING = frozenset({"read", "audit"})
CONFIGURES = "forms_builder.view_formdefinition"
# What only those who configure need, and what would tell of questions that are not asked.
INNER = ("tests", "workbook", "media")


def may_have(user: Visitor, settings: Mapping[str, Any]) -> bool:
    """Whether anything of a form with these settings is for `user`."""
    return (
        _configures(user)
        or access.may_fill(user, {"settings": settings})
        or _read_rank(user, settings) > access.NOTHING
    )


def definition_for(user: Visitor, version: FormVersion) -> Definition | None:
    """What `user` may have of a published form; None: nothing, not even its name."""
    settings = version.spec.get("settings", {})
    if not may_have(user, settings):
        return None
    withheld = frozenset[str]() if _configures(user) else _withheld(user, version)
    tag = seen_version(version, withheld).sha256
    if tag not in _kept:
        spec = _part(version, withheld) if withheld else version.spec
        _kept[tag] = Definition(spec, tag, is_partial=bool(withheld))
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return _kept[tag]


_kept: OrderedDict[str, Definition] = OrderedDict()
_KEPT = 300


def _configures(user: Visitor) -> bool:
    return user is not None and user.has_perm(CONFIGURES)


def _read_rank(user: Visitor, settings: Mapping[str, Any]) -> int:
    """How protected the answers are that `user` may read in the register of a form."""
    rules = rule_book().by_code.get(settings.get("register", ""))
    held = access.grants(access.rights_of(user), rules, READING) if rules else []
    return max((grant.rule.rank for grant in held), default=access.NOTHING)


def _withheld(user: Visitor, version: FormVersion) -> Withheld:
    """What `user` neither is asked nor may read."""
    spec = version.spec
    settings = spec.get("settings", {})
    rank = _read_rank(user, settings)
    reader = Fields(read_rank=rank, write_rank=rank)
    if not access.may_fill(user, spec):
        return withheld_by(version, reader)
    filler = withheld_by(version, access.fields_to_fill(user, spec))
    return filler & withheld_by(version, reader) if rank > access.NOTHING else filler


def _part(version: FormVersion, withheld: Withheld) -> Json:
    """The spec without what is withheld."""
    spec = seen_version(version, withheld).spec
    trees = {
        place: from_json(ast)
        for place, ast in version.compiled["asts"].items()
        if place.partition("#")[0] not in withheld
    }
    secret = {place for place, tree in trees.items() if reads_any(tree, withheld)}
    children = _open_children(spec, "", secret)
    part = {name: value for name, value in spec.items() if name not in INNER}
    used = {*_lists_of(children), *_lists_read(trees, secret)}
    own = {code: rows for code, rows in spec.get("lists", {}).items() if code in used}
    return {**part, "settings": _settings(spec, withheld), "children": children} | (
        {"lists": own} if "lists" in spec else {}
    )


def _open_children(node: Mapping[str, Any], path: str, secret: set[str]) -> list[Json]:
    """The nodes that are asked; rules that read what is withheld are left to the server."""
    found = []
    for child in node.get("children", ()):
        if child.get("withheld"):
            continue
        here = f"{path}/{child['name']}" if path else str(child["name"])
        given = sorted(name for name in child if f"{here}#{name}" in secret)
        kept = {name: value for name, value in child.items() if name not in given}
        if "children" in child:
            kept["children"] = _open_children(child, here, secret)
        found.append(kept | ({"given": given} if given else {}))
    return found


def _settings(spec: Mapping[str, Any], withheld: Withheld) -> Json:
    """The settings; who is found or made in the register of persons by open questions only."""
    settings = dict(spec.get("settings", {}))
    if "person_map" in settings:
        closed = withheld | {path.rpartition("/")[2] for path in withheld}
        settings["person_map"] = {
            attribute: key
            for attribute, key in settings["person_map"].items()
            if key not in closed
        }
    return settings


def _lists_of(children: list[Json]) -> Iterator[str]:
    for node in children:
        if "list" in node:
            yield node["list"]
        yield from _lists_of(node.get("children", []))


def _lists_read(trees: Mapping[str, Expr], secret: set[str]) -> Iterator[str]:
    """The lists that the rules read which are handed out."""
    for place, tree in trees.items():
        for node, _depth in walk(tree) if place not in secret else ():
            match node:
                case Items(Text(code), _, _):
                    yield code
                case Call("pulldata", (Text(code), *_)) | Call(
                    "jr:choice-name", (_, Text(code))
                ):
                    yield code

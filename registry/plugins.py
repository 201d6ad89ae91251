"""What registry adds to the tables of plug-ins that forms offer."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from config.shared.problems import Problem
from content.offers import MAY_FILL
from forms_builder.checks import SPEC_CHECKS
from forms_builder.choices import REGISTER_OPTIONS, RegisterOption
from forms_builder.schema import questions
from forms_builder.sights import READERS, SIGHTS
from forms_builder.usage import USAGE_FINDERS, Usage
from registry import open_forms
from registry.access import may_fill
from registry.answers import Item, items_of
from registry.kinds import RANKS
from registry.models import Register
from registry.role_sight import sight_of
from registry.rules import PERSONS, Rules, rule_book


def connect() -> None:
    """Put our checks and finders in their tables."""
    MAY_FILL.append(may_fill)
    SPEC_CHECKS.append(register_problems)
    SPEC_CHECKS.append(public_problems)
    USAGE_FINDERS.append(list_in_registers)
    REGISTER_OPTIONS.append(registers_to_fill)
    SIGHTS.append(sight_of)
    READERS.append(open_forms)


def register_problems(spec: dict[str, Any]) -> Iterator[Problem]:
    """A form's register exists, and so do the attributes that its answers go to."""
    settings = spec.get("settings", {})
    code = settings.get("register", "")
    if not code:
        if settings.get("mode", "none") != "none":
            yield Problem("register_missing", _("Choose a register."), path="settings/register")
        return
    rules = rule_book().by_code.get(code)
    if rules is None:
        message = _("There is no published register “%(code)s”.") % {"code": code}
        yield Problem("unknown_register", message, path="settings/register")
        return
    yield from _attribute_problems(spec, rules)
    yield from _person_problems(spec)
    yield from _lookup_problems(spec)


def _attribute_problems(spec: dict[str, Any], rules: Rules) -> Iterator[Problem]:
    for item in items_of(spec):
        name = item.node.get("save_to")
        if name and name not in rules.attributes:
            message = _("The register “%(register)s” has no attribute “%(name)s”.")
            text = message % {"register": rules, "name": name}
            yield Problem("unknown_attribute", text, path=item.key)
        elif _is_laid_open(item, rules):
            message = _(
                "The answer is more protected than the attribute “%(name)s” of the register "
                "that it goes to. Protect the attribute as much."
            )
            yield Problem("less_protected", message % {"name": item.name}, path=item.key)


def _is_laid_open(item: Item, rules: Rules) -> bool:
    """Whether the attribute that a question fills is readable to more people than itself.

    A calculation without a sensitivity of its own leaves it to the register.
    """
    attribute = rules.attributes.get(item.name)
    if attribute is None or item.is_repeat or "sensitivity" not in item.node:
        return False
    return attribute.rank < RANKS[item.node["sensitivity"]]


def _person_problems(spec: dict[str, Any]) -> Iterator[Problem]:
    mapped = spec["settings"].get("person_map", {})
    if not mapped:
        return
    persons = rule_book().by_code.get(PERSONS)
    keys = {item.key for item in items_of(spec)}
    for attribute, question in mapped.items():
        path = f"settings/person_map/{attribute}"
        if persons is None or attribute not in persons.attributes:
            message = _("The register of persons has no attribute “%(name)s”.")
            yield Problem("unknown_attribute", message % {"name": attribute}, path=path)
        if question not in keys:
            message = _("The form has no question “%(name)s”.")
            yield Problem("unknown_field", message % {"name": question}, path=path)


def _lookup_problems(spec: dict[str, Any]) -> Iterator[Problem]:
    known = rule_book().by_code
    for item in items_of(spec):
        code = (item.node.get("lookup") or {}).get("register")
        if code and code not in known:
            message = _("There is no published register “%(code)s”.") % {"code": code}
            yield Problem("unknown_register", message, path=item.key)


def public_problems(spec: dict[str, Any]) -> Iterator[Problem]:
    """A form for everybody makes something new and names no records: nothing leaks."""
    settings = spec.get("settings", {})
    if not settings.get("public"):
        return
    if settings.get("mode") == "update":
        message = _("A public form cannot change existing records. Choose another mode.")
        yield Problem("public_update", message, path="settings/mode")
    for place in questions(spec):
        if place.node.get("lookup"):
            message = _("A public form cannot look records up. Ask for the number as text.")
            yield Problem("public_lookup", message, path=f"{place.path}#lookup")


def list_in_registers(kind: str, code: str) -> Iterator[Usage]:
    """The published registers whose attributes take values from a list."""
    if kind != "list":
        return
    codes = {
        rules.code
        for rules in rule_book()
        if any(attribute.list == code for attribute in rules.attributes.values())
    }
    for register in Register.objects.filter(code__in=codes):
        url = reverse(register.snippet_viewset.get_url_name("edit"), args=[register.pk])
        yield Usage(str(register), url)


def registers_to_fill() -> Iterator[RegisterOption]:
    """The published registers, for the editor of forms."""
    for rules in rule_book():
        attributes = tuple((name, one.label) for name, one in rules.attributes.items())
        yield RegisterOption(rules.code, str(rules), attributes)

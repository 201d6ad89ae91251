"""A draft of a form as somebody of a role would see it, decided by the rights of access."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone

from config.accounts.models import Appointment, Role, User
from content.models import Organization
from forms_builder.sights import Sight
from registry import access
from registry.rules import ANY, rule_book
from registry.seen import seen_by


def sight_of(role: str, spec: Mapping[str, Any]) -> Sight:
    """What a role may fill and see of a form, with every rule that speaks of the role."""
    user = _somebody(role, spec)
    seen, withheld = seen_by(dict(spec), access.fields_to_fill(user, spec))
    return Sight(access.may_fill(user, spec), seen, withheld)


def _somebody(code: str, spec: Mapping[str, Any]) -> User:
    """A user who is stored nowhere and holds the role wherever the register's rules name it."""
    user, role = User(), Role(code=code)
    posts = [
        access.Post(Appointment(user=user, role=role, organization=Organization(code=name)))
        for name in sorted(set(_organizations(code, spec)))
    ]
    user.kept_rights[timezone.localdate()] = access.Rights(posts)
    return user


def _organizations(role: str, spec: Mapping[str, Any]) -> Iterator[str]:
    """Codes of organizations; one without a code has what rules give to any."""
    yield ""
    rules = rule_book().by_code.get(spec.get("settings", {}).get("register", ""))
    for rule in rules.access if rules else ():
        if rule.roles & {role, ANY}:
            yield from rule.organizations - {ANY}

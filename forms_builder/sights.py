"""How a form looks to somebody of a role, for previews; the rights are known by a plug-in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.accounts.models import Role
from config.shared.labels import pick
from config.shared.memo import once_in_a_request
from forms_builder.schema import places

Spec = Mapping[str, Any]


@dataclass(frozen=True)
class Sight:
    """A form as a role sees it while filling: `spec` is without what is `withheld` (paths)."""

    may_fill: bool
    spec: Spec
    withheld: frozenset[str] = frozenset()


# The rights live in registry, which offers one `(role code, spec) -> Sight`.
SIGHTS: list[Callable[[str, Spec], Sight]] = []


@dataclass(frozen=True)
class SeenAs:
    """What a preview says of the role: its title, and the labels of what it does not see."""

    role: str
    may_fill: bool
    hidden: Sequence[str]


def roles() -> list[Role]:
    """Every role, asked for once in a request."""
    return once_in_a_request("forms_builder.roles", lambda: list(Role.objects.all()))


def roles_of(filled_by: Sequence[str]) -> list[Role]:
    """The roles whose view of a form matters: those that fill it, else all."""
    found = [role for role in roles() if role.code in filled_by]
    return found or roles()


def see_as(code: str, spec: Spec, language: str) -> tuple[Spec, SeenAs | None]:
    """The form as the role sees it, and what is said of that; without a role all of it."""
    role = next((one for one in roles() if one.code == code), None)
    if role is None or not SIGHTS:
        return spec, None
    sight = SIGHTS[0](code, spec)
    hidden = [
        pick(place.node.get("labels"), language) or place.name
        for place in places(spec)
        if place.path in sight.withheld and place.kind == "question"
    ]
    return sight.spec, SeenAs(str(role), sight.may_fill, hidden)

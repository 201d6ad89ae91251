"""How a form looks to somebody: to a role in previews, to whoever asks the API for it.

The rights are known by plug-ins.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

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
class Definition:
    """A published form as far as somebody may have it.

    `tag` changes whenever the spec does. Where it `is_partial`, nodes are left out, and a node
    names in "given" its attributes that only the server can work out.
    """

    spec: Spec
    tag: str
    is_partial: bool = False


class Readers(Protocol):
    """What registry offers: who may have what of a form."""

    def may_have(self, user: Any, settings: Mapping[str, Any]) -> bool:
        """Whether anything of a form with these settings is for `user`."""

    def definition_for(self, user: Any, version: Any) -> Definition | None:
        """What `user` may have of a version; None: nothing."""


READERS: list[Readers] = []


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

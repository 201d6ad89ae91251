"""What somebody's appointments of today give in each register, before any record is looked at.

Others reach it through `registry.access`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.models import Appointment, User
from config.accounts.selectors import appointments_in_force
from registry.kinds import ACTIONS, SCOPES
from registry.models import Register
from registry.rules import AccessRule, Rules, rule_book

Visitor = User | AnonymousUser | None


@dataclass(frozen=True)
class Post:
    """One appointment in force."""

    appointment: Appointment

    @cached_property
    def role(self) -> str:
        """The code of the role."""
        return self.appointment.role.code

    @cached_property
    def organization(self) -> str:
        """The code of the organization."""
        return self.appointment.organization.code

    @property
    def organization_id(self) -> int:
        """Where it is held."""
        return self.appointment.organization_id

    @property
    def area_id(self) -> int | None:
        """The place it is for; None: the country."""
        return self.appointment.area_id


@dataclass(frozen=True)
class Grant:
    """A rule that gives a right through a post."""

    rules: Rules
    rule: AccessRule
    post: Post

    @cached_property
    def condition(self) -> tuple[Any, ...]:
        """The rows it opens, as a key: equal keys are asked of the database once."""
        scope, post = self.rule.scope, self.post
        if scope == "area" and post.area_id is None:
            return ("all",)
        if scope == "team" and post.area_id is None:
            return ("organization", post.organization_id)
        if scope == "team":
            return (scope, post.organization_id, post.area_id)
        if scope == "organization":
            return (scope, post.organization_id)
        if scope == "area":
            return (scope, post.area_id)
        return (scope,)


class Rights:
    """Every post that a user holds on a day, and what they give in each register."""

    def __init__(self, posts: Iterable[Post] = ()) -> None:
        self.posts = tuple(posts)
        self.roles = frozenset(post.role for post in self.posts)
        self._grants: dict[Rules, list[Grant]] = {}

    def in_register(self, rules: Rules) -> list[Grant]:
        """Every rule of the register that gives something, through which post."""
        if rules not in self._grants:
            self._grants[rules] = [
                Grant(rules, rule, post)
                for rule in rules.access
                for post in self.posts
                if rule.applies_to(post.role, post.organization)
            ]
        return self._grants[rules]


def rights_of(user: Visitor) -> Rights:
    """What `user` holds today in Baku; read once per request (kept on the user object)."""
    if not isinstance(user, User) or not user.is_active:
        return Rights()
    today = timezone.localdate()
    if today not in user.kept_rights:
        held = appointments_in_force(user, today)
        user.kept_rights[today] = Rights(map(Post, held))
    rights: Rights = user.kept_rights[today]
    return rights


def grants(rights: Rights, rules: Rules, actions: Collection[str]) -> list[Grant]:
    """The rules of a register that give any of `actions`, through which post."""
    held = rights.in_register(rules)
    return [grant for grant in held if not grant.rule.actions.isdisjoint(actions)]


def may(user: Visitor, register: str | Register, action: str) -> bool:
    """Whether `user` may do `action` on at least some records of the register."""
    code = register if isinstance(register, str) else register.code
    rules = rule_book().by_code.get(code)
    return rules is not None and bool(grants(rights_of(user), rules, [action]))


def may_fill(user: Visitor, spec: Mapping[str, Any]) -> bool:
    """Whether `user` may send in a form: its roles, and creating or supplementing there."""
    settings = spec.get("settings", {})
    if settings.get("public"):
        return True
    rights = rights_of(user)
    wanted = set(settings.get("filled_by", []))
    if not rights.posts or (wanted and not wanted & rights.roles):
        return False
    register = settings.get("register")
    if not register:
        return True
    return may(user, register, settings.get("mode", "create"))


def grant_in_words(grant: Grant) -> str:
    """Why a right exists, as a sentence in the active language."""
    scope = dict(SCOPES)[grant.rule.scope]
    actions = ", ".join(str(label) for name, label in ACTIONS if name in grant.rule.actions)
    return _("%(role)s, %(organization)s: %(actions)s (records: %(scope)s)") % {
        "role": str(grant.post.appointment.role),
        "organization": str(grant.post.appointment.organization),
        "actions": actions,
        "scope": scope,
    }

"""Places on our pages that higher apps fill, so that nothing imports upwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    from registry.models import Record

    Visitor = AbstractBaseUser | AnonymousUser

Text = str | Promise


@dataclass(frozen=True)
class Panel:
    """A titled part of a page; `template` sees `panel.context` as its own context."""

    title: Text
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


def _signed_in(user: "Visitor") -> bool:
    return user.is_authenticated


@dataclass(frozen=True)
class NavItem:
    """One entry of the portal's navigation.

    `url` is the name of an address; `icon` a key of `config.shared.icons.ICONS`.
    """

    label: Text
    url: str
    icon: str
    is_visible: "Callable[[Visitor], bool]" = _signed_in


def _audits(user: "Visitor") -> bool:
    # They read models, which are not there yet when apps fill these tables.
    from config.accounts.models import User
    from registry.selectors import audited_registers

    return isinstance(user, User) and bool(audited_registers(user))


RECORD_PANELS: "list[Callable[[HttpRequest, Record], Panel | None]]" = []
HOME_PANELS: list[Callable[[HttpRequest], Panel | None]] = []
NAVIGATION: list[NavItem] = [
    NavItem(_("Home"), "portal:home", "home"),
    NavItem(_("Fill in a form"), "portal:forms", "form"),
    NavItem(_("Registers"), "portal:registers", "records"),
    NavItem(_("My drafts"), "portal:drafts", "draft"),
    NavItem(_("Guides"), "content:guides", "guide"),
    NavItem(_("Auditor's desk"), "audit:history", "audit", _audits),
]

"""What this app puts into the places that lower apps offer."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from content.offers import OFFERS
from forms_builder.lookups import HOLIDAY_SOURCES
from forms_builder.usage import USAGE_FINDERS
from protocols import panels, selectors
from protocols.letters import letters_of
from protocols.models import Holiday, Step
from protocols.usage import find_usages, protocol_offer, step_offer
from registry.access import AGREED_FIELDS, REFERRED_RECORDS, rights_of
from registry.citizens import LETTERS
from registry.panels import HOME_PANELS, NAVIGATION, RECORD_PANELS, NavItem

if TYPE_CHECKING:
    from registry.panels import Visitor


def install() -> None:
    """Fill the tables of plug-ins; called once, when the app is ready."""
    USAGE_FINDERS.append(find_usages)
    OFFERS["protocols"] = protocol_offer
    OFFERS["protocol_steps"] = step_offer
    REFERRED_RECORDS.append(referred_records)
    AGREED_FIELDS.append(agreed_fields)
    HOLIDAY_SOURCES.append(days_off)
    LETTERS.append(letters_of)
    HOME_PANELS.append(panels.home_work)
    RECORD_PANELS.append(panels.record_runs)
    NAVIGATION.append(NavItem(_("My work"), "protocols:worklist", "work"))
    NAVIGATION.append(NavItem(_("Referrals"), "protocols:referrals", "referral", _receives))
    NAVIGATION.append(NavItem(_("Board"), "protocols:board", "flag", _supervises))


def days_off() -> list[date]:
    """The holidays that admins keep, for working-days() in forms."""
    return list(Holiday.objects.values_list("day", flat=True))


def referred_records(user: User) -> Q:
    """Records referred to the user's organizations, or in runs where a step is the user's.

    How much of them is readable, the register's rule for the scope "referred" says, and
    where a referral agreed on fields, `agreed_fields`.
    """
    now = timezone.now()
    sent = selectors.received_in_force(user, now).values("record")
    steps = Step.objects.open().filter(selectors.doing_filter(user, now))
    return Q(pk__in=sent) | Q(pk__in=steps.values("run__records"))


def agreed_fields(user: User, pks: Collection[int]) -> dict[int, frozenset[str]]:
    """What the senders ticked in the referrals in force of these records, taken together."""
    found: dict[int, frozenset[str]] = {}
    received = selectors.received_in_force(user, timezone.now()).filter(record__in=pks)
    for pk, names in received.values_list("record", "fields"):
        found[pk] = found.get(pk, frozenset()) | frozenset(names)
    return found


def _receives(user: "Visitor") -> bool:
    """Whether the user answers, or as a caseworker sends, referrals: anyone with a post."""
    return isinstance(user, User) and bool(rights_of(user).posts)


def _supervises(user: "Visitor") -> bool:
    return isinstance(user, User) and bool(rights_of(user).roles & selectors.SUPERVISING)

"""Accounts of people who have done anything are kept: what they did must stay theirs.

Whoever leaves is made inactive and their appointments end; only an account that was made by
mistake, never used and named nowhere, can be deleted.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import ForeignObjectRel, ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages

from config.accounts.models import User

# Rows that an account has by itself: they say nothing about what its person did.
ITS_OWN = {
    "account.emailaddress",
    "account.emailconfirmation",
    "mfa.authenticator",
    "wagtailusers.userprofile",
}


def is_used(user: User) -> bool:
    """Whether the account ever signed in, or anything names its person."""
    if user.last_login is not None:
        return True
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: user.pk}).exists()
        for relation in _relations()
    )


def _relations() -> Iterator[ForeignObjectRel]:
    """Every column of another table that may name a person."""
    for relation in User._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
            continue
        meta = relation.related_model._meta
        if not meta.auto_created and meta.label_lower not in ITS_OWN:
            yield relation


def refuse_used(sender: Any, instance: User, **kwargs: Any) -> None:
    """Hear `pre_delete`: whoever asks, an account that was used stays."""
    if is_used(instance):
        raise ProtectedError(f"The account {instance.pk} was used.", {instance})


def refusal(request: HttpRequest, people: Iterable[User]) -> HttpResponse | None:
    """The way back from deleting in the admin, with the reason; None: it may go on."""
    used = [person for person in people if is_used(person)]
    if not used:
        return None
    text = _(
        "Not deleted: %(names)s. What these people did and wrote stays theirs. To close an "
        "account, open it, untick “Active”, and end its appointments."
    )
    messages.error(request, text % {"names": ", ".join(map(str, used))})
    if len(used) == 1:
        return redirect("wagtailusers_users:edit", used[0].pk)
    return redirect("wagtailusers_users:index")

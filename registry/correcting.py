"""How long whoever sent a form in may correct it themself, and what of it they then see.

A form says for how many hours after sending (`settings.edit_window_hours`): nothing said, or
0, gives nobody anything beside the rights of the register. A submission keeps the hours of
the version it was filled in.
"""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from config.accounts.actors import Actor
from config.accounts.models import User
from forms_builder.models import FormVersion
from registry import access
from registry.models import Record, Submission
from registry.seen import Withheld, withheld_from


def window_end(submission: Submission, version: FormVersion | None = None) -> datetime | None:
    """The last moment of the sender's own correction; None where the form gives none."""
    spec = (version or submission.form_version).spec
    hours = spec.get("settings", {}).get("edit_window_hours")
    # In UTC, where a day has 24 hours: with a zone Python adds to the clock on the wall.
    sent = submission.submitted_at.astimezone(UTC)
    return sent + timedelta(hours=hours) if hours else None


def ended_at(submission: Submission, now: datetime) -> datetime | None:
    """When the sender's own time ended; None while it lasts, or where there was none."""
    end = window_end(submission)
    return end if end is not None and now > end else None


def is_own(submission: Submission, user: access.Visitor) -> bool:
    """Whether `user` sent it in."""
    return isinstance(user, User) and submission.submitted_by_id == user.pk


def knows_all(submission: Submission, user: access.Visitor) -> bool:
    """Whether `user` sent it in and nobody else has written in it since."""
    if not isinstance(user, User) or not is_own(submission, user):
        return False
    if submission.row_version == 1:
        return True
    return not submission.history.exclude(history_user=user.pk).exists()


def own_until(
    submission: Submission, user: access.Visitor, now: datetime | None = None
) -> datetime | None:
    """Until when `user` may correct by themself what they sent in; None: not, or no more.

    They must still be somebody who may send in the form, and know all of the answers: what
    another has corrected since is theirs no longer.
    """
    end = window_end(submission)
    if end is None or not is_own(submission, user) or (now or timezone.now()) > end:
        return None
    may_fill = access.may_fill(user, submission.form_version.spec)
    return end if may_fill and knows_all(submission, user) else None


def withheld_from_amender(
    actor: Actor, version: FormVersion, submission: Submission, record: Record | None
) -> Withheld:
    """What of a submission its amender may not see: whoever wrote all of it sees what they
    were asked, and anybody what they may read of the record."""
    by_rights = withheld_from(actor, version, record, amends=True)
    if by_rights and knows_all(submission, actor.user):
        return by_rights & withheld_from(actor, version)
    return by_rights

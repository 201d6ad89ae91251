"""Who acts, as history and audit keep it."""

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest
from django.utils import timezone

from config.accounts.models import User
from config.accounts.selectors import appointments_in_force


@dataclass(frozen=True)
class Actor:
    """A person or job at the moment of an act; names are a snapshot, not a look-up.

    `channel` is one of web, api, import, odk, job.
    """

    user: User | None
    name: str
    role: str = ""
    organization_id: int | None = None
    channel: str = "web"
    request_id: str = ""
    on_behalf_of: str = ""

    @classmethod
    def for_user(cls, user: User, *, channel: str = "web", request_id: str = "") -> Self:
        """`user` acting now, with the newest appointment in force as role."""
        appointment = next(iter(appointments_in_force(user, timezone.localdate())), None)
        return cls(
            user=user,
            name=str(user),
            role=appointment.role.code if appointment else "",
            organization_id=appointment.organization_id if appointment else None,
            channel=channel,
            request_id=request_id,
        )

    @classmethod
    def for_request(cls, request: HttpRequest) -> Self:
        """The signed-in user of `request`."""
        assert isinstance(request.user, User)
        return cls.for_user(request.user, request_id=getattr(request, "request_id", ""))

    @classmethod
    def citizen(cls, *, request_id: str = "") -> Self:
        """Somebody without an account, on a public page; named in the first language."""
        return cls(user=None, name="Vətəndaş", role="citizen", request_id=request_id)

    @classmethod
    def system(cls, name: str) -> Self:
        """A job named `name`, with no person behind it."""
        return cls(user=None, name=name, role="system", channel="job")

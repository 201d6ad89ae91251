"""Reading who may do what."""

from datetime import date

from config.accounts.models import Appointment, User

OWN_COLUMNS = ("user", "valid_from", "valid_to")
SHOWN_COLUMNS = (
    "role__code",
    "role__title_az",
    "role__title_en",
    "organization__code",
    "organization__title_az",
    "organization__title_en",
    "area__title_az",
    "area__title_en",
)


def appointments_in_force(user: User, day: date) -> tuple[Appointment, ...]:
    """What `user` is appointed to on `day`, the newest first, with role, organization, area.

    Kept on the user object, which lives as long as the request.
    """
    kept = user.kept_appointments
    if day not in kept:
        appointments = user.appointments.on(day).select_related("role", "organization", "area")
        read = appointments.only(*OWN_COLUMNS, *SHOWN_COLUMNS)
        kept[day] = tuple(read.order_by("-valid_from", "-pk"))
    return kept[day]

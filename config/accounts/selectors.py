"""Reading who may do what."""

from datetime import date

from config.accounts.models import Appointment, User


def appointments_in_force(user: User, day: date) -> tuple[Appointment, ...]:
    """What `user` is appointed to on `day`, the newest first, with role, organization, area.

    Kept on the user object, which lives as long as the request.
    """
    kept = user.kept_appointments
    if day not in kept:
        appointments = user.appointments.on(day).select_related("role", "organization", "area")
        kept[day] = tuple(appointments.order_by("-valid_from", "-pk"))
    return kept[day]

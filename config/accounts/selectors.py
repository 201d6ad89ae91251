"""Reading who may do what."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection

from config.accounts.models import Appointment, User
from config.shared.memo import once_in_a_request

OWN = ("id", "user_id", "role_id", "organization_id", "area_id", "valid_from", "valid_to")
NAMED = ("id", "code", "title_az", "title_en")
# Appointment.objects.on(day), written out: it is asked on every page of somebody signed in.
IN_FORCE = f"""
SELECT {", ".join(f"held.{name}" for name in OWN)},
       {", ".join(f"role.{name}" for name in NAMED)},
       {", ".join(f"organization.{name}" for name in NAMED)},
       {", ".join(f"area.{name}" for name in NAMED)}
FROM accounts_appointment AS held
JOIN accounts_role AS role ON role.id = held.role_id
JOIN content_organization AS organization ON organization.id = held.organization_id
LEFT JOIN content_place AS area ON area.id = held.area_id
WHERE held.user_id = %s AND held.valid_from <= %s
  AND (held.valid_to IS NULL OR held.valid_to >= %s)
ORDER BY held.valid_from DESC, held.id DESC
"""  # noqa: S608 - names of columns only


def people(pks: Iterable[int | None], *known: Any) -> Mapping[int, User]:
    """Accounts by their ids; read once in a request, those of `known` not at all."""
    found: dict[int, User] = once_in_a_request("people", dict)
    found.update({one.pk: one for one in known if isinstance(one, User)})
    if missing := set(pks) - {None, *found}:
        found.update(User.objects.in_bulk(missing))
    return found


def appointments_in_force(user: User, day: date) -> tuple[Appointment, ...]:
    """What `user` is appointed to on `day`, the newest first, with role, organization, area.

    Kept on the user object, which lives as long as the request.
    """
    kept = user.kept_appointments
    if day not in kept:
        with connection.cursor() as cursor:
            cursor.execute(IN_FORCE, [user.pk, day, day])
            kept[day] = tuple(_appointment(user, row) for row in cursor.fetchall())
    return kept[day]


def _appointment(user: User, row: tuple[Any, ...]) -> Appointment:
    """The appointment of a row, with what it is for; other columns are read when needed."""
    held: Appointment = _instance(Appointment, dict(zip(OWN, row, strict=False)))
    held.user = user
    for number, name in enumerate(("role", "organization", "area")):
        start = len(OWN) + number * len(NAMED)
        values = row[start : start + len(NAMED)]
        if values[0] is not None:
            model: Any = Appointment._meta.get_field(name).related_model
            setattr(held, name, _instance(model, dict(zip(NAMED, values, strict=True))))
    return held


def _instance(model: Any, known: dict[str, Any]) -> Any:
    """A row of which these columns are known; from_db() wants them in the model's order."""
    names = [f.attname for f in model._meta.concrete_fields if f.attname in known]
    return model.from_db(DEFAULT_DB_ALIAS, names, [known[name] for name in names])

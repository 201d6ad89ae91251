"""Giving records their numbers: no gap, no double, however many write at once."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from registry.rules import Rules

# The row stays locked until the transaction ends: what was rolled back leaves no gap.
NEXT = """
INSERT INTO registry_recordcounter AS counter (register_id, year, value)
VALUES (%s, %s, 1)
ON CONFLICT (register_id, year) DO UPDATE SET value = counter.value + 1
RETURNING value, nextval(pg_get_serial_sequence('registry_record', 'id'))
"""


def next_key(rules: Rules, now: datetime) -> tuple[str, int]:
    """The next number of the register, in the year that it is in Baku at `now`, and the
    number of the row."""
    year = timezone.localdate(now).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [rules.register_id, year if rules.key_pattern.by_year else 0])
        number, pk = cursor.fetchone()
    return rules.key_pattern.key(year, number), pk

"""Moments that stand in an address, as text."""

from datetime import UTC, datetime

YEARS = range(1900, 2200)  # the database keeps more, but no list of ours holds them


def read_moment(text: str) -> datetime | None:
    """The moment that an address gave as ISO text with an offset, in UTC; None for what an
    address of ours never says."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None or moment.year not in YEARS:
        return None
    # The database refuses offsets of more than 15:59; Python takes them.
    return moment.astimezone(UTC)

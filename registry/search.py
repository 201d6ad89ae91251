"""Finding records by name, number or FIN, each reader by what they may read."""

from functools import reduce
from operator import and_, or_

from django.db.models import Q, QuerySet

from config.shared.text import fold
from registry import access
from registry.kinds import NOTHING, RANKS, SEARCH_COLUMNS
from registry.models import Record
from registry.rules import PERSONS

SHORTEST = 2  # letters; one letter finds everybody
MOST_WORDS = 6


def words_of(query: str) -> list[str]:
    """The folded words of what somebody typed; too short ones are left out."""
    return [word for word in fold(query).split() if len(word) >= SHORTEST][:MOST_WORDS]


def matching(user: access.Visitor, query: str, *, register: str = "") -> QuerySet[Record]:
    """Visible records that hold every word of `query` in fields that `user` may read.

    Nobody finds a record by a field that is masked for them; a referred one, of which the
    sender chose the readable fields, is found by its number alone.
    """
    words = words_of(query)
    parts = [part for part in _parts(user, words, register) if part is not None]
    if not words or not parts:
        return Record.objects.none()
    return Record.objects.filter(reduce(or_, parts))


def _parts(user: access.Visitor, words: list[str], register: str) -> list[Q | None]:
    """For each level of sensitivity: the rows readable that far, searched that far."""
    columns: list[str] = []
    parts: list[Q | None] = []
    for column, ranks in SEARCH_COLUMNS.items():
        columns.append(column)
        floor = NOTHING if column == "search_internal" else min(ranks)
        visible = access.condition_for(
            user, rank=floor, register=register, scopes=access.DIRECT_SCOPES
        )
        if visible is not None and words:
            found = _every_word(columns, words)
            if floor >= RANKS["personal"]:
                found |= _about_person(columns, words)
            parts.append(visible & found)
    return [*parts, _referred(user, words, register)]


def _referred(user: access.Visitor, words: list[str], register: str) -> Q | None:
    """Referred records whose number holds every word."""
    visible = access.condition_for(user, register=register, scopes=(access.REFERRED,))
    if visible is None or not words:
        return None
    return visible & reduce(and_, (Q(key__icontains=word) for word in words))


def _every_word(columns: list[str], words: list[str]) -> Q:
    return reduce(
        and_,
        (
            reduce(or_, (Q(**{f"{column}__contains": word}) for column in columns))
            for word in words
        ),
    )


def _about_person(columns: list[str], words: list[str]) -> Q:
    """Records about a person of that name or FIN, whatever the register itself keeps."""
    persons = Record.objects.filter(_every_word(columns, words), register__code=PERSONS)
    return Q(person__in=persons.values("pk"))

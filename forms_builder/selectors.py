"""Reading forms and lists. What is frozen is read once per process and kept."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from config.shared.db import stamp_of
from config.shared.kept import Kept
from forms_builder.choices import CHOICE_SOURCES, Choice, choice_from_row
from forms_builder.models import (
    ChoiceListVersion,
    FormVersion,
)

KEPT_VERSIONS = 200


def current_form_version(code: str) -> FormVersion:
    """The version that new answers follow (one tiny query). Do not change its spec.

    Raises FormVersion.DoesNotExist.
    """
    return _newest_of(code, withdrawn_too=True)


def offered_form_version(code: str) -> FormVersion:
    """The version that new answers follow, of a form that has not been withdrawn.

    Asked of the database each time: `version.definition` is as it was when this process
    first read the version. Raises FormVersion.DoesNotExist.
    """
    return _newest_of(code, withdrawn_too=False)


# Written out, like the next: they are asked on every page of a form.
NEWEST = """
SELECT version.id FROM forms_builder_formversion AS version
JOIN forms_builder_formdefinition AS form ON form.id = version.definition_id
WHERE form.code = %s AND (form.live OR %s)
ORDER BY version.number DESC LIMIT 1
"""


def _newest_of(code: str, *, withdrawn_too: bool) -> FormVersion:
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [code, withdrawn_too])
        found = cursor.fetchone()
    if found is None:
        raise FormVersion.DoesNotExist(f"The form {code} has no published version.")
    return form_version_by_pk(found[0])


STANDING = """
SELECT max(version.number), bool_and(form.live) FROM forms_builder_formversion AS version
JOIN forms_builder_formdefinition AS form ON form.id = version.definition_id
WHERE form.id = %s
"""


class Newest(NamedTuple):
    """The newest version of a form, and whether the form is in use."""

    number: int
    live: bool


def newest_version(definition_id: int) -> Newest:
    """What somebody must know who fills in an older version (one tiny query)."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [definition_id])
        return Newest(*cursor.fetchone())


def form_version(code: str, number: int) -> FormVersion:
    """Version `number` of a form. Raises FormVersion.DoesNotExist."""
    return FormVersion.objects.select_related("definition").get(
        definition__code=code, number=number
    )


@lru_cache(maxsize=KEPT_VERSIONS)
def form_version_by_pk(pk: int) -> FormVersion:
    """A version by its primary key, from this process's memory when it was read before."""
    return FormVersion.objects.select_related("definition").get(pk=pk)


def choices(list_code: str, *, at: datetime | None = None) -> tuple[Choice, ...]:
    """The values of a published list in order, retired ones too; empty when unknown.

    `at` asks for the list as it was then. For several lists take `ListSnapshot` once.
    """
    if at is not None:
        return _choices_at(list_code, at)
    return ListSnapshot().choices(list_code)


class ListSnapshot:
    """The lists as they stand now: one tiny query, then this process's memory."""

    def __init__(self) -> None:
        self._versions = _lists.get()
        self._read: dict[str, tuple[Choice, ...]] = {}

    def choices(self, list_code: str) -> tuple[Choice, ...]:
        """The values of a list in order; empty when there is no such list."""
        if list_code not in self._read:
            version = self._versions.get(list_code)
            self._read[list_code] = _choices_of(version) if version else ()
        return self._read[list_code]

    def __contains__(self, list_code: str) -> bool:
        return list_code in self._versions


def _newest_lists() -> dict[str, ChoiceListVersion]:
    newest = ChoiceListVersion.objects.newest()
    return {version.spec["code"]: version for version in newest}


# Versions are only added: their number and newest id tell whether another was published.
_lists = Kept(lambda: stamp_of(ChoiceListVersion), _newest_lists)
_from_rows: OrderedDict[int, tuple[Choice, ...]] = OrderedDict()
_from_sources: dict[str, tuple[Hashable, tuple[Choice, ...]]] = {}


def _choices_at(list_code: str, at: datetime) -> tuple[Choice, ...]:
    versions = ChoiceListVersion.objects.filter(
        definition__code=list_code, published_at__lte=at
    )
    version = versions.order_by("-number").first()
    return _choices_of(version) if version else ()


def _choices_of(version: ChoiceListVersion) -> tuple[Choice, ...]:
    if source := version.spec.get("source"):
        return _choices_from_source(source)
    if version.pk not in _from_rows:
        _from_rows[version.pk] = _read_rows(version.spec.get("rows", []))
        if len(_from_rows) > 2000:
            _from_rows.popitem(last=False)
    return _from_rows[version.pk]


def _read_rows(rows: Sequence[dict[str, object]]) -> tuple[Choice, ...]:
    return tuple(choice_from_row(row) for row in rows)


def _choices_from_source(key: str) -> tuple[Choice, ...]:
    source = CHOICE_SOURCES.get(key)
    if source is None:
        return ()
    stamp = source.stamp()
    kept = _from_sources.get(key)
    if kept is None or kept[0] != stamp:
        kept = _from_sources[key] = (stamp, tuple(source.choices()))
    return kept[1]

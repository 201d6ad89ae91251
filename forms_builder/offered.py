"""The forms that can be filled in now: what lists of forms need, read once per publication."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models.fields.json import KeyTransform

from config.shared.db import stamp
from config.shared.kept import Kept
from forms_builder.models import FormVersion
from forms_builder.selectors import form_version_by_pk
from forms_builder.sights import READERS, Definition


@dataclass(frozen=True)
class Offered:
    """A form in use, without its questions: its newest version and that version's settings."""

    code: str
    version_id: int
    settings: Mapping[str, Any]


# Changes when a version is added, and when a form is withdrawn or offered again.
STAMP = """
SELECT ROW(
  (SELECT max(id) FROM forms_builder_formversion),
  (SELECT md5(string_agg(id::text, ',' ORDER BY id))
   FROM forms_builder_formdefinition WHERE live)
)::text
"""


def _read() -> Iterator[Offered]:
    newest = (
        FormVersion.objects.filter(definition__live=True)
        .order_by("definition__code", "-number")
        .distinct("definition__code")
    )
    settings = KeyTransform("settings", "spec")
    for code, pk, found in newest.values_list("definition__code", "pk", settings):
        yield Offered(code, pk, found or {})


_offered = Kept(lambda: stamp("forms_builder.offered", STAMP), lambda: tuple(_read()))


def offered_forms() -> tuple[Offered, ...]:
    """Every form in use by code: one tiny query, then this process's memory."""
    return _offered.get()


def codes_for(user: Any) -> list[str]:
    """The forms of which anything is for `user`; for a stranger the public ones."""
    return [
        form.code
        for form in offered_forms()
        if any(readers.may_have(user, form.settings) for readers in READERS)
    ]


def definition_for(user: Any, version: FormVersion) -> Definition | None:
    """What `user` may have of a published form; None: nothing."""
    found = (readers.definition_for(user, version) for readers in READERS)
    return next((one for one in found if one is not None), None)


def public_lists() -> frozenset[str]:
    """The lists from which public forms ask strangers."""
    public = [form.version_id for form in offered_forms() if form.settings.get("public")]
    return frozenset().union(*map(_lists_of_public, public))


@lru_cache(maxsize=500)
def _lists_of_public(pk: int) -> frozenset[str]:
    """What a public version asks strangers from; it never changes."""
    seen = definition_for(AnonymousUser(), form_version_by_pk(pk))
    if seen is None:
        return frozenset()
    return frozenset(_lists_in(seen.spec.get("children", []))) - set(seen.spec.get("lists", {}))


def _lists_in(children: list[Mapping[str, Any]]) -> Iterator[str]:
    """The list of every question below `children`."""
    for node in children:
        if "list" in node:
            yield node["list"]
        yield from _lists_in(node.get("children", []))

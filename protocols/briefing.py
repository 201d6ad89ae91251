"""What the person who does a step needs to know: facts, telephones, guides, what follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.accounts.models import Role, User
from config.shared.labels import pick
from config.shared.text import alphabetically
from content.models import GuidePage
from forms_builder.models import FormVersion
from forms_builder.selectors import ListSnapshot, current_form_version
from protocols.models import Step
from protocols.schema import step_of
from registry import access
from registry.answers import items_of
from registry.differences import attribute_text
from registry.models import Record
from registry.rules import Rules, rule_book

MOST_FACTS = 6
PHONE = "phone"


@dataclass(frozen=True)
class Phone:
    """A telephone number; `number` is what the device dials."""

    label: str
    text: str

    @property
    def number(self) -> str:
        """Digits and a leading plus."""
        kept = [letter for letter in self.text if letter.isdecimal() or letter == "+"]
        return "".join(kept)


@dataclass(frozen=True)
class Guide:
    """A guide about the step's form or protocol."""

    title: str
    url: str


def key_facts(user: User, record: Record) -> list[tuple[str, str]]:
    """(label, text): the status and what the register's list shows, as far as readable.

    What is hidden from the reader is left out, not masked: there is no room for riddles.
    """
    rules = rule_book().by_id[record.register_id]
    fields = access.fields_for(user, record, rules)
    status = [(_("Status"), rules.statuses[record.status].label)]
    shown = status if fields.knows("status") and record.status in rules.statuses else []
    known = _attributes(rules, record, fields)
    return [*shown, *(fact for fact in known if fact[1] != record.key)][:MOST_FACTS]


def _attributes(rules: Rules, record: Record, fields: access.Fields) -> list[tuple[str, str]]:
    choices, language = ListSnapshot().choices, get_language() or "az"
    wanted = [rules.attributes[name] for name in rules.list_columns if name in rules.attributes]
    return [
        (one.label, attribute_text(one, record.attributes[one.name], choices, language))
        for one in wanted
        if record.attributes.get(one.name) not in (None, "") and fields.readable(one)
    ]


def phones(user: User, step: Step) -> list[Phone]:
    """Telephones in the answers that began the run and on the record, where readable."""
    record = step.run.record
    if record is None:
        return []
    rules = rule_book().by_id[record.register_id]
    fields = access.fields_for(user, record, rules)
    found = [
        Phone(one.label, str(record.attributes[one.name]))
        for one in rules.attributes.values()
        if PHONE in one.name and record.attributes.get(one.name) and fields.readable(one)
    ]
    answers = step.run.answers
    found += [
        Phone(pick(item.node.get("labels")) or item.key, str(answers[item.key]))
        for item in items_of(step.run.submission.form_version.spec)
        if PHONE in item.key and _is_number(answers.get(item.key)) and fields.readable(item)
    ]
    return list({phone.number: phone for phone in reversed(found)}.values())[::-1]


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and sum(letter.isdecimal() for letter in value) > 2


def form_title(code: str) -> str:
    """The title of a form as it is published now, or its code."""
    try:
        return current_form_version(code).title
    except FormVersion.DoesNotExist:
        return code


def role_title(code: str) -> str:
    """The title of a role, or its code."""
    role = Role.objects.filter(code=code).first()
    return str(role) if role else code


def guides(step: Step) -> list[Guide]:
    """Published guides that name the step's form or its protocol, in the reader's language."""
    about = Q(related_protocols__contains=[step.run.version.spec["code"]])
    if step.form_code:
        about |= Q(related_forms__contains=[step.form_code])
    pages = GuidePage.objects.live().filter(about).select_related("locale")
    language = (get_language() or "az")[:2]
    chosen: dict[str, GuidePage] = {}
    for page in pages:
        if page.code not in chosen or page.locale.language_code == language:
            chosen[page.code] = page
    named = alphabetically(chosen.values(), lambda page: str(page.title))
    return [Guide(page.title, str(page.url)) for page in named]


def what_follows(step: Step) -> list[str]:
    """Titles of the steps that may come next; the end of the protocol in words."""
    spec = step.run.version.spec
    targets = dict.fromkeys(move["to"] for move in step.spec.get("transitions", ()))
    titles = [_title(step_of(spec, code)) for code in targets]
    return titles or [_("The protocol ends.")]


def _title(spec: Mapping[str, Any]) -> str:
    return pick(spec.get("labels")) or str(spec["code"])

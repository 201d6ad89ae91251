"""Filling a whole form in the browser, from invented answers, question by question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from playwright.sync_api import Locator, Page, expect

from config.accounts.actors import Actor
from config.accounts.models import User
from config.demo.families.filler import Filler
from config.demo.families.values import Values
from config.demo.families.world import PDF, PNG
from forms_builder.models import FormVersion
from registry.services.lookups import RecordLookups
from tests.journeys.pages import TICKED, answer, go_on, upload

SEED = 2026
NOT_TYPED = {"note", "calculate", "hidden", "geopoint"}
FILES = {"image": ("şəkil.png", PNG), "file": ("sənəd.pdf", PDF)}
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Filling:
    """One form and the answers that somebody will type into it."""

    version: FormVersion
    lookups: RecordLookups
    answers: Json

    @classmethod
    def invent(
        cls, version: FormVersion, user: User, known: Json, records: Mapping[str, str]
    ) -> "Filling":
        """Answers that the form accepts; `known` ones are as given, look-ups find `records`."""
        now, rng = timezone.now(), Random(SEED)
        lookups = RecordLookups(Actor.for_user(user))
        filler = Filler(
            version=version,
            values=Values(rng, now),
            lookups=lookups,
            now=now,
            rng=rng,
            known=known,
            records=records,
            thorough=1.0,
        )
        return cls(version, lookups, filler.fill())

    def type_into(self, page: Page) -> None:
        """Every section in turn; the page that follows the last one is the review."""
        for section in filter(self.is_asked, self.version.spec["children"]):
            heading = page.get_by_role("heading", level=1)
            expect(heading).to_contain_text(section["labels"]["az"])
            self.type_rows(page, section["children"], self.answers)
            go_on(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(_("Check your answers"))

    def type_rows(self, inside: Page | Locator, nodes: list[Json], answers: Json) -> None:
        """The questions of a section, group or row, in order."""
        for node in nodes:
            if node["kind"] == "repeat":
                self.type_repeat(inside, node, answers.get(node["name"], []))
            elif node["kind"] == "group":
                self.type_rows(inside, node["children"], answers)
            elif node["type"] in FILES and node["name"] in answers:
                upload(inside, node["labels"]["az"], *FILES[node["type"]])
            elif node["name"] in answers and self.is_typed(node):
                values = list(self.in_words(node, answers[node["name"]]))
                answer(inside, node["labels"]["az"], *values)

    def is_asked(self, node: Json) -> bool:
        """Whether anything in this section or group has an answer."""
        children = node.get("children", ())
        return node["name"] in self.answers or any(map(self.is_asked, children))

    def is_typed(self, node: Json) -> bool:
        """Whether people enter this question's answer with the keyboard."""
        fixed = node["type"] in NOT_TYPED or "calculation" in node
        return not fixed and not node.get("read_only")

    def type_repeat(self, inside: Page | Locator, node: Json, rows: list[Json]) -> None:
        """Row after row, added with the button unless the form adds them."""
        title = node["labels"]["az"]
        for number, row in enumerate(rows, start=1):
            box = inside.get_by_role("group", name=f"{title} {number}", exact=True)
            if not box.count():
                inside.get_by_role("button", name=f"{_('Add')}: {title}").click()
            self.type_rows(box, node["children"], row)

    def in_words(self, node: Json, value: Any) -> Iterator[str]:
        """What people type or choose for `value`."""
        if node["type"] == "acknowledge":
            yield TICKED
        elif node["type"] == "date":
            yield f"{date.fromisoformat(value):%d.%m.%Y}"
        elif node["type"] == "dateTime":
            moment = timezone.localtime(datetime.fromisoformat(value))
            yield from (f"{moment:%d.%m.%Y}", f"{moment:%H:%M}")
        elif "list" in node:
            yield from self.labels(node, value if isinstance(value, list) else [value])
        else:
            yield str(value)

    def labels(self, node: Json, values: list[str]) -> Iterator[str]:
        """The options' labels."""
        own = self.version.spec.get("lists", {}).get(node["list"])
        offered = own or [
            {"name": one.name, "labels": one.labels}
            for one in self.lookups.choices(node["list"])
        ]
        words = {one["name"]: one["labels"]["az"] for one in offered}
        yield from (words[value] for value in values)

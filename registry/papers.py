"""What the portal and public pages print, as papers: the same content as the print pages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.models import User
from config.shared.labels import pick
from config.shared.papers import Answer, Heading, Line, Paper, Room, Section, Table
from config.shared.templatetags.dayaq import az_datetime
from content.models import Organization
from forms_builder.models import FormVersion
from forms_builder.rendering.blank import Blank, BlankSection
from forms_builder.rendering.words import Line as Words
from forms_builder.rendering.words import SectionWords
from registry.access import rights_of
from registry.models import Attachment, Record, Submission

MOST_COLUMNS = 6
LONGEST_CELL = 60  # characters; rows with longer answers are told one below the other
MOST_PICTURES = 60


def blank_paper(
    version: FormVersion, sections: Iterable[BlankSection], language: str, brand: str = ""
) -> Paper:
    """A form to be filled by hand."""
    number = _("version %(number)s") % {"number": version.number}
    return Paper(
        title=version.title,
        sections=[Section(one.label, list(map(_room, one.lines))) for one in sections],
        language=language,
        brand=brand,
        note=_("Questions marked * must be answered; those marked ◊ only where they apply."),
        foot=f"{version.title}, {number}",
        page_of=page_of(),
    )


def _room(line: Blank) -> Line:
    if line.kind == "heading":
        return Heading(line.label, is_conditional=line.condition)
    return Room(
        line.kind, line.label, line.hint, line.is_required, line.condition, line.choices
    )


def page_of() -> str:
    """ "Page 1 of 3", its numbers still to come."""
    return _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"}


def sheet_paper(
    submission: Submission,
    record: Record,
    sections: Sequence[SectionWords],
    reader: User,
    language: str,
) -> tuple[Paper, dict[str, bytes]]:
    """What was sent in, with its pictures, as far as `sections` tell it."""
    version = submission.form_version
    facts = [
        (_("Number"), record.key),
        (_("Form"), _version_in_words(version)),
        (_("Sent"), az_datetime(submission.submitted_at)),
    ]
    if submission.submitted_by is not None:
        facts.append((_("Sent by"), str(submission.submitted_by)))
    told = [line for part in sections for line in part.lines]
    pictures = _pictures(submission, told)
    printed = _("Printed by %(name)s") % {"name": reader}
    paper = Paper(
        title=version.title,
        sections=[Section(part.label, list(_told(part.lines, pictures))) for part in sections],
        language=language,
        brand=brand_of(record.organization),
        facts=facts,
        foot=f"{record.key} · {printed}, {az_datetime(timezone.now())}",
        page_of=page_of(),
    )
    return paper, pictures


def receipt_paper(
    title: str, facts: Sequence[tuple[str, str]], note: str, language: str, brand: str
) -> Paper:
    """That something was received, and how to ask about it."""
    return Paper(
        title=title,
        sections=[],
        language=language,
        brand=brand,
        facts=facts,
        note=note,
        page_of=page_of(),
    )


def _version_in_words(version: FormVersion) -> str:
    number = _("version %(number)s") % {"number": version.number}
    return f"{version.title}, {number}"


def brand_of(organization: Organization | None) -> str:
    """The ministry above an organization, as the head of its papers."""
    top = organization
    for _level in range(6):
        if top is None or top.parent is None:
            break
        top = top.parent
    return "" if top is None else pick({"az": top.title_az, "en": top.title_en})


def brand_for(user: User) -> str:
    """The ministry for which somebody works."""
    posts = rights_of(user).posts
    ids = [post.organization_id for post in posts[:1]]
    return brand_of(Organization.objects.filter(pk__in=ids).first())


# Answers


def _told(lines: Sequence[Words], pictures: Mapping[str, bytes]) -> Iterator[Line]:
    """Lines in order; the rows of a repeat as a table where they are short."""
    for repeat, group in groupby(lines, _repeat_of):
        found = list(group)
        rows = _rows(found) if repeat else None
        if rows:
            yield Heading(str(pick(found[0].node.get("labels")) or repeat))
            yield rows
        else:
            yield from (_line(line, pictures) for line in found)


def _repeat_of(line: Words) -> str:
    """The outermost repeat that a line stands in, "" for none."""
    return line.path.partition("[")[0] if "[" in line.path else ""


def _rows(lines: Sequence[Words]) -> Table | None:
    """Rows as a table, when there are several and each fits in a line."""
    rows: list[dict[str, str]] = []
    for line in lines:
        if line.is_heading:
            if line.depth or line.node["kind"] != "repeat":
                return None
            rows.append({})
        elif not rows or line.is_file or len(line.text) > LONGEST_CELL:
            return None
        else:
            rows[-1][line.label] = line.text
    head = list(dict.fromkeys(label for row in rows for label in row))
    if len(rows) < 2 or not 0 < len(head) <= MOST_COLUMNS:
        return None
    return Table(head, [[row.get(label, "") for label in head] for row in rows])


def _line(line: Words, pictures: Mapping[str, bytes]) -> Line:
    if line.is_heading:
        return Heading(line.label, line.depth)
    name = str(line.answer["id"]) if line.is_file else ""
    return Answer(line.label, line.text, name if name in pictures else "")


def _pictures(submission: Submission, lines: Iterable[Words]) -> dict[str, bytes]:
    """The pictures among the answers, by the ids of their files; none from quarantine."""
    asked = [str(line.answer["id"]) for line in lines if line.is_file][:MOST_PICTURES]
    if not asked:
        return {}
    files = Attachment.objects.filter(submission=submission, uuid__in=asked)
    found = {}
    for attachment in files:
        if attachment.content_type.startswith("image/") and not attachment.is_quarantined:
            with attachment.file.open("rb") as file:
                found[str(attachment.uuid)] = file.read()
    return found

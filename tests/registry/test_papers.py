"""PDF: blank forms, what was sent in, receipts."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader
from wagtail.models import ModelLogEntry

from config.shared.papers import Answer, Paper, PaperFailed, Room, Section, Table, render
from registry.models import Attachment, Submission
from tests.registry import specs

pytestmark = pytest.mark.django_db

LETTERS = "Ə ə İ ı Ğ ğ Ş ş Ç ç Ö ö Ü ü I i"


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def one_line(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", text_of(pdf))


def pictures_in(pdf: bytes) -> int:
    return sum(len(page.images) for page in PdfReader(BytesIO(pdf)).pages)


def png(colour: str = "red", size: tuple[int, int] = (60, 40)) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, colour).save(made, "PNG")
    return made.getvalue()


def paper(*lines: Any, **more: Any) -> Paper:
    return Paper(title="Sınaq", sections=[Section("Bölmə", list(lines))], **more)


@pytest.fixture
def reader(worker) -> Client:
    client = Client()
    client.force_login(worker)
    return client


@pytest.fixture
def sent(intake, actor, send) -> Submission:
    rows = [{"name": "Əli", "illness": "qrip"}, {"name": "Gülü", "illness": "yoxdur"}]
    return send(intake, actor, last_name=LETTERS, story="Uzun hekayə", members=rows)


class TestAPaper:
    def test_has_every_letter_of_azerbaijani_as_text(self):
        assert LETTERS in one_line(render(paper(Answer("Hərflər", LETTERS))))

    def test_is_tagged_and_says_its_language_and_title(self):
        root = PdfReader(BytesIO(render(paper(Answer("a", "b"), language="az"))))
        catalog = root.trailer["/Root"]

        assert catalog["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in catalog
        assert catalog["/Lang"] == "az"
        assert root.metadata.title == "Sınaq"

    def test_numbers_its_pages(self):
        long = [Answer(f"Sual {number}", "cavab " * 100) for number in range(30)]
        pdf = render(paper(*long, page_of="Səhifə {page} / {pages}"))
        pages = PdfReader(BytesIO(pdf)).pages

        assert len(pages) > 2
        for number, page in enumerate(pages, start=1):
            assert f"Səhifə {number} / {len(pages)}" in page.extract_text()

    @pytest.mark.parametrize(
        "text",
        [
            '#import "/etc/passwd"',
            '#read("paper.json")',
            "$x^2$ *bold* _it_ `raw` <label> @ref // comment",
            "\\ \\# \\\\ \\u{41} [ ] { }",
            "= Heading",
            "{page} {pages}",
        ],
    )
    def test_reads_no_text_as_markup(self, text):
        found = one_line(render(paper(Answer(text, text), Table([text], [[text]]))))

        assert found.count(text) >= 3

    @pytest.mark.parametrize(
        "text",
        [
            "a\x00b\x07c\x1bd",
            "\ud800",
            "😀👩‍👩‍👧 中文",
            "مرحبا שלום",
            "\u202eabc\u2066",
            "é" + "\u0301" * 500,
            "a" * 20_000,
            "\n" * 3_000,
            "\t" * 3_000,
            "﷽" * 500,
        ],
    )
    def test_takes_whatever_was_typed(self, text):
        found = one_line(render(paper(Answer("Sual", f"əvvəl {text} sonra"))))

        assert "əvvəl" in found
        assert "sonra" in found

    def test_holds_long_answers_whole(self):
        words = [f"söz{number}" for number in range(1500)]
        found = text_of(render(paper(Answer("Hekayə", " ".join(words))))).split()

        assert [word for word in found if word.startswith("söz")] == words

    def test_turns_no_letters_round(self):
        assert "abc" in one_line(render(paper(Answer("Sual", "\u202eabc\u202c"))))

    def test_leaves_out_a_picture_that_is_none(self):
        line = Answer("Şəkil", "foto.png", "one")

        assert pictures_in(render(paper(line), {"one": b"no picture"})) == 0
        assert pictures_in(render(paper(line), {"one": png()})) >= 1

    def test_ends_at_its_limits(self, monkeypatch):
        monkeypatch.setattr("config.shared.papers.TIMEOUT_SECONDS", 0.01)
        with pytest.raises(PaperFailed):
            render(paper(Answer("a", "b")))

    def test_of_1300_questions_is_made_in_seconds(self):
        lines = [
            Room("circles", f"Sual {number}: nə vaxt və niyə?", "ipucu", choices=["hə", "yox"])
            for number in range(1300)
        ]
        found = PdfReader(BytesIO(render(paper(*lines))))

        assert "Sual 1299" in found.pages[-1].extract_text()


class TestWhatWasSentIn:
    def get(self, client: Client, sent: Submission) -> Any:
        return client.get(reverse("portal:pdf", args=[sent.uuid]))

    def test_is_a_file_called_by_the_number(self, reader, sent):
        page = self.get(reader, sent)

        assert page["Content-Type"] == "application/pdf"
        assert page["Content-Disposition"] == f'attachment; filename="{sent.record.key}.pdf"'
        assert "no-store" in page["Cache-Control"]
        found = one_line(page.content)
        assert sent.record.key in found
        assert LETTERS in found
        assert "Uzun hekayə" in found

    def test_tells_short_rows_in_a_table(self, reader, sent):
        found = one_line(self.get(reader, sent).content)

        assert "Əli qrip Gülü yoxdur" in found

    def test_leaves_a_line_in_the_trail(self, reader, sent):
        self.get(reader, sent)
        entry = ModelLogEntry.objects.filter(action="registry.record_read").last()

        assert entry.data["part"] == "pdf"

    def test_hides_what_the_reader_may_not_see(self, publish, noon, actor, make_user):
        access = [
            specs.rule(["social_worker"]),
            specs.rule(["registrar"], sensitivity="internal"),
        ]
        publish(specs.register_spec(access=access))
        version = publish(specs.form_spec())
        from registry.services import submit

        sent = submit(
            version=version,
            answers={"last_name": "Gizlinova", "story": "GizliHekayə", "risk": "Açıq"},
            actor=actor,
            now=noon,
        )
        client = Client()
        client.force_login(make_user("registrar"))
        found = one_line(self.get(client, sent).content)

        assert "Açıq" in found
        assert "Gizli" not in found

    def test_is_not_there_for_others(self, sent, make_user):
        client = Client()
        client.force_login(make_user("registrar"))

        assert self.get(client, sent).status_code == 404
        assert self.get(Client(), sent).status_code == 302

    def test_shows_its_pictures(
        self, publish, cases, reader, actor, worker, noon, settings, tmp_path
    ):
        settings.PRIVATE_ROOT = str(tmp_path)
        spec = specs.form_spec("photo")
        spec["children"][0]["children"].append(specs.question("face", "image"))
        version = publish(spec)
        file = Attachment.objects.create(
            name="üz.png",
            size=10,
            content_type="image/png",
            sha256="0" * 64,
            uploaded_by=worker,
            uploaded_at=noon,
            file=ContentFile(png(), "x.png"),
        )
        answer = {"id": str(file.uuid), "name": "üz.png", "size": 10, "type": "image/png"}
        from registry.services import submit

        sent = submit(
            version=version,
            answers={"last_name": "Əliyeva", "face": answer},
            actor=actor,
            now=noon,
        )
        page = self.get(reader, sent)
        assert pictures_in(page.content) >= 1

        Attachment.objects.update(is_quarantined=True)
        assert pictures_in(self.get(reader, sent).content) == 0

    def test_says_so_when_it_cannot_be_made(self, reader, sent, monkeypatch):
        monkeypatch.setattr("config.shared.papers.TIMEOUT_SECONDS", 0.01)
        page = self.get(reader, sent)

        assert page.status_code == 302
        assert page.url == reverse("portal:print", args=[sent.uuid])

    def test_is_offered_beside_the_print_page(self, reader, sent):
        page = reader.get(reverse("portal:record", args=[sent.record.uuid]))
        printed = reader.get(reverse("portal:print", args=[sent.uuid]))

        for one in (page, printed):
            assert reverse("portal:pdf", args=[sent.uuid]) in one.content.decode()


class TestABlankForm:
    def test_has_its_questions_and_version(self, reader, intake):
        page = reader.get(reverse("portal:pdf-form", args=["intake"]))
        found = one_line(page.content)

        assert "intake-v1.pdf" in page["Content-Disposition"]
        assert "Sual last_name *" in found or "Question last_name *" in found

    def test_is_not_for_those_who_may_not_fill_it(self, intake, make_user):
        client = Client()
        client.force_login(make_user("registrar"))

        assert client.get(reverse("portal:pdf-form", args=["intake"])).status_code == 403
        assert client.get(reverse("portal:pdf-form", args=["none"])).status_code == 404


class TestAReceipt:
    def test_has_the_number(self, reader, sent):
        found = one_line(reader.get(reverse("portal:pdf-receipt", args=[sent.uuid])).content)

        assert sent.record.key in found
        assert "Uzun hekayə" not in found

    def test_of_a_citizen_has_number_and_code_and_no_answer(self, publish, cases):
        citizen = self.citizen(publish)
        address = reverse("citizen:pdf-receipt", args=["public"])
        page = citizen.get(address)
        found = one_line(page.content)

        assert Submission.objects.get().record.key in found
        assert "Gizlinova" not in found
        assert "no-store" in page["Cache-Control"]
        assert Client().get(address).status_code == 404

    def test_of_a_citizens_request_tells_its_state_to_who_has_both_numbers(
        self, publish, cases
    ):
        citizen = self.citizen(publish)
        told = citizen.get(reverse("citizen:receipt", args=["public"])).context
        shown = {"number": told["number"], "code": told["code"], "_pdf": "1"}
        asked = Client().post(reverse("citizen:status"), shown)
        wrong = Client().post(reverse("citizen:status"), {**shown, "code": "AAAA"})

        assert told["number"] in one_line(asked.content)
        assert "Yeni" in one_line(asked.content) or "New" in one_line(asked.content)
        assert "Gizlinova" not in one_line(asked.content)
        assert "no-store" in asked["Cache-Control"]
        assert wrong["Content-Type"].startswith("text/html")

    def citizen(self, publish) -> Client:
        """Who has just sent a public form in."""
        cache.clear()
        publish(specs.form_spec("public", public=True))
        citizen = Client()
        citizen.post(reverse("citizen:begin", args=["public"]))
        step = reverse("citizen:step", args=["public", "main"])
        section = "main"
        citizen.post(step, {"wizard-current_step": section, "last_name": "Gizlinova"})
        citizen.post(
            reverse("citizen:step", args=["public", "review"]),
            {"wizard-current_step": "review"},
        )
        return citizen

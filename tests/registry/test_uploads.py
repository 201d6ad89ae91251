"""Files that people send: judged by what they hold, drawn anew, looked into, quarantined."""

import socket
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from config.shared.filetypes import content_type_of
from registry import drafting, uploads
from registry.models import Attachment, Draft, Record
from registry.scanning import ScannerAway, scan
from tests.registry.test_fill import begin
from tests.support.forms import form, make_register, publish, question, section

# Every type that may come in; pictures of Apple's devices are kept as another.
KEPT = sorted(set().union(*uploads.ALLOWED.values()) - {"image/heic"})

pytestmark = pytest.mark.django_db

GPS, ORIENTATION = 0x8825, 0x0112
VIRUS = b"dangerous"


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 20)) -> bytes:
    """A picture with the place where it was taken, lying on its side."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS).update({1: "N", 2: (40.0, 22.0, 1.0), 3: "E", 4: (49.0, 50.0, 2.0)})
    made = BytesIO()
    Image.new("RGB", size, "red").save(made, format=kind, exif=exif)
    return made.getvalue()


def huge_png() -> bytes:
    """A few bytes that say they are 60,000 by 60,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        sum_ = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", sum_)

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"0")) + chunk(b"IEND", b"")
    )


@pytest.fixture
def draft(make_user, settings, tmp_path) -> Draft:
    settings.PRIVATE_ROOT = str(tmp_path)
    make_register("cases")
    version = publish(form("files", section("one", question("f", "file"))))
    user = make_user("social_worker", username="leyla")
    return Draft.objects.create(form_version=version, user=user, updated_at=timezone.now())


def store(draft: Draft, name: str, content: bytes, kind: str = "file") -> Attachment:
    answer = uploads.store(
        SimpleUploadedFile(name, content),
        kind=kind,
        draft=draft,
        user=draft.user,
        now=timezone.now(),
    )
    return Attachment.objects.get(uuid=answer["id"])


def content_of(attachment: Attachment) -> bytes:
    with attachment.file.open("rb") as file:
        return file.read()


class TestAPicture:
    @pytest.mark.parametrize(
        ("kind", "stored"),
        [("JPEG", "JPEG"), ("PNG", "PNG"), ("WEBP", "WEBP"), ("HEIF", "JPEG")],
    )
    def test_is_kept_upright_and_without_its_place(self, draft, kind, stored):
        kept = store(draft, "foto.bin", photo(kind))

        with Image.open(BytesIO(content_of(kept))) as picture:
            assert picture.format == stored
            assert picture.size in ((20, 40), (40, 20))
            assert not dict(picture.getexif())
        assert b"Exif" not in content_of(kept)

    def test_is_turned_as_the_camera_was_held(self, draft):
        with Image.open(BytesIO(content_of(store(draft, "a.jpg", photo())))) as picture:
            assert picture.size == (20, 40)

    def test_loses_what_is_appended_to_it(self, draft):
        made = BytesIO()
        Image.new("RGB", (2, 2)).save(made, "PNG")
        kept = store(draft, "a.png", made.getvalue() + b"<script>alert(1)</script>")

        assert b"script" not in content_of(kept)

    def test_is_refused_before_decoding_when_it_says_it_is_huge(self, draft):
        with pytest.raises(uploads.UploadRefused, match="50"):
            store(draft, "a.png", huge_png())

    def test_is_refused_when_it_is_damaged(self, draft):
        with pytest.raises(uploads.UploadRefused):
            store(draft, "a.jpg", photo()[:60])


class TestAFile:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.png", b"<html><script>alert(1)</script>"),
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            ("a.pdf", b"MZ\x90\x00" + b"\0" * 100),
            ("a.gif", b"GIF89a/*" + b"\0" * 30),
            ("a.txt", b"X5O!...$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"),
            ("a.url", b"[InternetShortcut]\nURL=http://x"),
            ("a.txt", b"[InternetShortcut]\nURL=http://x"),
            ("a.txt", b"\xef\xbb\xbf <!doctype html>"),
            ("a.png", b"\x1f\x8b\x08\x00"),
            ("a.pdf", b""),
        ],
    )
    def test_is_refused_when_it_could_act(self, draft, name, content):
        with pytest.raises(uploads.UploadRefused):
            store(draft, name, content)

    def test_is_refused_when_it_cannot_be_unpacked(self, draft):
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        content = bytearray(packed.getvalue())
        content[38:44] = b"\xff" * 6  # behind the header of 30 bytes and the name

        with pytest.raises(uploads.UploadRefused):
            store(draft, "a.odt", bytes(content))

    def test_is_deleted_with_its_draft_once_that_is_certain(
        self, draft, django_capture_on_commit_callbacks
    ):
        path = Path(store(draft, "a.txt", b"abc").file.path)

        with django_capture_on_commit_callbacks() as later:
            drafting.discard(draft)
        assert path.exists()
        assert not Attachment.objects.exists()

        for act in later:
            act()
        assert not path.exists()

    def test_may_be_plain_text(self, draft):
        kept = store(draft, "siyahı.csv", "ad;yaş\nƏli;5\n".encode())

        assert kept.content_type == "text/csv"

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("../../../etc/passwd", "passwd.png"),
            ("C:\\x.png", "x.png"),
            ("\u202egnp.exe", "gnp.exe.png"),
            ("a\r\nSet-Cookie: x=1.png", "aSet-Cookie: x=1.png"),
            ("ə ı İ.png", "ə ı İ.png"),
            ("A.PNG", "A.PNG"),
            (" ", "file.png"),
            ("...", "file.png"),
            ("x" * 300 + ".png", "x" * 200 + ".png"),
        ],
    )
    def test_is_shown_under_a_name_that_does_not_mislead(self, name, kept):
        assert uploads.kept_name(name, "image/png") == kept

    @pytest.mark.parametrize("kind", KEPT)
    @pytest.mark.parametrize("name", ["evil.hta", "evil.jar", "evil.exe", "evil.js", "evil"])
    def test_never_ends_in_what_a_program_ends_in(self, name, kind):
        assert uploads.kept_name(name, kind).endswith(uploads.SUFFIXES[kind])
        assert uploads.kept_name(name, kind) != name

    def test_is_no_other_type_because_an_archive_says_so(self):
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("mimetype", "text/plain")
        upload = SimpleUploadedFile("evil.txt", packed.getvalue())
        assert content_type_of(upload) == ""


class Clamd(threading.Thread):
    """A server that speaks clamd's INSTREAM; it finds a virus where VIRUS stands."""

    def __init__(self, listening: socket.socket) -> None:
        super().__init__(daemon=True)
        self.listening = listening
        self.received = b""

    def run(self) -> None:
        while True:
            try:
                visitor, _ = self.listening.accept()
            except OSError:
                return
            with visitor, visitor.makefile("rb") as stream:
                self.answer(visitor, stream)

    def answer(self, visitor: socket.socket, stream: Any) -> None:
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", stream.read(4))[0]:
            content += stream.read(length)
        self.received = content
        if b"too big" in content:
            visitor.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        elif VIRUS in content:
            visitor.sendall(b"stream: Test-Virus FOUND\0")
        else:
            visitor.sendall(b"stream: OK\0")


@pytest.fixture
def clamd() -> Iterator[tuple[Clamd, str]]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = Clamd(listening)
    server.start()
    yield server, f"tcp://127.0.0.1:{listening.getsockname()[1]}"
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    server.join(5)


class TestTheScanner:
    def test_is_sent_the_whole_file(self, clamd):
        server, url = clamd
        content = bytes(range(256)) * 1000

        assert scan([content[:70_000], content[70_000:]], url) == ""
        assert server.received == content

    def test_listens_on_a_unix_socket_too(self, tmp_path):
        path = str(tmp_path / "clamd")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path)
            listening.listen()
            server = Clamd(listening)
            server.start()
            assert scan([b"a " + VIRUS], f"unix://{path}") == "Test-Virus"
            listening.shutdown(socket.SHUT_RDWR)
            server.join(5)

    @pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "unix:///nowhere", "http://", "x"])
    def test_is_away_when_nobody_answers(self, url):
        with pytest.raises(ScannerAway):
            scan([b"a"], url)

    def test_is_away_when_it_could_not_look(self, clamd):
        with pytest.raises(ScannerAway, match="limit"):
            scan([b"too big"], clamd[1])

    def test_keeps_what_is_dangerous_out(self, draft, clamd, settings):
        settings.CLAMD_URL = clamd[1]
        with pytest.raises(uploads.UploadRefused):
            store(draft, "a.pdf", b"%PDF-1.4 " + VIRUS)

        assert not Attachment.objects.exists()
        assert not list(Path(settings.PRIVATE_ROOT).rglob("*"))

    def test_lets_in_what_is_clean(self, draft, clamd, settings):
        settings.CLAMD_URL = clamd[1]

        assert not store(draft, "a.pdf", b"%PDF-1.4").is_quarantined

    def test_makes_files_wait_while_it_is_away(self, draft, settings):
        settings.CLAMD_URL = "tcp://127.0.0.1:1"

        assert store(draft, "a.pdf", b"%PDF-1.4").is_quarantined

    def test_lets_nobody_release_what_they_sent_themself(self, client, draft, settings):
        settings.CLAMD_URL = "tcp://127.0.0.1:1"
        client.force_login(draft.user)
        sent = store(draft, "a.pdf", b"%PDF-1.4")
        url = reverse("portal:attachment", args=[sent.uuid])

        pages = [client.get(url), client.post(url)]

        assert [page.status_code for page in pages] == [200, 200]
        assert not any("%PDF" in page.text for page in pages)
        assert Attachment.objects.get().is_quarantined

    def test_may_make_people_send_later(self, draft, settings):
        settings.CLAMD_URL, settings.CLAMD_DOWN = "tcp://127.0.0.1:1", "refuse"
        with pytest.raises(uploads.UploadRefused):
            store(draft, "a.pdf", b"%PDF-1.4")


class TestAFileThatWasTakenOut:
    def test_is_thrown_away_after_some_days(
        self, draft, settings, django_capture_on_commit_callbacks
    ):
        kept, free = store(draft, "a.pdf", b"%PDF-1.4"), store(draft, "b.pdf", b"%PDF-1.4")
        Attachment.objects.filter(pk=free.pk).update(draft=None)
        folder = Path(settings.PRIVATE_ROOT)
        for days, left in ((1, 2), (3, 1)):
            later = timezone.now() + timedelta(days=days)
            with django_capture_on_commit_callbacks(execute=True):
                drafting.discard_unclaimed(later)
            assert Attachment.objects.count() == left
            assert sum(path.is_file() for path in folder.rglob("*")) == left

        assert Attachment.objects.get() == kept


class TestAStrangersFile:
    @pytest.fixture
    def reader(self, make_user, settings, tmp_path) -> Client:
        """A caseworker's browser, after a stranger has sent a document."""
        cache.clear()
        settings.PRIVATE_ROOT = str(tmp_path)
        make_register("cases")
        publish(form("tell", section("one", question("f", "file")), settings={"public": True}))
        stranger, document = Client(), SimpleUploadedFile("a.pdf", b"%PDF-1.4")
        stranger.post(reverse("citizen:begin", args=["tell"]))
        for step, data in (("one", {"f": document}), ("review", {})):
            body = {"wizard-current_step": step, **data}
            stranger.post(reverse("citizen:step", args=["tell", step]), body)
        client = Client()
        client.force_login(make_user("social_worker", username="leyla"))
        return client

    def test_belongs_to_the_record_it_was_sent_with(self, reader):
        assert Attachment.objects.get().submission.record == Record.objects.get()

    def test_is_handed_out_only_by_somebody_who_answers_for_it(self, reader):
        address = reverse("portal:attachment", args=[Attachment.objects.get().uuid])
        warning = reader.get(address)
        released = reader.post(address, follow=True)

        assert warning["Content-Type"].startswith("text/html")
        assert "a.pdf" in warning.content.decode()
        assert released["Content-Disposition"] == 'attachment; filename="a.pdf"'
        assert b"".join(released.streaming_content) == b"%PDF-1.4"

    def test_is_nothing_to_somebody_who_may_not_see_the_record(self, reader, make_user):
        address = reverse("portal:attachment", args=[Attachment.objects.get().uuid])
        other = Client()
        other.force_login(make_user("accountant"))

        assert other.get(address).status_code == 404
        assert other.post(address).status_code == 404
        assert Attachment.objects.get().is_quarantined

    def test_is_not_counted_without_end(self, settings, reader):
        settings.PUBLIC_LIMITS = {**settings.PUBLIC_LIMITS, "files": 0}
        stranger = Client()
        stranger.post(reverse("citizen:begin", args=["tell"]))
        body = {"wizard-current_step": "one", "f": SimpleUploadedFile("b.pdf", b"%PDF-1.4")}
        response = stranger.post(reverse("citizen:step", args=["tell", "one"]), body)

        assert response.status_code == 429


def test_text_is_served_as_text(client, make_user, settings, tmp_path):
    settings.PRIVATE_ROOT = str(tmp_path)
    make_register("cases")
    publish(form("files", section("one", question("f", "file"))))
    client.force_login(make_user("social_worker", username="leyla"))
    draft = begin(client, "files")
    store(draft, "a.txt", b"+ADw-script+AD4-")
    response = client.get(reverse("portal:attachment", args=[Attachment.objects.get().uuid]))

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == b"+ADw-script+AD4-"

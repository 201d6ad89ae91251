"""Files that are not what they begin like, and pictures that cost more than they show."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from config.shared import pictures
from config.shared.filetypes import content_type_of

MACRO = '<Override ContentType="application/vnd.ms-office.vbaProject" PartName="/word/x.bin"/>'
TEMPLATE = '<Relationship Type="x/attachedTemplate" TargetMode="External" Target="http://x/"/>'


def archive(**parts: str) -> bytes:
    """A zip with these parts; "__" in a name stands for "/", "_rels" and dots are kept."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name, content in parts.items():
            zipped.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def document(**parts: str) -> bytes:
    return archive(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "x", **parts})


def table(**parts: str) -> bytes:
    return archive(**{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "x", **parts})


def text_document(**parts: str) -> bytes:
    return archive(**{"mimetype": "application/vnd.oasis.opendocument.text", **parts})


DISGUISED = {
    "a page as sound.wav": b"<script>WAVE=1;alert(1)</script>",
    "a page as a picture.webp": b"<script>WEBP=1;alert(1)</script>",
    "a page as film.mp4": b"<!--ftypmp42--><script>alert(1)</script>",
    "a script as a picture.heic": b"/*  ftypheic*/alert(1)",
    "a page behind two marks.txt": b"\xef\xbb\xbf\xef\xbb\xbf<script>alert(1)</script>",
    "a page behind a wide space.txt": "\u00a0\u2003<script>alert(1)</script>".encode(),
    "macros under another name.docx": document(**{"[Content_Types].xml": MACRO}),
    "a template from elsewhere.docx": document(**{"word/_rels/settings.xml.rels": TEMPLATE}),
    "old macros.xlsx": table(xl__macrosheets__sheet1="x"),
    "basic.odt": text_document(Basic__Standard__Module1="x"),
    "python.odt": text_document(Scripts__python__x="x"),
}
HONEST = {
    "sound.wav": (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
    "film.mp4": (b"\0\0\0\x20ftypmp42", "video/mp4"),
    "letter.txt": ("\ufeffSalam, ə".encode(), "text/plain"),
    "letter.odt": (text_document(), "application/vnd.oasis.opendocument.text"),
}


class TestAFile:
    @pytest.mark.parametrize("name", DISGUISED)
    def test_that_only_begins_like_another_is_nothing_we_know(self, name: str) -> None:
        assert content_type_of(SimpleUploadedFile(name, DISGUISED[name])) == ""

    @pytest.mark.parametrize("name", HONEST)
    def test_that_is_what_it_says_is_known(self, name: str) -> None:
        content, kind = HONEST[name]
        assert content_type_of(SimpleUploadedFile(name, content)) == kind

    @pytest.mark.parametrize("parts", [document(), table()])
    def test_of_an_office_without_macros_is_known(self, parts: bytes) -> None:
        kind = content_type_of(SimpleUploadedFile("x", parts))
        assert kind.startswith("application/vnd.openxmlformats")


def jpeg_of(scans: int) -> bytes:
    """A small picture that is drawn over and over again: a second for every forty scans."""
    made = BytesIO()
    Image.new("L", (64, 64), 128).save(made, "JPEG", progressive=True)
    whole = made.getvalue()
    last = whole[whole.rfind(b"\xff\xc4", 0, whole.rfind(b"\xff\xda")) : -2]
    return whole[:-2] + last * scans + b"\xff\xd9"


class TestAPicture:
    def test_that_is_drawn_over_and_over_again_is_refused(self) -> None:
        with pytest.raises(pictures.NotAPicture):
            pictures.redrawn(BytesIO(jpeg_of(500)), "image/jpeg", 50_000_000)

    def test_of_the_usual_scans_is_taken(self) -> None:
        assert pictures.redrawn(BytesIO(jpeg_of(0)), "image/jpeg", 50_000_000)

    @pytest.mark.parametrize("size", [(1, 20_000), (20_000, 1)])
    def test_that_is_a_thread_is_refused_before_it_is_decoded(self, size) -> None:
        made = BytesIO()
        Image.new("1", size).save(made, "PNG")
        with pytest.raises(pictures.TooManyPixels):
            pictures.redrawn(made, "image/png", 50_000_000)

    def test_lying_on_its_side_is_stood_up(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        made = BytesIO()
        Image.new("RGB", (40, 20), "red").save(made, "JPEG", exif=exif)
        _kind, content = pictures.redrawn(made, "image/jpeg", 50_000_000)
        with Image.open(BytesIO(content)) as drawn:
            assert drawn.size == (20, 40)
            assert not dict(drawn.getexif())

"""Pictures drawn anew: what is kept shows the same and says nothing of where it was taken."""

from io import BytesIO
from threading import Lock
from typing import IO, Any

from PIL import Image, ImageOps, UnidentifiedImageError

try:
    import pillow_heif
except ImportError:  # then pictures of this kind are refused with a reason
    KINDS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
else:
    pillow_heif.register_heif_opener()
    KINDS = {
        "image/jpeg": "JPEG",
        "image/png": "PNG",
        "image/webp": "WEBP",
        "image/heic": "HEIF",
    }

QUALITY = 88
LONGEST_EDGE = 16_383  # pixels; a picture of one column costs ten times its pixels
# A JPEG is drawn in ten scans at most; one of thousands takes hours. Files inside it (a small
# preview) have theirs.
MOST_SCANS, SCAN = 60, b"\xff\xda"
# Fifty megapixels are 400 MB while they are drawn: one picture at a time in each process.
_drawing = Lock()


class TooManyPixels(Exception):
    """The picture says it is larger than we decode; `size` is (width, height)."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__(size)
        self.size = size


class NotAPicture(Exception):
    """The file begins like a picture and is none."""


def redrawn(
    file: IO[Any], content_type: str, most_pixels: int, longest: int = 0
) -> tuple[str, bytes]:
    """The content type and bytes of the picture, upright and without anything added to it;
    no edge longer than `longest` pixels unless that is 0.

    The size is judged by the header, before anything is decoded. What only Apple's devices
    show (HEIC) becomes JPEG. Raises TooManyPixels, NotAPicture.
    """
    try:
        with Image.open(file, formats=[KINDS[content_type]]) as picture:
            if picture.width * picture.height > most_pixels or max(picture.size) > LONGEST_EDGE:
                raise TooManyPixels(picture.size)
            if content_type == "image/jpeg" and _scans(file) > MOST_SCANS:
                raise NotAPicture("too many scans")
            with _drawing:
                return _redraw(picture, content_type, longest)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels((0, 0)) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise NotAPicture(str(error)) from error


def _scans(file: IO[Any]) -> int:
    """How often the file begins to draw; it is left where it was."""
    here = file.tell()
    file.seek(0)
    found: int = file.read().count(SCAN)
    file.seek(here)
    return found


def _redraw(picture: Any, content_type: str, longest: int) -> tuple[str, bytes]:
    kind = "image/jpeg" if content_type == "image/heic" else content_type
    upright = picture
    ImageOps.exif_transpose(upright, in_place=True)
    has_holes = kind != "image/jpeg" and upright.has_transparency_data
    if kind == "image/jpeg":
        mode = "L" if upright.mode == "L" else "RGB"
    else:
        mode = "RGBA" if has_holes else "RGB"
    clean = upright if upright.mode == mode else upright.convert(mode)
    clean.info.clear()
    if 0 < longest < max(clean.size):
        clean.thumbnail((longest, longest))
    made = BytesIO()
    clean.save(made, format=KINDS[kind], quality=QUALITY)
    return kind, made.getvalue()

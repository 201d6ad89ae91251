"""Pictures drawn anew: what is kept shows the same and says nothing of where it was taken."""

from io import BytesIO
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
            if picture.width * picture.height > most_pixels:
                raise TooManyPixels(picture.size)
            return _redraw(picture, content_type, longest)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels((0, 0)) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise NotAPicture(str(error)) from error


def _redraw(picture: Any, content_type: str, longest: int) -> tuple[str, bytes]:
    kind = "image/jpeg" if content_type == "image/heic" else content_type
    upright = ImageOps.exif_transpose(picture)
    has_holes = kind != "image/jpeg" and upright.has_transparency_data
    if kind == "image/jpeg":
        mode = "L" if upright.mode == "L" else "RGB"
    else:
        mode = "RGBA" if has_holes else "RGB"
    clean = upright.convert(mode)
    clean.info.clear()
    if 0 < longest < max(clean.size):
        clean.thumbnail((longest, longest))
    made = BytesIO()
    clean.save(made, format=KINDS[kind], quality=QUALITY)
    return kind, made.getvalue()

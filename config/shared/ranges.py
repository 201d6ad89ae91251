"""Handing out a stored file, or the part of it that a player asks for (RFC 9110, 14.2)."""

import re
from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def file_response(
    request: HttpRequest, file: Any, *, name: str, content_type: str, as_attachment: bool
) -> HttpResponse | StreamingHttpResponse:
    """The file `file` (a FieldFile), whole or in part.

    Players cannot jump without parts, and some do not play at all. Several parts at once are
    answered with the whole file, as the standard allows.
    """
    size = file.size
    asked = _asked(request, size)
    if asked == (0, 0):
        return _unsatisfiable(size)
    opened = file.open("rb")
    response: StreamingHttpResponse
    if asked is None:
        response = FileResponse(opened, content_type=content_type)
    else:
        start, end = asked
        opened.seek(start)
        response = FileResponse(
            _part(opened, end - start), status=206, content_type=content_type
        )
        response["Content-Length"] = str(end - start)
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    if content_type.startswith("text/"):
        response["Content-Type"] = f"{content_type}; charset=utf-8"
    if disposition := content_disposition_header(as_attachment, name):
        response["Content-Disposition"] = disposition
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _asked(request: HttpRequest, size: int) -> tuple[int, int] | None:
    """The part that is asked for as (start, end); (0, 0) for one that is not there."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:  # the last so many bytes
        count = min(int(found[2]), size)
        return (size - count, size) if count else (0, 0)
    start = int(found[1])
    end = min(int(found[2]) + 1, size) if found[2] else size
    return (start, end) if start < end else (0, 0)


def _unsatisfiable(size: int) -> HttpResponse:
    response = HttpResponse(status=416)
    response["Content-Range"] = f"bytes */{size}"
    return response


def _part(opened: Any, count: int) -> Iterator[bytes]:
    with opened:
        while count > 0 and (chunk := opened.read(min(CHUNK, count))):
            count -= len(chunk)
            yield chunk

"""Inputs for files: documents, pictures, recordings, signatures."""

from collections.abc import Mapping
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from forms_builder.rendering.filling import Filling
from forms_builder.rendering.kit import Kit, Node, Widget, looks_like

ACCEPTED = {
    "image": "image/jpeg,image/png,image/webp,image/heic",
    "audio": "audio/*",
    "video": "video/*",
}


def file(node: Node, kit: Kit) -> Widget:
    """An upload; a file sent before stays unless its removal is ticked."""
    accept = ACCEPTED.get(node["type"], "")
    accept = f' accept="{accept}"' if accept else ""
    help_ = accept + _capture(node) + _signature(node) + _recorder(node)
    remove, kind = escape(_("Remove this file")), node["type"]

    def draw(filling: Filling, path: str, value: Any, attributes: str) -> str:
        kept = ""
        if isinstance(value, Mapping) and value.get("id"):
            kept = (
                f'<div class="file-kept">{shown(value, kind, filling.file_url(value))}'
                f'<input type="hidden" name="{path}#keep" value="{escape(str(value["id"]))}">'
                f'<label class="cluster"><input type="checkbox" name="{path}#remove" value="1">'
                f"<span>{remove}</span></label></div>"
            )
        return f'{kept}<input type="file" id="q:{path}" name="{path}"{help_}{attributes}>'

    return Widget(draw)


def shown(answer: Mapping[str, Any], kind: str, url: str) -> str:
    """A stored file: its name, and the picture or a player where its reader may have it."""
    name, url = escape(str(answer.get("name", ""))), escape(url)
    if not url:
        return f"<span>{name}</span>"
    link = f'<a href="{url}">{name}</a>'
    if medium := medium_of(answer, kind):
        return f'<div class="medium">{play(medium, url, name)}{link}</div>'
    return f"<span>{link}</span>"


def medium_of(answer: Mapping[str, Any], kind: str) -> str:
    """How a file is shown on a page: "image", "audio", "video" or "" for a link alone.

    An MP4 that answers a question for sound is played as sound.
    """
    found = str(answer.get("type", "")).partition("/")[0]
    if found == "video" and kind == "audio":
        return "audio"
    return found if found in ("image", "audio", "video") else ""


def play(medium: str, url: str, name: str) -> str:
    """The element that shows a picture or plays a recording; all arguments are HTML."""
    if medium == "image":
        return f'<img src="{url}" alt="{name}" loading="lazy">'
    return f'<{medium} src="{url}" controls preload="none" aria-label="{name}"></{medium}>'


def _capture(node: Node) -> str:
    """`new` asks for one taken now: a phone opens its camera or recorder."""
    if looks_like(node, "new-front"):
        return ' capture="user"'
    return ' capture="environment"' if looks_like(node, "new", "new-rear") else ""


def _signature(node: Node) -> str:
    """Words for the pad that fill.js draws; without it a photo of the paper is sent."""
    if node["type"] != "image" or not looks_like(node, "signature", "draw"):
        return ""
    sign, clear = escape(_("Sign here with a finger or the mouse")), escape(_("Clear"))
    if looks_like(node, "draw"):
        sign = escape(_("Draw here with a finger or the mouse"))
    return f' data-signature="{sign}" data-says-clear="{clear}"'


def _recorder(node: Node) -> str:
    """Words for the recorder that fill.js adds; without it a recording is chosen."""
    words = {
        "stop": _("Stop recording"),
        "recording": _("Recording…"),
        "listen": _("What was recorded"),
    }
    if node["type"] == "audio":
        words |= {
            "record": _("Record sound"),
            "done": _("Recorded. Listen to it before you go on."),
            "denied": _("The microphone could not be used. Allow it, or choose a recording."),
        }
    elif node["type"] == "video":
        words |= {
            "record": _("Record a film"),
            "done": _("Recorded. Watch it before you go on."),
            "denied": _("The camera could not be used. Allow it, or choose a film."),
        }
    else:
        return ""
    said = "".join(f' data-says-{name}="{escape(word)}"' for name, word in words.items())
    return f' data-recorder="{node["type"]}"{said}'

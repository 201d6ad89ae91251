"""Message catalogues: collected from the code, compiled for Django, held complete.

GNU gettext is not needed: polib compiles, Babel (a development library) collects.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.utils.translation.template import templatize

OUR_APPS = ("config", "content", "forms_builder", "registry", "protocols")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
METADATA = {
    "Project-Id-Version": "Dayaq",
    "Language": "az",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
# (context, message, plural)
Message = tuple[str, str, str]


def compile_catalogs() -> list[Path]:
    """Write a .mo beside every .po that is newer than it; returns those written."""
    written = []
    for root in settings.LOCALE_PATHS:
        for source in Path(root).glob("*/LC_MESSAGES/*.po"):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                polib.pofile(str(source)).save_as_mofile(str(target))
                written.append(target)
    return written


def collect(domain: str) -> dict[Message, str]:
    """Every message of our code for `domain` ("django" or "djangojs"), with its place."""
    found: dict[Message, str] = {}
    for path in _sources(domain):
        for line, message in _messages_in(path):
            place = f"{path.relative_to(settings.BASE_DIR).as_posix()}:{line}"
            found.setdefault(message, place)
    return found


def update_catalog(domain: str) -> list[str]:
    """Add new messages to `locale/az`, drop unused ones; returns the untranslated ids."""
    path = catalog_path(domain)
    old = {_key(entry): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    catalog = polib.POFile(wrapwidth=96)
    catalog.metadata = METADATA
    for message, place in sorted(collect(domain).items(), key=lambda item: item[1]):
        entry = old.get(message) or _new_entry(message)
        entry.occurrences = [(place.rsplit(":", 1)[0], "")]
        catalog.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.save(str(path))
    return untranslated(catalog)


def catalog_path(domain: str) -> Path:
    """Our own Azerbaijani catalogue of `domain`."""
    return Path(settings.LOCALE_PATHS[0]) / "az" / "LC_MESSAGES" / f"{domain}.po"


def missing_messages(domain: str) -> list[str]:
    """Message ids of our code without an Azerbaijani text."""
    path = catalog_path(domain)
    catalog = polib.pofile(str(path)) if path.exists() else polib.POFile()
    translated = {_key(entry) for entry in catalog if _is_translated(entry)}
    return [message[1] for message in collect(domain) if message not in translated]


def untranslated(catalog: polib.POFile) -> list[str]:
    """Message ids of `catalog` that have no text yet."""
    return [entry.msgid for entry in catalog if not _is_translated(entry)]


def _is_translated(entry: polib.POEntry) -> bool:
    if entry.msgid_plural:
        return all(entry.msgstr_plural.get(number) for number in (0, 1))
    return bool(entry.msgstr)


def _key(entry: polib.POEntry) -> Message:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def _new_entry(message: Message) -> polib.POEntry:
    context, text, plural = message
    entry = polib.POEntry(msgid=text, msgctxt=context or None)
    if plural:
        entry.msgid_plural = plural
        entry.msgstr_plural = {0: "", 1: ""}
    if "%(" in text:
        entry.flags.append("python-format")
    return entry


def _sources(domain: str) -> Iterator[Path]:
    suffixes = {".js"} if domain == "djangojs" else {".py", ".html", ".txt"}
    for app in OUR_APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*")):
            if path.suffix in suffixes and "migrations" not in path.parts:
                yield path


def _messages_in(path: Path) -> Iterator[tuple[int, Message]]:
    from io import BytesIO

    from babel.messages.extract import extract

    text = path.read_text(encoding="utf-8")
    method = "javascript" if path.suffix == ".js" else "python"
    if path.suffix in {".html", ".txt"}:
        if "{%" not in text and "{{" not in text:
            return
        text = "\n".join(line.lstrip() for line in templatize(text, str(path)).split("\n"))
    for line, found, _comments, context in extract(
        method, BytesIO(text.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
    ):
        parts = [found] if isinstance(found, str) else [part for part in found if part]
        if context is not None:
            parts = [part for part in parts if part != context] or parts
        if parts and parts[0]:
            yield line, (context or "", parts[0], parts[1] if len(parts) > 1 else "")

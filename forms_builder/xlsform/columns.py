"""Headings of XLSForm sheets: their many spellings, and the language they name."""

import re
from dataclasses import dataclass

# What a heading of the survey sheet means; spellings that ODK tools accept.
SURVEY_ALIASES = {
    "command": "type",
    "tag": "name",
    "value": "name",
    "caption": "label",
    "relevance": "relevant",
    "calculate": "calculation",
    "readonly": "read_only",
    "constraining_message": "constraint_message",
    "jr:constraintmsg": "constraint_message",
    "requiredmsg": "required_message",
    "jr:requiredmsg": "required_message",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "guidance": "guidance_hint",
    "choicefilter": "choice_filter",
}
CHOICES_ALIASES = {"list name": "list_name", "value": "name", "caption": "label"}
SETTINGS_ALIASES = {
    "title": "form_title",
    "set_form_title": "form_title",
    "set form title": "form_title",
    "id_string": "form_id",
    "set_form_id": "form_id",
    "set form id": "form_id",
    "default language": "default_language",
}
ALIASES = {
    "survey": SURVEY_ALIASES,
    "choices": CHOICES_ALIASES,
    "external_choices": CHOICES_ALIASES,
    "settings": SETTINGS_ALIASES,
}
MEDIA = ("image", "audio", "video", "big-image")
KNOWN = {
    "survey": {
        "type", "name", "label", "hint", "guidance_hint", "required", "required_message",
        "relevant", "constraint", "constraint_message", "calculation", "choice_filter",
        "default", "read_only", "appearance", "repeat_count", "parameters", *MEDIA,
        "dayaq_sensitivity", "dayaq_searchable", "dayaq_save_to", "dayaq_lookup",
        "dayaq_retired", "dayaq_more", "dayaq_written",
    },
    "choices": {"list_name", "name", "label", "dayaq_retired"},
    "external_choices": {"list_name", "name", "label"},
    "settings": {"form_title", "form_id", "version", "default_language"},
    "entities": set[str](),
    "osm": set[str](),
    "dayaq": {"key", "value"},
}  # fmt: skip
TRANSLATABLE = {
    "survey": {
        "label", "hint", "guidance_hint", "constraint_message", "required_message", *MEDIA,
    },
    "choices": {"label"},
    "external_choices": {"label"},
}  # fmt: skip
# Prefixes that only say where pyxform puts the value in XML.
PREFIXES = ("bind", "control", "body", "media")

LANGUAGE_CODES = {
    "azərbaycan": "az", "azərbaycan dili": "az", "azərbaycanca": "az", "azerbaijani": "az",
    "azeri": "az", "english": "en", "anglais": "en", "ingles": "en", "french": "fr",
    "français": "fr", "francais": "fr", "russian": "ru", "русский": "ru", "spanish": "es",
    "español": "es", "espanol": "es", "portuguese": "pt", "português": "pt", "arabic": "ar",
    "swahili": "sw", "kiswahili": "sw", "turkish": "tr", "türkçe": "tr", "german": "de",
    "deutsch": "de", "georgian": "ka", "persian": "fa", "nepali": "ne", "hindi": "hi",
    "chichewa": "ny", "bahasa": "id", "amharic": "am", "somali": "so", "bengali": "bn",
}  # fmt: skip
LANGUAGE_NAMES = {
    "az": "Azərbaycan", "en": "English", "fr": "French", "ru": "Russian", "es": "Spanish",
    "pt": "Portuguese", "ar": "Arabic", "sw": "Swahili", "tr": "Turkish", "de": "German",
    "ka": "Georgian", "fa": "Persian", "ne": "Nepali", "hi": "Hindi", "ny": "Chichewa",
    "id": "Bahasa", "am": "Amharic", "so": "Somali", "bn": "Bengali",
}  # fmt: skip
_WITH_CODE = re.compile(r"\(([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)\)\s*$")
_BARE_CODE = re.compile(r"^[A-Za-z]{2,3}$")


@dataclass(frozen=True)
class Heading:
    """A heading: as written (`text`), what it means and in which language (`language_name`
    is that as written).

    `field` is "" for a column that XLSForm does not know.
    """

    text: str
    field: str = ""
    language: str = ""
    language_name: str = ""

    @property
    def meaning(self) -> tuple[str, str]:
        """Two headings with one meaning clash."""
        return (self.field or self.text, self.language)


def sheet_key(name: str) -> str:
    """A sheet's name as our tables write it; only technical Latin words are compared."""
    return name.strip().casefold()


# Marks of order and joining that word processors leave and nobody sees.
_UNSEEN = dict.fromkeys(
    [0xAD, 0x2060, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F)], None
)


def words_of(text: str) -> str:
    """A technical text as a person sees it: single spaces, no invisible letters."""
    return " ".join(text.translate(_UNSEEN).split())


def keyword(text: str) -> str:
    """A technical word for comparing: as seen, lower case."""
    return words_of(text).casefold()


def parse_heading(text: str, sheet: str, *, old_style: bool = False) -> Heading:
    """What the heading of a column means on `sheet` ("survey", "choices" ...).

    `old_style` workbooks write label:English with one colon.
    """
    shown = words_of(text)
    parts = [part.strip() for part in shown.split("::")]
    if old_style and len(parts) == 1 and not shown.startswith("jr:"):
        parts = [part.strip() for part in shown.split(":", 1)]
    if len(parts) > 1 and keyword(parts[0]) in PREFIXES and keyword(parts[1]) != "type":
        parts = parts[1:]  # bind::type is XML's type, not the question's
    field = field_of(parts[0], sheet)
    if not field or len(parts) > 2 or (len(parts) == 2 and field not in translatable(sheet)):
        return Heading(shown)
    name = parts[1] if len(parts) == 2 else ""
    return Heading(shown, field, language_code(name), name)


def field_of(word: str, sheet: str) -> str:
    """The canonical name of a column, or ""."""
    wanted = keyword(word)
    aliases = ALIASES.get(sheet, {})
    wanted = aliases.get(wanted, aliases.get(wanted.replace(" ", "_"), wanted))
    wanted = wanted.replace(" ", "_")
    return wanted if wanted in KNOWN[sheet] else ""


def translatable(sheet: str) -> set[str]:
    """The columns of `sheet` that may name a language."""
    return TRANSLATABLE.get(sheet, set())


def language_code(name: str) -> str:
    """The key of a language in labels: "en" for "English (en)"; unknown names stay."""
    name = " ".join(name.split())
    if match := _WITH_CODE.search(name):
        return match[1].casefold()
    if _BARE_CODE.match(name):
        return name.casefold()
    return LANGUAGE_CODES.get(keyword(name), name)


def language_title(code: str) -> str:
    """The language as a heading writes it; `language_code` reads it back."""
    name = LANGUAGE_NAMES.get(code, code)
    return f"{name} ({code})" if re.fullmatch(r"[a-z]{2,3}([-_][a-z0-9]+)*", code) else code

"""Authored text in several languages: {"az": "...", "en": "..."}."""

from collections.abc import Mapping

from django.utils.translation import get_language

Labels = Mapping[str, str]


def pick(labels: Labels | None, language: str | None = None) -> str:
    """The text in `language` (the active one by default), else az, en, or any other."""
    if not labels:
        return ""
    wanted = (language or get_language() or "az").split("-")[0]
    for code in (wanted, "az", "en"):
        if text := labels.get(code):
            return text
    return next((text for text in labels.values() if text), "")


def in_all(labels: Labels | None) -> str:
    """The text in every language, for what is kept for ever and read by anybody."""
    return " / ".join(dict.fromkeys(text for text in (labels or {}).values() if text))

"""Azerbaijani is complete: our own texts and Wagtail's."""

import ast
import re
from pathlib import Path

import polib
import pytest
import wagtail
from django.conf import settings

from config.shared import catalogs

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!\{)\{\w+\}")
APPS = [
    "",
    "admin",
    "images",
    "documents",
    "users",
    "snippets",
    "sites",
    "contrib/simple_translation",
    "contrib/typed_table_block",
    "locales",
    "embeds",
    "contrib/redirects",
    "contrib/settings",
]


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_text_of_ours_is_translated(domain):
    assert catalogs.missing_messages(domain) == []


def test_no_text_hides_in_an_f_string_where_it_is_not_collected():
    hidden = [
        f"{path.relative_to(settings.BASE_DIR)}:{call.lineno}"
        for app in catalogs.OUR_APPS
        for path in (settings.BASE_DIR / app).rglob("*.py")
        for joined in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in catalogs.KEYWORDS
    ]
    assert hidden == []


def _catalog_files():
    return [path for root in settings.LOCALE_PATHS for path in Path(root).glob("az/*/*.po")]


def test_placeholders_survive_translation():
    broken = []
    for path in _catalog_files():
        for entry in polib.pofile(str(path)):
            known = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
            texts = [entry.msgstr, *entry.msgstr_plural.values()]
            if any(set(PLACEHOLDER.findall(text)) - known for text in texts):
                broken.append(entry.msgid)
    assert broken == []


@pytest.mark.parametrize("app", APPS)
def test_wagtail_speaks_azerbaijani(app):
    base = Path(wagtail.__file__).parent / app / "locale" / "en" / "LC_MESSAGES"
    vendor = Path(settings.LOCALE_PATHS[1]) / "az" / "LC_MESSAGES"
    for name in ("django.po", "djangojs.po"):
        if not (base / name).exists():
            continue
        ours = {entry.msgid for entry in polib.pofile(str(vendor / name)) if entry.translated()}
        theirs = {entry.msgid for entry in polib.pofile(str(base / name)) if not entry.obsolete}
        assert theirs - ours == set()


def test_labels_do_not_begin_with_a_letter_that_is_capitalized_wrongly():
    """Django capitalizes labels without knowing that the capital of i is İ here."""
    from django.apps import apps
    from django.utils.text import capfirst

    wrong = [
        f"{field.model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete
        and str(field.verbose_name) != field.name.replace("_", " ")  # named for people
        and str(field.verbose_name).startswith("i")
        and capfirst(str(field.verbose_name)).startswith("I")
        and model._meta.app_label
        in {"accounts", "forms_builder", "content", "registry", "protocols"}
    ]
    assert wrong == []

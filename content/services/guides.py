"""Writing guides."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.utils.text import slugify

from config.accounts.actors import Actor
from config.shared import definitions
from config.shared.text import fold
from content.markdown import guide_from_markdown
from content.models import GuideIndexPage, GuidePage, GuideVersion
from content.services.site import ensure_site

FIELDS = {
    "title": "title",
    "title_en": "title_en",
    "audience": "audience",
    "duration_minutes": "duration_minutes",
    "related_forms": "related_forms",
    "related_protocols": "related_protocols",
    "seed_refs": "seed_refs",
    "open": "is_open",
    "what_changed": "what_changed",
}


@transaction.atomic
def save_guide(code: str, spec: Mapping[str, Any], actor: Actor) -> GuidePage:
    """Make `spec` the newest draft of guide `code` in `spec["language"]` (az by default).

    `spec`: title, title_en, audience, duration_minutes, body (raw stream data),
    related_forms, related_protocols, open, what_changed. Nothing is published; a draft
    that already says the same makes no new revision.
    """
    language = spec.get("language", "az")
    found = GuidePage.objects.filter(code=code, locale__language_code=language).first()
    draft = found.get_latest_revision_as_object() if found else _new(code, spec, language)
    before = draft.build_spec() if found else None
    _apply(draft, spec)
    if found is None:
        _index(language).add_child(instance=draft)
    if draft.build_spec() != before:
        draft.save_revision(user=actor.user, log_action=True, clean=False)
    saved: GuidePage = GuidePage.objects.get(pk=draft.pk)
    return saved


def publish_guide(guide: GuidePage, *, actor: Actor, now: datetime) -> GuideVersion:
    """Publish the newest draft; the version in force afterwards."""
    definition = cast(definitions.Definition, guide)
    version: GuideVersion = definitions.publish(definition, actor=actor.user, now=now)
    return version


def _index(language: str) -> GuideIndexPage:
    """The list of guides in `language`."""
    ensure_site()
    page: GuideIndexPage = GuideIndexPage.objects.get(locale__language_code=language)
    return page


def _new(code: str, spec: Mapping[str, Any], language: str) -> GuidePage:
    """An unsaved guide; a translation has the address and key of the guide it translates."""
    guide = GuidePage(code=code, live=False, locale=_index(language).locale)
    twin = GuidePage.objects.filter(code=code).first()
    guide.slug = twin.slug if twin else slugify(fold(spec["title"]))[:80] or slugify(code)
    if twin:
        guide.translation_key = twin.translation_key
    return guide


def _apply(draft: GuidePage, spec: Mapping[str, Any]) -> None:
    """Set the fields of `draft` that `spec` names."""
    for theirs, ours in FIELDS.items():
        if theirs in spec:
            setattr(draft, ours, spec[theirs])
    if "body" in spec:
        body = draft._meta.get_field("body").stream_block
        draft.body = body.normalize(body.to_python(list(spec["body"])))


__all__ = ["guide_from_markdown", "publish_guide", "save_guide"]

"""A service as schema.org GovernmentService, for search engines."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from config.shared.labels import pick

_ESCAPES = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


def government_service(spec: Mapping[str, Any], url: str, language: str) -> dict[str, Any]:
    """The JSON-LD of a published service in `language`."""
    groups = [pick(group, language) for group in spec["target_groups"]]
    data = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": url,
        "url": url,
        "name": pick(spec["labels"], language),
        "description": pick(spec["description"], language),
        "inLanguage": language,
        "serviceType": pick(spec["form"][0], language) if spec["form"] else "",
        "areaServed": {"@type": "Country", "name": "Azerbaijan"},
        "provider": [_provider(term, language) for term in spec["providing_agencies"]],
        "audience": [{"@type": "Audience", "audienceType": group} for group in groups],
    }
    return {key: value for key, value in data.items() if value}


def _provider(term: Mapping[str, str], language: str) -> dict[str, str]:
    """An organization that gives the service."""
    return {"@type": "GovernmentOrganization", "name": pick(term, language)}


def breadcrumbs(trail: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The way from the home page as JSON-LD; `trail` is (name, absolute address)."""
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": url}
        for place, (name, url) in enumerate(trail, start=1)
    ]
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": items,
    }


def script_text(data: Any) -> SafeString:
    """`data` as JSON that cannot end the script element it stands in."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308

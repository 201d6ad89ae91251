"""What the browser needs of a form version to help while it is filled."""

import json
from collections import OrderedDict

from forms_builder.models import FormVersion
from forms_builder.rendering.structure import places_of

_kept: OrderedDict[str, str] = OrderedDict()
KEPT = 100


def definition_json(version: FormVersion) -> str:
    """`{"compiled": ..., "filtered": [paths of questions whose choices depend on answers]}`."""
    if version.sha256 not in _kept:
        filtered = {
            place.path: place.node.get("list", "")
            for place in places_of(version.spec).values()
            if "choice_filter" in place.node
        }
        _kept[version.sha256] = json.dumps(
            {"compiled": version.compiled, "filtered": filtered}, ensure_ascii=False
        )
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return _kept[version.sha256]

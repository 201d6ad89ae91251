"""The widget of every question type: `widget_of(node, kit)` gives what draws its inputs.

A drawn input is HTML; nothing here touches django.forms.
"""

from collections.abc import Callable, Sequence

from forms_builder.rendering.choice_widgets import rank, select_multiple, select_one
from forms_builder.rendering.file_widgets import file
from forms_builder.rendering.kit import Kit, Node, Widget, looks_like
from forms_builder.rendering.place_widgets import geopoint, points
from forms_builder.rendering.typed_widgets import (
    acknowledge,
    barcode,
    date,
    moment,
    number,
    range_,
    text,
    time,
)


def widget_of(node: Node, kit: Kit) -> Widget:
    """The widget for a question node; an unknown type is answered as text."""
    return WIDGETS.get(node.get("type", "text"), text)(node, kit)


WIDGETS: dict[str, Callable[[Node, Kit], Widget]] = {
    "text": text,
    "barcode": barcode,
    "integer": number,
    "decimal": number,
    "range": range_,
    "date": date,
    "time": time,
    "dateTime": moment,
    "select_one": select_one,
    "select_multiple": select_multiple,
    "rank": rank,
    "acknowledge": acknowledge,
    "image": file,
    "audio": file,
    "video": file,
    "file": file,
    "geopoint": geopoint,
    "geotrace": points,
    "geoshape": points,
}

__all__: Sequence[str] = ["WIDGETS", "Kit", "Widget", "looks_like", "widget_of"]

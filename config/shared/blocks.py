"""Blocks that several editors use."""

from typing import Any

from wagtail import blocks


class LoneTextBlock(blocks.CharBlock):
    """A text that is a whole row of a list.

    Wagtail draws no label for such an input, so the input carries its name itself.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field.widget.attrs["aria-label"] = self.meta.label

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """To migrations it is any text: how it is drawn is nothing to them."""
        path, args, kwargs = super().deconstruct()
        is_plain = type(self) is LoneTextBlock
        return ("wagtail.blocks.CharBlock" if is_plain else path), args, kwargs

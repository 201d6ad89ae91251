"""Parts of editing screens: where something is used."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel

from forms_builder.usage import usages


class UsagePanel(Panel):
    """Every place that uses this row; `kind` is a kind of `forms_builder.usage`."""

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("heading", _("Where it is used"))
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clone_kwargs(self) -> dict[str, Any]:
        """What a copy of this panel is made with."""
        return {**super().clone_kwargs(), "kind": self.kind}

    class BoundPanel(Panel.BoundPanel):
        """The panel of one row."""

        template_name = "content/admin/usage_panel.html"

        def is_shown(self) -> bool:
            """Only for a row that exists."""
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the usages, asked for now."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["usages"] = usages(self.panel.kind, self.instance.code)
            return context

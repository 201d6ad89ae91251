"""Choosing a snippet in the admin."""

from typing import Any

from django.utils.functional import cached_property
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.widgets import AdminSnippetChooser


class SteadyChooser(AdminSnippetChooser):
    """Wagtail's chooser; what cannot be the number of a row shows as nothing chosen."""

    def get_instance(self, value: Any) -> Any:
        """The chosen row or None; the form says what was wrong with the number."""
        try:
            return super().get_instance(value)
        except (ValueError, TypeError):
            return None


class SteadyChooserViewSet(SnippetChooserViewSet):
    """For `chooser_viewset_class` of a viewset of snippets."""

    @cached_property
    def widget_class(self) -> SteadyChooser:
        """The widget of every foreign key to these snippets."""
        return SteadyChooser(model=self.model, icon=self.icon)

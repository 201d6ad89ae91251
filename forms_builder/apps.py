"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FormsBuilderConfig(AppConfig):
    """What may be asked."""

    name = "forms_builder"
    label = "forms_builder"
    verbose_name = _("Forms")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Answer which forms use a list."""
        from forms_builder import uses

        uses.register()

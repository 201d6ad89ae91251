"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    """What was answered."""

    name = "registry"
    label = "registry"
    verbose_name = _("Registry")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer our checks to the forms, and ask for the indexes that searching needs."""
        from config.shared.db import trigram_index
        from registry import plugins
        from registry.services import rebuilding

        plugins.connect()
        assert rebuilding  # it hears what is published

        for column in ("search_internal", "search_personal", "search_sensitive"):
            trigram_index("registry_record", column)

"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProtocolsConfig(AppConfig):
    """What happens next."""

    name = "protocols"
    label = "protocols"
    verbose_name = _("Protocols")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the registry and fill its places."""
        from protocols import handlers, plugins

        plugins.install()
        assert handlers

"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharedConfig(AppConfig):
    """What every app may use."""

    name = "config.shared"
    label = "shared"
    verbose_name = _("Shared")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make a frozen version whenever Wagtail publishes a definition."""
        from wagtail.signals import published

        from config.shared.definitions import freeze_on_publish

        published.connect(freeze_on_publish, dispatch_uid="freeze_on_publish")

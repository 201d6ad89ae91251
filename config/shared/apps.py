"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharedConfig(AppConfig):
    """What every app may use."""

    name = "config.shared"
    label = "shared"
    verbose_name = _("Shared")
    default_auto_field = "django.db.models.BigAutoField"

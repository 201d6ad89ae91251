"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """The ministry's demo configuration."""

    name = "config.demo"
    label = "demo"
    verbose_name = _("Demo configuration")
    default_auto_field = "django.db.models.BigAutoField"

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
        """Freeze a version on every publication; look at the database around `migrate`."""
        from django.core.checks import Tags, register
        from django.db.models.signals import post_migrate, pre_migrate
        from wagtail.signals import published

        from config.shared.checks import check_database
        from config.shared.db import create_cache_table, create_trigram_indexes
        from config.shared.definitions import freeze_on_publish

        register(check_database, Tags.database)
        pre_migrate.connect(create_cache_table, sender=self)
        post_migrate.connect(create_trigram_indexes, sender=self)
        published.connect(freeze_on_publish, dispatch_uid="freeze_on_publish")

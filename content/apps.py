"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    """What people read."""

    name = "content"
    label = "content"
    verbose_name = _("Content")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer our lists to forms, answer who uses what, keep the site's frame."""
        from content import choice_sources, handlers, rendering, usage
        from content.models import VulnerableGroup

        choice_sources.register()
        usage.register()
        rendering.register()
        post_migrate.connect(handlers.make_site, sender=self, dispatch_uid="content.make_site")
        post_save.connect(
            handlers.reindex_services,
            sender=VulnerableGroup,
            dispatch_uid="content.reindex_services",
        )

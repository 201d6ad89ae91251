"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People and their appointments."""

    name = "config.accounts"
    label = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the language that Wagtail knows and ours the same."""
        from django.db.models.signals import post_save
        from wagtail.users.models import UserProfile

        from config.accounts import handlers
        from config.accounts.models import User

        post_save.connect(handlers.tell_wagtail, sender=User)
        post_save.connect(handlers.hear_wagtail, sender=UserProfile)

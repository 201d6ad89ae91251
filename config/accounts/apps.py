"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's pages for accounts, with ours among them."""

    user_viewset = "config.accounts.users.UserViewSet"


class AccountsConfig(AppConfig):
    """People and their appointments."""

    default = True
    name = "config.accounts"
    label = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep one language a person, and the accounts of those who acted."""
        from django.db.models.signals import post_save, pre_delete
        from wagtail.users.models import UserProfile

        from config.accounts import handlers, keeping
        from config.accounts.models import User

        post_save.connect(handlers.tell_wagtail, sender=User)
        post_save.connect(handlers.hear_wagtail, sender=UserProfile)
        pre_delete.connect(keeping.refuse_used, sender=User)

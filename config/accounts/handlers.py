"""One language a person: ours and the one that Wagtail keeps in its profile."""

from typing import Any

from wagtail.users.models import UserProfile

from config.accounts.models import User


def tell_wagtail(sender: Any, instance: User, **kwargs: Any) -> None:
    """Speak the person's language in the admin too."""
    fields = kwargs.get("update_fields")
    if kwargs.get("raw") or (fields is not None and "language" not in fields):
        return
    UserProfile.objects.update_or_create(
        user=instance, defaults={"preferred_language": instance.language}
    )


def hear_wagtail(sender: Any, instance: UserProfile, **kwargs: Any) -> None:
    """Keep the language that the person chose in the admin's account page."""
    if kwargs.get("raw") or instance.preferred_language not in ("az", "en"):
        return
    User.objects.filter(pk=instance.user_id).exclude(
        language=instance.preferred_language
    ).update(language=instance.preferred_language)

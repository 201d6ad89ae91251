"""Settings of a developer's machine and of the demo."""

from .base import *  # noqa: F403
from .base import env

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env("SECRET_KEY", default="for-this-machine-only")
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

"""Settings of a developer's machine; `manage.py` uses them unless told otherwise."""

from .base import *  # noqa: F403
from .base import BASE_DIR, env
from .local import kept_secret
from .logs import plain_logging

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env("SECRET_KEY", default="") or kept_secret(BASE_DIR / ".data" / "secret_key")
if not env("EMAIL_URL", default=""):
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
LOGGING = plain_logging(env("LOG_LEVEL", default="INFO"))

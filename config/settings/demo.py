"""Settings of `make demo`: what a server does, on one machine and without TLS."""

from .dev import *  # noqa: F403
from .dev import env
from .logs import plain_logging

DEBUG = False
# Whoever opens the demo to the network (HOST) reaches it under names we cannot know.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
WHITENOISE_AUTOREFRESH = False
LOGGING = plain_logging(env("LOG_LEVEL", default="WARNING"))

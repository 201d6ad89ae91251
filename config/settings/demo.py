"""Settings of `make demo`: what a server does, on one machine and without TLS."""

from .dev import *  # noqa: F403
from .dev import env
from .logs import plain_logging

DEBUG = False
HOST = env("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
WEB_WORKERS = env.int("WEB_WORKERS", default=2)
# Whoever opens the demo to the network (HOST) reaches it under names we cannot know.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
WHITENOISE_AUTOREFRESH = False
LOGGING = plain_logging(env("LOG_LEVEL", default="WARNING"))

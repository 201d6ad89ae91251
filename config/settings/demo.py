"""Settings of `make demo`: what a server does, on one machine and without TLS."""

from .dev import *  # noqa: F403
from .dev import HOST, env
from .logs import plain_logging

DEBUG = False
# Whoever opens the demo to the network (HOST) reaches it under names we cannot know; nobody
# else has to, and a strange name on this machine is a page that wants to read ours.
LOCAL = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=LOCAL if HOST in ("127.0.0.1", "localhost", "::1") else ["*"]
)
WHITENOISE_AUTOREFRESH = False
LOGGING = plain_logging(env("LOG_LEVEL", default="WARNING"))

"""How often something may be done from one address, counted in the shared cache."""

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

HOUR = 3600


def address_of(request: HttpRequest) -> str:
    """The visitor's address; in production as the trusted proxies report it."""
    return str(get_adapter(request).get_client_ip(request))


def within(scope: str, who: str, limit: int, window: int = HOUR) -> bool:
    """Count one more act of `who`; False when there were `limit` in this window (seconds).

    Two requests at the same moment may count as one: the limits are against floods.
    """
    key = f"limit:{scope}:{who}:{int(time.time() // window)}"
    cache.add(key, 0, window)
    try:
        return cache.incr(key) <= limit
    except ValueError:  # the window ended between the two calls
        return True

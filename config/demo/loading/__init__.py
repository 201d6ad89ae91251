"""Loading the demo configuration through the same services that an admin's clicks call.

Every step is idempotent: what is there already, and the same, is left alone.
"""

from datetime import datetime

from config.accounts.actors import Actor
from config.demo.loading.catalogue import load_catalogue
from config.demo.loading.definitions import load_definitions
from config.demo.loading.people import load_people

LOADER = "load_demo"


def load_configuration(now: datetime) -> None:
    """Places, bodies, people, lists, registers, forms, services, protocols, guides."""
    actor = Actor.system(LOADER)
    load_catalogue(actor)
    load_people(now)
    load_definitions(actor, now)

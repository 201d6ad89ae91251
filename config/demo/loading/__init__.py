"""Loading the demo configuration through the same services that an admin's clicks call.

Every step is idempotent: what is there already, and the same, is left alone.
"""

from datetime import datetime

from django.db import transaction

from config.accounts.actors import Actor
from config.demo.loading.catalogue import load_catalogue
from config.demo.loading.definitions import load_definitions
from config.demo.loading.locations import load_locations
from config.demo.loading.people import load_people
from config.shared.memo import request_memo

LOADER = "load_demo"


@transaction.atomic
def load_configuration(now: datetime) -> None:
    """Places, bodies, people, lists, registers, forms, services, protocols, guides, offices.

    All of it or nothing; what is published stays the same between two publications, so it is
    read as a request would read it: once.
    """
    actor = Actor.system(LOADER)
    load_catalogue(actor)
    load_people(now)
    with request_memo():
        load_definitions(actor, now)
    load_locations(actor)

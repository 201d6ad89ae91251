"""What content does when something else happens."""

from typing import Any

from django.db import connections

from content.models import HomePage, Service, VulnerableGroup
from content.search import service_index
from content.services import ensure_site


def make_site(using: str, **kwargs: Any) -> None:
    """After migrating (or emptying) the database: the home pages of the public site."""
    tables = connections[using].introspection.table_names()
    if HomePage._meta.db_table in tables:
        ensure_site()


def reindex_services(instance: VulnerableGroup, **kwargs: Any) -> None:
    """A group has new words: the services made for it are found by them."""
    for service in Service.objects.filter(target_groups=instance):
        service.search_index = service_index(service)
        service.save(update_fields=["search_index"])

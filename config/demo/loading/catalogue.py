"""Places, organizations, legal acts and groups of people."""

from config.accounts.actors import Actor
from config.demo.pack import labels, pack
from content.models import LegalAct, Place
from content.services import (
    ensure_site,
    save_group,
    save_legal_act,
    save_organization,
    save_place,
)

KINDS = {"rayon": Place.Kind.DISTRICT, "city": Place.Kind.CITY}
ACT_STATUSES = {
    "in_force": LegalAct.Status.IN_FORCE,
    "draft": LegalAct.Status.DRAFT,
    "planned": LegalAct.Status.PLANNED,
    "ended": LegalAct.Status.ENDED,
}


def load_catalogue(actor: Actor) -> None:
    """Everything that definitions refer to."""
    ensure_site()
    load_places(actor)
    load_organizations(actor)
    for act in pack("legal_acts"):
        status = ACT_STATUSES.get(act["status"], act["status"])
        save_legal_act(act["code"], {**act, "status": status}, actor)
    for group in pack("vulnerable_groups"):
        save_group(group["code"], group, actor)


def load_places(actor: Actor) -> None:
    """Economic regions with their districts and cities."""
    for region in pack("regions"):
        parent = save_place(
            region["code"],
            kind=Place.Kind.REGION,
            labels=labels(region, "name"),
            other_names=region.get("short_az", ""),
            actor=actor,
        )
        for unit in region["units"]:
            save_place(
                unit["code"],
                kind=KINDS[unit["kind"]],
                labels=labels(unit, "name"),
                parent=parent,
                iso_code=unit.get("iso3166_2", ""),
                actor=actor,
            )


def load_organizations(actor: Actor) -> None:
    """Bodies, parents before those below them."""
    waiting = list(pack("agencies"))
    done: set[str] = set()
    while waiting:
        ready = [body for body in waiting if not body["parent"] or body["parent"] in done]
        if not ready:
            raise ValueError("agencies.json: a parent is missing or its own child")
        for body in ready:
            save_organization(body["code"], body, actor)
            done.add(body["code"])
        waiting = [body for body in waiting if body["code"] not in done]

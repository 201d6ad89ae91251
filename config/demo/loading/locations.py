"""Where people are received: invented offices, one in each economic region."""

from collections.abc import Iterator, Mapping
from typing import Any

from config.accounts.actors import Actor
from config.demo.pack import pack
from content.services import offer_at_location, save_location
from content.services.places import place_code

AGENCY = "sxa"
OPEN = {
    "schedule_az": "Bazar ertəsi – cümə: 09:00–18:00\nNahar fasiləsi: 13:00–14:00",
    "schedule_en": "Monday to Friday: 9:00–18:00\nLunch break: 13:00–14:00",
}
RAMP = {
    "accessibility_az": "Pandus var, qəbul birinci mərtəbədədir.",
    "accessibility_en": "There is a ramp; people are received on the ground floor.",
}


def load_locations(actor: Actor) -> None:
    """The agency's offices, and what is given there. Streets and numbers are invented."""
    given = [one["code"] for one in pack("services") if AGENCY in one["providing_agencies"]]
    for place, spec in offices():
        location = save_location(AGENCY, place, spec, actor)
        for service in given:
            offer_at_location(service, location)


def offices() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The place and the description of each office."""
    for number, region in enumerate(pack("regions"), start=1):
        town = region["units"][0]
        yield (
            place_code("region", region["code"]),
            {
                "title_az": f"{region['short_az']} ərazi şöbəsi (nümunə)",
                "title_en": f"Regional office {number} (sample)",
                "address_az": f"{town['name_az']}, Nümunə küçəsi {number}",
                "address_en": f"{town['name_en']}, Sample Street {number}",
                "phones": f"+994 12 000 00 {number:02}",
                **OPEN,
                **RAMP,
            },
        )

"""What people read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.shared.labels import pick


class Place(models.Model):
    """A region, district or city; `code` is the value that forms store."""

    class Kind(models.TextChoices):
        """Levels of the country."""

        REGION = "region", _("economic region")
        DISTRICT = "district", _("district")
        CITY = "city", _("city")
        CITY_DISTRICT = "city_district", _("city district")

    code = models.SlugField(_("code"), max_length=63, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True
    )
    title_az = models.CharField(_("title in Azerbaijani"), max_length=255)
    title_en = models.CharField(_("title in English"), max_length=255, blank=True)
    iso_code = models.CharField(_("ISO 3166-2"), max_length=10, blank=True)

    def __str__(self) -> str:
        return pick({"az": self.title_az, "en": self.title_en})


class Organization(models.Model):
    """A body that provides services or takes part in cases (HSDS organization)."""

    code = models.SlugField(_("code"), max_length=63, unique=True)
    title_az = models.CharField(_("title in Azerbaijani"), max_length=255)
    title_en = models.CharField(_("title in English"), max_length=255, blank=True)
    abbreviation = models.CharField(_("abbreviation"), max_length=63, blank=True)
    kind = models.CharField(_("kind"), max_length=63, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True
    )

    def __str__(self) -> str:
        return pick({"az": self.title_az, "en": self.title_en})

"""Regions, districts, cities, and the addresses where services are given."""

from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.shared.labels import pick
from config.shared.memo import forget
from config.shared.text import fold, sort_key


class Titled(models.Model):
    """A row with a title in az and en, found by its folded words, sorted by the alphabet."""

    title_az = models.CharField(_("title in Azerbaijani"), max_length=255)
    title_en = models.CharField(_("title in English"), max_length=255, blank=True)
    title_fold = models.TextField(editable=False, default="", blank=True)
    # The keys are made for the order of bytes; a server set up in Azerbaijani has another.
    title_sort = models.CharField(
        editable=False, default="", blank=True, max_length=255, db_collation="C"
    )
    changed_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the search and sort columns in step with the titles."""
        words = [self.title_az, self.title_en, *self.searched_words()]
        self.title_fold = fold(" ".join(word for word in words if word))
        self.title_sort = sort_key(self.title_az)[:255]
        super().save(*args, **kwargs)
        forget()

    @property
    def title(self) -> str:
        """The title in the active language."""
        return pick(self.labels)

    @property
    def alphabetical(self) -> str:
        """What puts the titles into alphabetical order in the active language."""
        title = self.title
        return self.title_sort if title == self.title_az else sort_key(title)

    @property
    def labels(self) -> dict[str, str]:
        """The title in every language it has."""
        return {k: v for k, v in (("az", self.title_az), ("en", self.title_en)) if v}

    def searched_words(self) -> list[str]:
        """What this row is found by, besides its titles."""
        return []


class PlaceQuerySet(models.QuerySet["Place"]):
    """Places by level."""

    def regions(self) -> Self:
        """Economic regions."""
        return self.filter(kind=Place.Kind.REGION)

    def districts(self) -> Self:
        """Districts and cities: the level that forms call "district"."""
        return self.filter(kind__in=[Place.Kind.DISTRICT, Place.Kind.CITY])


class Place(Titled):
    """A region, district or city.

    `value` is what forms store. `code` is unique among all places: the same as `value`,
    except that a region has "region_" before it (Baku is a city and a region).
    """

    class Kind(models.TextChoices):
        """Levels of the country."""

        REGION = "region", _("economic region")
        DISTRICT = "district", _("district")
        CITY = "city", _("city")
        CITY_DISTRICT = "city_district", _("city district")

    code = models.SlugField(_("code"), max_length=63, unique=True)
    value = models.SlugField(
        _("value in forms"),
        max_length=63,
        blank=True,
        help_text=_("Empty: the same as the code."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
        verbose_name=_("lies in"),
    )
    iso_code = models.CharField(_("ISO 3166-2"), max_length=10, blank=True)
    other_names = models.TextField(
        _("other names"), blank=True, help_text=_("Names people also use, one a line.")
    )
    note = models.TextField(_("note"), blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["title_sort", "code"]
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="place_value_once_in_kind"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Forms store the code unless another value was given."""
        self.value = self.value or self.code
        super().save(*args, **kwargs)

    def searched_words(self) -> list[str]:
        """Names people also use."""
        return self.other_names.splitlines()


class Location(Titled):
    """An address where an organization receives people (HSDS location).

    A confidential location, such as a shelter, never leaves the admin: no page, API or
    export shows it.
    """

    organization = models.ForeignKey(
        "content.Organization",
        models.PROTECT,
        related_name="locations",
        verbose_name=_("organization"),
    )
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="locations", verbose_name=_("place")
    )
    address_az = models.CharField(_("address in Azerbaijani"), max_length=500, blank=True)
    address_en = models.CharField(_("address in English"), max_length=500, blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    phones = models.TextField(_("phones"), blank=True, help_text=_("One a line."))
    schedule_az = models.TextField(_("opening hours in Azerbaijani"), blank=True)
    schedule_en = models.TextField(_("opening hours in English"), blank=True)
    accessibility_az = models.TextField(_("accessibility in Azerbaijani"), blank=True)
    accessibility_en = models.TextField(_("accessibility in English"), blank=True)
    is_confidential = models.BooleanField(
        _("confidential"),
        default=False,
        help_text=_("Shelters: the address is never shown outside the admin."),
    )

    class Meta:
        ordering = ["title_sort", "pk"]
        verbose_name = _("location")
        verbose_name_plural = _("locations")

    @property
    def address(self) -> str:
        """The address in the active language."""
        return pick({"az": self.address_az, "en": self.address_en})

    @property
    def schedule(self) -> str:
        """The opening hours in the active language."""
        return pick({"az": self.schedule_az, "en": self.schedule_en})

    @property
    def accessibility(self) -> str:
        """What makes the place easy or hard to enter, in the active language."""
        return pick({"az": self.accessibility_az, "en": self.accessibility_en})

    @property
    def phone_list(self) -> list[str]:
        """The phone numbers, one each."""
        return [line.strip() for line in self.phones.splitlines() if line.strip()]

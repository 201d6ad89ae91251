"""Organizations, legal acts, groups of people and the services made for them."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.fields import StreamField
from wagtail.models import PreviewableMixin

from config.shared.definitions import Definition, DefinitionVersion
from config.shared.labels import pick
from config.shared.problems import Problem
from content import passport
from content.blocks import DocumentBlock, ReasonBlock, StepBlock
from content.fields import CodeField, CodesField
from content.models.places import Location, Titled
from content.search import service_index


class Organization(Titled):
    """A body that provides services or takes part in cases (HSDS organization).

    `data_roles` say what it does with data ("owner", "provider"); `named_in_seeds` is
    false for bodies that the ministry's own papers do not name.
    """

    code = models.SlugField(_("code"), max_length=63, unique=True)
    abbreviation = models.CharField(_("abbreviation"), max_length=63, blank=True)
    kind = models.CharField(_("kind"), max_length=63, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
        verbose_name=_("subordinate to"),
    )
    description_az = models.TextField(_("description in Azerbaijani"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    phones = models.TextField(_("phones"), blank=True, help_text=_("One a line."))
    legal_status = models.CharField(_("legal status"), max_length=255, blank=True)
    data_roles = models.JSONField(_("data roles"), default=list, blank=True, editable=False)
    named_in_seeds = models.BooleanField(default=True, editable=False)
    seed_refs = models.JSONField(default=list, blank=True, editable=False)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["title_sort", "code"]
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")

    def searched_words(self) -> list[str]:
        """The abbreviation."""
        return [self.abbreviation]

    @property
    def description(self) -> str:
        """The description in the active language."""
        return pick({"az": self.description_az, "en": self.description_en})


class LegalAct(Titled):
    """A law, decree or rule that services and protocols rest on."""

    class Status(models.TextChoices):
        """What is known about the force of the act."""

        IN_FORCE = "in_force_or_named", _("in force")
        DRAFT = "draft_in_seeds", _("draft")
        PLANNED = "planned_in_seeds", _("planned")
        STUDIED = "ratification_being_studied", _("ratification is being studied")
        ENDED = "ended", _("no longer in force")

    code = models.SlugField(_("code"), max_length=63, unique=True)
    status = models.CharField(
        _("status"), max_length=40, choices=Status.choices, default=Status.IN_FORCE
    )
    number = models.CharField(_("number"), max_length=63, blank=True)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    url = models.URLField(_("address of the text"), blank=True)
    seed_refs = models.JSONField(default=list, blank=True, editable=False)

    class Meta:
        ordering = ["title_sort", "code"]
        verbose_name = _("legal act")
        verbose_name_plural = _("legal acts")

    def searched_words(self) -> list[str]:
        """The number."""
        return [self.number]


class VulnerableGroup(Titled):
    """People that services are made for: a term of the taxonomy by which they are found."""

    code = models.SlugField(_("code"), max_length=63, unique=True)
    short = models.CharField(_("short name"), max_length=16, blank=True)
    situation_az = models.CharField(
        _("situation in Azerbaijani"),
        max_length=255,
        blank=True,
        help_text=_("In plain words, as the home page asks: “My child has a disability”."),
    )
    situation_en = models.CharField(_("situation in English"), max_length=255, blank=True)
    keywords = models.TextField(
        _("words people use"), blank=True, help_text=_("Found by these words too; one a line.")
    )
    law_article = models.CharField(_("article of the law"), max_length=255, blank=True)
    source = models.CharField(max_length=63, blank=True, editable=False)
    seed_refs = models.JSONField(default=list, blank=True, editable=False)
    note = models.TextField(_("note"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "title_sort"]
        verbose_name = _("vulnerable group")
        verbose_name_plural = _("vulnerable groups")

    def searched_words(self) -> list[str]:
        """Plain words."""
        return [self.situation_az, self.situation_en, *self.keywords.splitlines()]

    @property
    def situation(self) -> str:
        """The group as a person in need would say it, in the active language."""
        return pick({"az": self.situation_az, "en": self.situation_en}) or self.title


class Service(PreviewableMixin, Definition, ClusterableModel):
    """A service passport: who gets what, on which papers, in how many days, from whom.

    The public page shows the newest `ServiceVersion`, whose `spec` is described in
    `content.passport`.
    """

    description_az = models.TextField(_("description in Azerbaijani"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    form = CodeField(_("form of service"), offer="service_form", blank=True)
    types = CodesField(_("types"), offer="service_type")
    target_groups = ParentalManyToManyField(
        VulnerableGroup, related_name="services", blank=True, verbose_name=_("for whom")
    )
    eligibility_az = models.TextField(_("conditions in Azerbaijani"), blank=True)
    eligibility_en = models.TextField(_("conditions in English"), blank=True)
    documents = StreamField(
        [("document", DocumentBlock())], verbose_name=_("documents"), blank=True
    )
    steps = StreamField([("step", StepBlock())], verbose_name=_("steps"), blank=True)
    decision_days = models.PositiveIntegerField(
        _("days to decide"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    service_duration_days = models.PositiveIntegerField(
        _("duration in days"),
        null=True,
        blank=True,
        help_text=_("Empty: as long as it is needed."),
        validators=[MinValueValidator(1)],
    )
    deadline_source = models.CharField(
        _("where the deadline comes from"),
        max_length=20,
        default="proposal",
        choices=[("proposal", _("proposal of the ministry")), ("law", _("legal act"))],
    )
    payment = CodesField(_("payment"), offer="payment")
    providing_agencies = ParentalManyToManyField(
        Organization, related_name="services", blank=True, verbose_name=_("provided by")
    )
    legal_basis = ParentalManyToManyField(
        LegalAct, related_name="services", blank=True, verbose_name=_("legal basis")
    )
    related_forms = CodesField(_("forms"), offer="forms")
    related_protocols = CodesField(_("protocols"), offer="protocols")
    channels = CodesField(_("how to apply"), offer="channel")
    refusal_reasons = StreamField(
        [("reason", ReasonBlock())], verbose_name=_("reasons for refusal"), blank=True
    )
    keywords = models.TextField(
        _("words people use"), blank=True, help_text=_("Found by these words too; one a line.")
    )
    seed_refs = models.JSONField(default=list, blank=True, editable=False)
    # Folded words by weight (content.search.service_index), kept by save().
    search_index = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        ordering = ["code"]
        verbose_name = _("service")
        verbose_name_plural = _("services")

    @property
    def description(self) -> str:
        """The description in the active language."""
        return pick({"az": self.description_az, "en": self.description_en})

    def build_spec(self) -> dict[str, Any]:
        """The passport as it will be shown for ever."""
        return passport.service_spec(self)

    def problems(self) -> list[Problem]:
        """What a reader of the passport would miss."""
        return passport.service_problems(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the search column in step; drafts (`update_fields`) do not touch it."""
        if kwargs.get("update_fields") is None:
            self.search_index = service_index(self)
        super().save(*args, **kwargs)

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        """The public page itself."""
        return "content/service.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        """What the public page gets, from the draft."""
        context = super().get_preview_context(request, mode_name)
        return {**context, "service": self.build_spec(), "is_preview": True}


class ServiceVersion(DefinitionVersion):
    """One published state of a service passport."""

    definition = models.ForeignKey(Service, models.PROTECT, related_name="versions")

    class Meta(DefinitionVersion.Meta):
        verbose_name = _("version of a service")
        verbose_name_plural = _("versions of services")
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "number"], name="service_version_number_once"
            ),
        ]


class ServiceAtLocation(models.Model):
    """A service given at a location (HSDS service_at_location)."""

    service = models.ForeignKey(
        Service, models.CASCADE, related_name="at_locations", verbose_name=_("service")
    )
    location = models.ForeignKey(
        Location, models.CASCADE, related_name="services", verbose_name=_("location")
    )
    note_az = models.CharField(_("note in Azerbaijani"), max_length=500, blank=True)
    note_en = models.CharField(_("note in English"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("service at a location")
        verbose_name_plural = _("services at locations")
        constraints = [
            models.UniqueConstraint(
                fields=["service", "location"], name="service_once_at_location"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.location}"

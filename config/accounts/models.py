"""People who sign in, the roles there are, and who holds which role where and when."""

import uuid
from datetime import date
from typing import Any, Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.shared.labels import pick

LANGUAGES = [("az", "Azərbaycan"), ("en", "English")]


class User(AbstractUser):
    """A person with an account. What they may do comes from appointments."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(
        _("language"),
        max_length=2,
        default="az",
        choices=[("az", "Azərbaycan"), ("en", "English")],
    )

    @cached_property
    def kept_appointments(self) -> "dict[date, tuple[Appointment, ...]]":
        """Appointments by day, kept by `selectors.appointments_in_force`."""
        return {}

    @cached_property
    def kept_rights(self) -> dict[date, Any]:
        """What follows from them, by day; kept by the app that knows the rules."""
        return {}

    def forget_appointments(self) -> None:
        """Read the appointments again when they are next asked for."""
        self.__dict__.pop("kept_appointments", None)
        self.__dict__.pop("kept_rights", None)

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Role(models.Model):
    """A profession or duty: social worker, supervisor, auditor."""

    code = models.SlugField(_("code"), max_length=63, unique=True)
    title_az = models.CharField(_("title in Azerbaijani"), max_length=255)
    title_en = models.CharField(_("title in English"), max_length=255, blank=True)
    kind = models.CharField(_("kind"), max_length=63, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return pick({"az": self.title_az, "en": self.title_en})


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Appointments by day."""

    def on(self, day: date) -> Self:
        """Those in force on `day`; the end date is the last day of the right."""
        return self.filter(
            Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


class Appointment(models.Model):
    """`user` holds `role` in `organization` for `area`, from a date to a date."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="appointments", verbose_name=_("person")
    )
    role = models.ForeignKey(
        Role, models.PROTECT, related_name="appointments", verbose_name=_("role")
    )
    organization = models.ForeignKey(
        "content.Organization",
        models.PROTECT,
        related_name="appointments",
        verbose_name=_("organization"),
    )
    area = models.ForeignKey(
        "content.Place",
        models.PROTECT,
        related_name="appointments",
        verbose_name=_("area"),
        null=True,
        blank=True,
        help_text=_("Region or district; empty means the whole country."),
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to (last day)"), null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["user", "-valid_from"]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="appointment_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} ({self.organization})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it; the user object in hand reads its appointments again."""
        super().save(*args, **kwargs)
        self.user.forget_appointments()

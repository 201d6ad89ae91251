"""People who sign in, the roles there are, and who holds which role where and when."""

import uuid
from datetime import date
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.shared.labels import pick


class User(AbstractUser):
    """A person with an account. What they may do comes from appointments."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(
        _("language"), max_length=2, default="az", choices=[("az", "Azərbaycan"), ("en", "English")]
    )

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

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    role = models.ForeignKey(Role, models.PROTECT, related_name="appointments")
    organization = models.ForeignKey(
        "content.Organization", models.PROTECT, related_name="appointments"
    )
    area = models.ForeignKey(
        "content.Place",
        models.PROTECT,
        related_name="appointments",
        null=True,
        blank=True,
        help_text=_("Region or district; empty means the whole country."),
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to (last day)"), null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["user", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="appointment_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} ({self.organization})"

"""Days on which offices are closed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.shared.labels import pick
from config.shared.memo import once_in_a_request
from protocols.deadlines import WorkingCalendar


class HolidayQuerySet(models.QuerySet["Holiday"]):
    """Holidays as a calendar."""

    def calendar(self) -> WorkingCalendar:
        """The working calendar that these days off make."""
        return WorkingCalendar(frozenset(self.values_list("day", flat=True)))


class Holiday(models.Model):
    """A day off beside the weekends; an admin keeps the table."""

    day = models.DateField(_("day"), unique=True)
    title_az = models.CharField(_("title in Azerbaijani"), max_length=255)
    title_en = models.CharField(_("title in English"), max_length=255, blank=True)
    is_expected = models.BooleanField(
        _("expected, not yet announced"),
        default=False,
        help_text=_("Ramazan and Qurban are announced each year; correct the day then."),
    )

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("day off")
        verbose_name_plural = _("days off")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y} {pick({'az': self.title_az, 'en': self.title_en})}"


def working_calendar() -> WorkingCalendar:
    """The working calendar that all days off make, asked once in a request."""
    return once_in_a_request("working calendar", Holiday.objects.calendar)

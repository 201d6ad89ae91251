"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FormsBuilderConfig(AppConfig):
    """What may be asked."""

    name = "forms_builder"
    label = "forms_builder"
    verbose_name = _("Forms")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Answer which forms use a list; run a form's tests whenever it is checked."""
        from forms_builder import uses
        from forms_builder.checks import SPEC_CHECKS
        from forms_builder.form_tests import red_tests
        from forms_builder.lookups import DatabaseLookups

        uses.register()
        SPEC_CHECKS.append(lambda spec: red_tests(spec, DatabaseLookups()))

"""The tests of a form in its editor."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext


class TestsWidget(forms.Textarea):
    """The tests as rows that can be run; without scripts, as their JSON.

    The tests of a form that is not stored yet cannot be run: `form_pk` is None.
    """

    template_name = "forms_builder/admin/tests_input.html"
    form_pk: int | None = None

    class Media:
        js = ["forms_builder/admin/tests.js"]
        css = {"all": ["forms_builder/admin/builder.css", "forms_builder/admin/tests.css"]}

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The words of the rows and the addresses beside the value."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["words"] = words()
        if self.form_pk is not None:
            context["run_url"] = reverse("forms_builder_run_tests", args=[self.form_pk])
            context["try_url"] = reverse("forms_builder_try", args=[self.form_pk])
        return context


def words() -> dict[str, Any]:
    """What tests.js says."""
    return {
        "none": gettext("There are no tests yet. A red test stops the form from publishing."),
        "test": gettext("Test"),
        "add": gettext("Add a test"),
        "run": gettext("Run the tests"),
        "try": gettext("Try the form and keep a test"),
        "name": gettext("Name of the test"),
        "day": gettext("Day of filling; empty means the present day"),
        "answers": gettext("Answers, as JSON"),
        "json": gettext("This is not correct JSON, so it is not kept yet."),
        "remove": gettext("Remove the test"),
        "expected": gettext("Expected"),
        "path": gettext("Field"),
        "value": gettext("Value, or code of the problem"),
        "kinds": {
            "value": gettext("has the value"),
            "shown": gettext("is shown"),
            "hidden": gettext("is hidden"),
            "problem": gettext("has the problem"),
            "fine": gettext("has no problem"),
        },
        "more": gettext("Add an expectation"),
        "drop": gettext("Remove"),
        "strict": gettext("No other problem may be found"),
        "running": gettext("The tests are running…"),
        "unreachable": gettext("The tests could not be run now."),
        "green": gettext("All tests are green."),
        "red": gettext("{count} of the tests are red."),
        "isGreen": gettext("green"),
        "isRed": gettext("red"),
    }

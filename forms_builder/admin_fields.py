"""Fields of the editors that read what a page or a person wrote as a whole."""

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext_lazy as _

from config.shared import strict_json


class StrictJsonField(forms.JSONField):
    """JSON as `strict_json` reads it; anything else is refused and shown again as it came."""

    def to_python(self, value: Any) -> Any:
        """The value. Raises ValidationError."""
        if isinstance(value, str) and value:
            try:
                return strict_json.loads(value)
            except strict_json.BadJson as error:
                raise forms.ValidationError(
                    self.error_messages["invalid"], code="invalid", params={"value": value}
                ) from error
        return super().to_python(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What to show again."""
        try:
            return strict_json.loads(data) if isinstance(data, str) else data
        except strict_json.BadJson:
            return InvalidJSONInput(data)


class PairsField(forms.Field):
    """A map typed as lines "name = value"."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """The map as lines; what was typed stays as it is."""
        if isinstance(value, dict):
            return "\n".join(f"{name} = {item}" for name, item in value.items())
        return value

    def to_python(self, value: Any) -> dict[str, str]:
        """The map; a line without "=" is refused by number."""
        if isinstance(value, dict):
            return value
        ProhibitNullCharactersValidator()(value or "")
        pairs = {}
        for number, line in enumerate((value or "").splitlines(), start=1):
            if not line.strip():
                continue
            name, equals, item = (part.strip() for part in line.partition("="))
            if not (name and equals and item):
                message = _("Line %(number)s: write it as name = value.")
                raise forms.ValidationError(message, params={"number": number})
            pairs[name] = item
        return pairs

    def validate(self, value: Any) -> None:
        """An empty map is fine."""

    def run_validators(self, value: Any) -> None:
        """None: the lines are checked when they are read."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the lines say something else."""
        try:
            return bool((initial or {}) != self.to_python(data))
        except forms.ValidationError:
            return True

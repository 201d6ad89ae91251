"""The editor's form of a guide: nobody has to think of a code or an address."""

from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.pages import WagtailAdminPageForm

from config.shared.text import fold

LONGEST = 63


class GuideForm(WagtailAdminPageForm):
    """Makes the code from the title; what was published keeps its code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" not in self.fields:
            return
        self.fields["code"].required = False
        self.fields["code"].disabled = bool(self.instance.pk and self.instance.current)
        self.fields["code"].help_text = _(
            "Forms and protocols link to the guide by it. Empty: made from the title."
        )

    def clean_slug(self) -> str:
        """The address in Latin letters, which can be read out and typed on any keyboard."""
        slug = str(self.cleaned_data.get("slug") or "")
        return slug if slug == self.instance.slug else slugify(fold(slug)) or slug

    def clean(self) -> dict[str, Any]:
        """Add the code that was left empty."""
        cleaned: dict[str, Any] = super().clean()
        if "code" in self.fields and "code" not in self.errors and not cleaned.get("code"):
            cleaned["code"] = self._free_code(cleaned.get("title") or "")
        return cleaned

    def _free_code(self, title: str) -> str:
        """A code like the title that no other guide has."""
        words = slugify(fold(title)).replace("-", "_").strip("_")
        stem = f"guide_{words}"[:LONGEST].rstrip("_")
        others = type(self.instance).objects.exclude(pk=self.instance.pk)
        code, number = stem, 1
        while others.filter(code=code).exists():
            number += 1
            code = f"{stem[: LONGEST - 4]}_{number}"
        return code

"""Where files lie that only our own views hand out, after asking who may have them."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """The folder of the setting PRIVATE_ROOT; nothing in it has an address of its own."""

    @property
    def base_location(self) -> str:
        """The folder of the setting as it is now, not as it was when the class was made."""
        return str(settings.PRIVATE_ROOT)

    @property
    def location(self) -> str:
        """The folder's absolute path."""
        return str(Path(self.base_location).absolute())

    def _save(self, name: str, content: Any) -> str:
        """Store the file, or leave nothing of it where the disk is full."""
        try:
            # Django's documented place for this; its stubs leave it out.
            kept: str = super()._save(name, content)  # type: ignore[misc]
        except OSError:
            with suppress(OSError):
                Path(self.path(name)).unlink()
            raise
        return kept


def private_storage() -> FileSystemStorage:
    """The storage, for a FileField."""
    return PrivateStorage(base_url=None)

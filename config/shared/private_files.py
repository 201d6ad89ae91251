"""Where files lie that only our own views hand out, after asking who may have them."""

from pathlib import Path

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


def private_storage() -> FileSystemStorage:
    """The storage, for a FileField."""
    return PrivateStorage(base_url=None)

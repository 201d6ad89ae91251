"""What each process keeps in memory until the database says that it has changed."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """An answer that `read` gives, read again when `stamp` changes.

    `stamp` is asked at every use and should be one of `config.shared.db`, which are read
    together, once in a request. It is asked before `read`: what is committed between the two
    is read early and then once more, never missed. All threads share the answer, so nobody
    changes it.
    """

    def __init__(self, stamp: Callable[[], Hashable], read: Callable[[], T]) -> None:
        self._ask, self._read = stamp, read
        self._lock = Lock()
        self._kept: tuple[Hashable, T] | None = None

    def get(self) -> T:
        """The answer as it stands now."""
        stamp = self._ask()
        with self._lock:
            if self._kept is None or self._kept[0] != stamp:
                self._kept = (stamp, self._read())
            return self._kept[1]

"""Codes by which people without an account hold what they filled.

A code is 12 signs (59 random bits), shown in groups: "7KQM-2XRD-HVTA". It continues a draft
and, once sent, asks about it. The database keeps a keyed digest, so reading the database
gives no code away.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from registry.models import Submission


@dataclass(frozen=True)
class Letter:
    """One thing the citizen is told about their request: when, what about, in plain words."""

    at: datetime
    title: str
    text: str


# Higher apps add what they decided about a request and mark for the citizen.
LETTERS: "list[Callable[[Submission], list[Letter]]]" = []

# Without 0/O, 1/I/L: codes are copied by hand and read out on the phone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH, GROUP = 12, 4


def new_code() -> str:
    """A code nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def in_groups(code: str) -> str:
    """ "7KQM2XRDHVTA" as "7KQM-2XRD-HVTA"."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(typed: str) -> str:
    """The code in what was typed, however grouped; "" when it is none."""
    code = "".join(sign for sign in typed[:100].upper() if sign in ALPHABET)
    return code if len(code) == LENGTH else ""


def digest_of(code: str) -> str:
    """What the database keeps of a code."""
    return salted_hmac("registry.citizens", code, algorithm="sha256").hexdigest()

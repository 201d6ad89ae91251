"""Protocols, and what becomes of them."""

from protocols.models.calendar import Holiday
from protocols.models.definitions import Protocol, ProtocolVersion
from protocols.models.referrals import (
    NEEDS_REASON,
    NEEDS_RESULT,
    RECEIVER_MOVES,
    SENDER_MOVES,
    Escalation,
    Notice,
    Referral,
)
from protocols.models.runs import Event, Run, RunFailure, Step

__all__ = [
    "NEEDS_REASON",
    "NEEDS_RESULT",
    "RECEIVER_MOVES",
    "SENDER_MOVES",
    "Escalation",
    "Event",
    "Holiday",
    "Notice",
    "Protocol",
    "ProtocolVersion",
    "Referral",
    "Run",
    "RunFailure",
    "Step",
]

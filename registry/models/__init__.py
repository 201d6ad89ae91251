"""What was answered: registers, records and their history."""

from registry.models.history import Change, ChangeKind, HistoryRow
from registry.models.records import (
    Attachment,
    Draft,
    HistoricalRecord,
    HistoricalRecordLink,
    HistoricalSubmission,
    Record,
    RecordLink,
    Submission,
    Tracking,
    UniqueValue,
)
from registry.models.registers import RecordCounter, Register, RegisterVersion

__all__ = [
    "Attachment",
    "Change",
    "ChangeKind",
    "Draft",
    "HistoricalRecord",
    "HistoricalRecordLink",
    "HistoricalSubmission",
    "HistoryRow",
    "Record",
    "RecordCounter",
    "RecordLink",
    "Register",
    "RegisterVersion",
    "Submission",
    "Tracking",
    "UniqueValue",
]

"""What a referral opens: the agreed fields of one record and no others."""

from dataclasses import dataclass
from typing import Any

from registry.access import Fields
from registry.models import Record
from registry.rules import Rules


@dataclass(frozen=True)
class SharedFields(Fields):
    """Fields that the sender ticked; everything else does not exist for the reader."""

    names: frozenset[str] = frozenset()

    def attributes(self, record: Record, rules: Rules) -> dict[str, Any]:
        """The agreed attributes that the record has."""
        return {
            name: record.attributes[name]
            for name in rules.attributes
            if name in self.names and name in record.attributes
        }

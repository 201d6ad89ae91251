"""The one door: every write to registers, records, submissions and links."""

from registry.services.amending import amend
from registry.services.errors import AnswersInvalid, MoveRefused, StaleWrite
from registry.services.links import end_link, link
from registry.services.moves import assign, transition
from registry.services.rebuilding import rebuild
from registry.services.registers import publish_register, save_register
from registry.services.submitting import submit

__all__ = [
    "AnswersInvalid",
    "MoveRefused",
    "StaleWrite",
    "amend",
    "assign",
    "end_link",
    "link",
    "publish_register",
    "rebuild",
    "save_register",
    "submit",
    "transition",
]

"""Every write of this app."""

from protocols.services.clock import Counts, run_deadlines
from protocols.services.definitions import publish_protocol, save_protocol
from protocols.services.evidence import complete_by_submission
from protocols.services.handing_over import HandedOver, hand_over
from protocols.services.notices import mark_read, mark_read_about
from protocols.services.referrals import (
    ReferralRefused,
    Request,
    move_referral,
    open_referral,
    send_for_step,
    send_referral,
)
from protocols.services.steps import (
    StepMoved,
    StepRefused,
    assign_step,
    cancel_run,
    claim_step,
    complete_step,
)
from protocols.services.triggers import start_runs

__all__ = [
    "Counts",
    "HandedOver",
    "ReferralRefused",
    "Request",
    "StepMoved",
    "StepRefused",
    "assign_step",
    "cancel_run",
    "claim_step",
    "complete_by_submission",
    "complete_step",
    "hand_over",
    "mark_read",
    "mark_read_about",
    "move_referral",
    "open_referral",
    "publish_protocol",
    "run_deadlines",
    "save_protocol",
    "send_for_step",
    "send_referral",
    "start_runs",
]

"""What a citizen who applied without an account is told of the decisions on their request."""

from config.shared.labels import pick
from protocols.models import Step
from protocols.schema import option_of
from registry.citizens import Letter
from registry.models import Submission, Tracking


def is_followed(submission: Submission | None) -> bool:
    """Whether a citizen holds the code that asks about this request."""
    return Tracking.objects.filter(submission=submission).exists() if submission else False


def letters_of(submission: Submission) -> list[Letter]:
    """Only what the protocol marks for the citizen, and what was written to them."""
    steps = Step.objects.filter(run__submission=submission, state=Step.State.DONE)
    done = steps.select_related("run__version").order_by("done_at", "pk")
    found = [_letter(step) for step in done]
    return [letter for letter in found if letter.text]


def _letter(step: Step) -> Letter:
    option = option_of(step.spec, step.decision)
    marked = option.get("letter") or step.spec.get("letter")
    title = pick(option.get("labels") or step.spec.get("labels"))
    parts = [pick(marked) if marked else "", step.letter]
    assert step.done_at is not None
    return Letter(step.done_at, title, "\n\n".join(part for part in parts if part))

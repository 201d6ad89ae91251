"""What other apps may hear, inside the writing transaction.

`record_submitted(submission, record, actor, now)`, `record_amended(submission, record, actor,
now)`, `record_transitioned(record, old, new, actor, now)`; sender is the model class.
`record_submitted` also says `protocol_step`, the uuid of the step that the form was opened for.
"""

from django.dispatch import Signal

record_submitted = Signal()
record_amended = Signal()
record_transitioned = Signal()

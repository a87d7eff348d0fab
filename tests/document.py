"""The kit's own document, and what tests call the parts of it."""

from spec import load

CONTRACT = load()
OPERATION = CONTRACT.operations[0]
SUCCESS = OPERATION.success
REFUSAL = next(answer for answer in OPERATION.answers if not answer.is_success)
SESSION = next(field.name for field in OPERATION.fields if field.session_id)  # names the session

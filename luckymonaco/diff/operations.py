"""Changes of operations: path, method, credentials, what is sent, what is answered."""

from collections.abc import Iterator, Mapping

from luckymonaco.diff.beside import beside
from luckymonaco.diff.change import Change, added, breaking, compatible, gone, kept
from luckymonaco.diff.schemas import answered, received
from spec import Contract, Credential, Envelope, Operation


def operations(old: Contract, new: Contract) -> Iterator[Change]:
    """Operations are the same when their ids are, or their paths."""
    before, after = _paired(old, new)
    for _, operation in gone(before, after):
        todo = "Keep it only as long as old notifications may come."
        yield breaking(str(operation), "The operation is no longer called.", todo)
    for _, operation in added(before, after):
        yield breaking(str(operation), "The operation is new.", "Serve it.")
    for _, was, now in kept(before, after):
        yield from _operation(was, now)
        yield from beside(str(now), (old, was), (new, now))


def _paired(old: Contract, new: Contract) -> tuple[Mapping[str, Operation], Mapping[str, Operation]]:
    before = {operation.id: operation for operation in old.operations}
    paths = {(operation.path, operation.method): operation.id for operation in old.operations}
    after = {}
    for operation in new.operations:
        same_path = paths.get((operation.path, operation.method), operation.id)
        after[operation.id if operation.id in before else same_path] = operation
    return before, after


def _operation(old: Operation, new: Operation) -> Iterator[Change]:
    where = str(new)
    if old.path != new.path:
        yield breaking(
            where, f"The path is {new.path}, it was {old.path}.", "Serve the new path; letters are compared exactly."
        )
    if old.method != new.method:
        yield breaking(
            where, f"The method is {new.method}, it was {old.method}.", "Bind the handler to the new method."
        )
    if old.media_type != new.media_type:
        yield breaking(
            where, f"The body is sent as {new.media_type}, it was {old.media_type}.", "Read the new media type."
        )
    yield from _credentials(where, old, new)
    yield from received(where, old, new)
    yield from _hash(where, old, new)
    yield from _envelopes(where, old, new)


def _credentials(where: str, old: Operation, new: Operation) -> Iterator[Change]:
    before: Mapping[str, Credential] = {item.role: item for item in old.credentials}
    after: Mapping[str, Credential] = {item.role: item for item in new.credentials}
    for _, item in gone(before, after):
        yield breaking(where, f"The credential {item.name} is no longer sent.", "Stop asking for it.")
    for _, item in added(before, after):
        yield breaking(where, f"The credential {item.name} is new, in the {item.location}.", "Check it.")
    for _, was, now in kept(before, after):
        if (was.name, was.location) != (now.name, now.location):
            text = f"The credential {was.name} in the {was.location} is now {now.name} in the {now.location}."
            yield breaking(where, text, "Look for it there.")


def _hash(where: str, old: Operation, new: Operation) -> Iterator[Change]:
    was, now = old.request_hash, new.request_hash
    if was and not now:
        yield breaking(where, f"There is no request hash any more, it was {was.field}.", "Stop checking it.")
    elif now and not was:
        yield breaking(where, f"There is a request hash now, {now.field}.", "Ask the provider how it is computed.")
    elif was and now:
        if was.field != now.field:
            yield breaking(where, f"The request hash is in {now.field}, it was in {was.field}.", "Look for it there.")
        if was.scheme != now.scheme:
            text = f"The request hash is computed by {now.scheme.name}, it was {was.scheme.name}."
            yield breaking(where, text, "Compute it anew, if you check it.")


def _envelopes(where: str, old: Operation, new: Operation) -> Iterator[Change]:
    before: Mapping[str, Envelope] = {envelope.status: envelope for envelope in old.envelopes}
    after: Mapping[str, Envelope] = {envelope.status: envelope for envelope in new.envelopes}
    for status, envelope in gone(before, after):
        number = int(status) if status.isdigit() else 0
        covered = number and new.envelope(number)
        if covered:
            yield from answered(f"{where}, {status}", envelope, covered)
        else:
            yield breaking(where, f"Answers with {status} are no longer foreseen.", "Answer with another status.")
    for status, envelope in added(before, after):
        number = int(status) if status.isdigit() else 0
        covered = number and old.envelope(number)
        if covered:
            yield compatible(where, f"Answers with {status} are described on their own now.")
            yield from answered(f"{where}, {status}", covered, envelope)
        else:
            yield compatible(where, f"Answers with {status} are foreseen now.")
    said: set[str] = set()
    for status, was, now in kept(before, after):
        if was.media_type != now.media_type:
            yield breaking(f"{where}, {status}", f"The answer is {now.media_type}, it was {was.media_type}.")
        for change in answered(where, was, now):
            if change.text not in said:  # one shape serves many statuses
                said.add(change.text)
                yield change

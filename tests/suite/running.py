"""Runs of the suite against operators of the gallery, and against a server that answers fixed bytes."""

import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import spec
from contract_tests.progress import Progress
from contract_tests.run import Run
from contract_tests.settings import VerifySettings
from contract_tests.verdict import Verdict
from mockserver import gallery
from tests import own_operator
from tests.document import CONTRACT

VALUES = {"partner-id": "partner-77", "partner-token": "Tok3n-aBcD-9876xyz"}


def judge(url: str, contract: spec.Contract = CONTRACT, **more: object) -> Verdict:
    """The verdict on whatever is at this URL, fixed cases only unless asked otherwise."""
    given: dict[str, object] = {
        "base_url": url,
        "partner_id": VALUES["partner-id"],
        "partner_token": VALUES["partner-token"],
        "quick": True,
        **more,
    }
    return Run(contract, VerifySettings(**given), Progress()).judge()  # type: ignore[arg-type]


@contextmanager
def operator(name: str = "plain", secret: str = "", contract: spec.Contract = CONTRACT) -> Iterator[str]:
    """An operator of the gallery, by its base URL."""
    with gallery.running(contract, spec.Partner(VALUES, secret), name) as url:
        yield url


def serving(kind: type[gallery.Operator], secret: str = "") -> AbstractContextManager[str]:
    """An operator of the test's own, by its base URL."""
    return own_operator.serving(kind, spec.Partner(VALUES, secret))


@contextmanager
def replying(reply: bytes, seen: list[bytes] | None = None) -> Iterator[int]:
    """A server that answers these bytes to whatever comes, which it adds to `seen`, and closes; its port."""
    received = [] if seen is None else seen
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    received.append(connection.recv(65536))
                    connection.sendall(reply)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(2)

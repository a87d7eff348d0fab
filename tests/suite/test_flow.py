"""A run as a whole: what decides it, what stops it, and what it does not depend on."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import spec
from contract_tests.exchange import NoAnswer
from contract_tests.progress import Progress
from contract_tests.run import NotJudgedError, Run
from contract_tests.settings import VerifySettings
from contract_tests.target import parse_url
from contract_tests.verdict import Verdict
from mockserver import gallery
from mockserver.gallery.exchange import Call, Reply
from mockserver.gallery.serving import Server
from spec.request_hash import own_scheme
from tests import editions

CONTRACT = spec.load()
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


@contextmanager
def listener(reply: bytes) -> Iterator[str]:
    """A server that answers these bytes to whatever comes, and closes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    connection.sendall(reply)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join(2)


def test_failures_now_and_then_are_one_rob_3() -> None:
    """One request in ten fails: that is a verdict of its own, and no other rule is blamed at random."""
    with operator("one-in-ten-fails") as url:
        verdict = judge(url)

    assert [item.rule.id for item in verdict.broken] == ["ROB-3"]
    finding = verdict.broken[0].findings[0]
    assert 0 < finding.again[0] < finding.again[1]


class HangsAndDawdles(gallery.Operator):
    """Never answers an empty body, and takes three seconds over DELETE."""

    def read_body(self, call: Call) -> None:
        """A body that does not come is waited for."""
        if not call.body:
            self.hang()
        super().read_body(call)

    def route(self, call: Call) -> None:
        """Another method is looked into at length."""
        if call.method == "DELETE":
            self.pause(3)
        super().route(call)


def test_what_was_only_waited_for_less_is_no_failure() -> None:
    """Once an answer failed to come, others are waited for less long, and for as long again before anyone is blamed."""
    server = Server(HangsAndDawdles(CONTRACT, spec.Partner(VALUES), ""), "127.0.0.1", 0).start()
    try:
        verdict = judge(server.url, timeout=4.0, rule=("VAL-4", "HTTP", "ROB"))
    finally:
        server.stop()

    tried = [sent.exchange for sent in verdict.traffic if sent.exchange.request.method == "DELETE"]
    assert {"HTTP-1", "HTTP-2", "ROB-2", "ROB-3"} <= {item.rule.id for item in verdict.kept}
    assert any(isinstance(exchange.answer, NoAnswer) for exchange in tried)
    assert {item.rule.id for item in verdict.broken} == {"VAL-4"}


class ServesOnce(gallery.Operator):
    """Keeps each connection, but the second request on it is never answered."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.connection = threading.local()  # each has a thread of its own

    def decide(self, call: Call) -> Reply:
        """What comes second is held for ever."""
        if hasattr(self.connection, "served"):
            self.hang()
        self.connection.served = True
        return super().decide(call)


def test_a_kept_connection_that_falls_silent_is_one_failure() -> None:
    """Nothing else is blamed for it, and nothing waits for it: other requests have connections of their own."""
    server = Server(ServesOnce(CONTRACT, spec.Partner(VALUES), ""), "127.0.0.1", 0).start()
    try:
        verdict = judge(server.url, timeout=1.0)
    finally:
        server.stop()

    assert [item.rule.id for item in verdict.broken] == ["OK-1"]
    assert [finding.case.label for finding in verdict.broken[0].findings] == ["second-of-a-connection"]


def test_refused_first_notification_stops_the_run() -> None:
    """One clear message with what came back, instead of sixty failures."""
    with operator() as url, pytest.raises(NotJudgedError) as stopped:
        judge(url, partner_token="not the right one")

    refused = CONTRACT.answer_for("partner-token")
    assert f"got {refused.status}" in str(stopped.value)
    assert refused.code in str(stopped.value)
    assert "\n" not in str(stopped.value)


def test_hash_doctor_names_the_variant() -> None:
    """A build that signs by another published variant is told apart from one with another secret."""
    scheme = CONTRACT.hash_schemes["sorted-md5-key"]
    partner = spec.Partner(VALUES, "secret", scheme)
    with gallery.running(CONTRACT, partner, "plain") as url:
        with pytest.raises(NotJudgedError, match="accepts the variant sorted-md5-key"):
            judge(url, secret="secret")
        assert judge(url, secret="secret", hash_scheme="sorted-md5-key", rule=("SIG",)).word == "KEPT"


def test_hash_doctor_names_two_variants_together() -> None:
    """Another joint before the secret, and another digest."""
    scheme = replace(CONTRACT.hash_schemes["sorted-md5-key"], digest="sha256")
    partner = spec.Partner(VALUES, "secret", scheme)
    variant = pytest.raises(NotJudgedError, match=r"accepts the variant sorted-md5-key \+ sorted-sha256")
    with gallery.running(CONTRACT, partner, "plain") as url, variant:
        judge(url, secret="secret")


class GetsManyHashesWrong(gallery.Operator):
    """Refuses the first few notifications for their hash, and others later."""

    def hash_is_right(self, call: Call, given: str) -> bool:
        """Not among the first, and then three in four."""
        return call.number > 5 and call.number % 4 > 0 and super().hash_is_right(call, given)


def test_a_build_that_gets_many_hashes_wrong_is_judged() -> None:
    """Some more notifications are sent than two of each kind before one says that the secret may be wrong."""
    server = Server(GetsManyHashesWrong(CONTRACT, spec.Partner(VALUES, "secret"), ""), "127.0.0.1", 0).start()
    try:
        some, more = (judge(server.url, secret="secret", rule=rules) for rules in (("OK",), ("OK", "ROB-3")))
    finally:
        server.stop()

    assert [item.rule.id for item in more.broken] == ["ROB-3"]
    assert any("like requests got unlike verdicts" in advice for advice in (*some.advice, *more.advice))


def test_a_hash_function_need_not_bear_faulty_bodies(tmp_path: Path) -> None:
    """One that takes every required field for granted judges all the same, and convicts nobody."""
    names = [item.name for item in CONTRACT.operations[0].required]
    signed = " + ".join(f"body[{name!r}]" for name in names if name != CONTRACT.operations[0].request_hash.field)  # type: ignore[union-attr]
    path = tmp_path / "bears_good_bodies_only.py"
    path.write_text(
        f"import hashlib\ndef sign(body, secret):\n    return hashlib.md5(({signed} + secret).encode()).hexdigest()\n"
    )
    scheme = f"{path}:sign"
    with gallery.running(CONTRACT, spec.Partner(VALUES, "secret", own_scheme(scheme)), "plain") as url:
        verdict = judge(url, secret="secret", hash_scheme=scheme, skip=("SIG-2",))

    assert (verdict.word, [item.rule.id for item in verdict.all_broken]) == ("KEPT", [])


@pytest.mark.parametrize("reply", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"\x15\x03\x01\x00\x02\x02"])
def test_what_speaks_no_http_is_not_judged(reply: bytes) -> None:
    """Neither kept nor broken: there is no implementation."""
    with listener(reply) as url, pytest.raises((spec.TargetError, NotJudgedError)):
        judge(url)


def test_nobody_there_is_not_judged() -> None:
    """A closed port."""
    with pytest.raises(spec.TargetError, match="cannot be reached"):
        judge("http://127.0.0.1:1")


@pytest.mark.parametrize("name", ["new_error_answer", "later_revision", "second_operation"])
def test_edited_documents_judge_and_are_kept(name: str) -> None:
    """The document is edited and nothing else: the same suite judges by the new one, generated cases included."""
    contract = spec.build(editions.source(getattr(editions, name)()))
    with operator(contract=contract) as url:
        verdict = judge(url, contract, quick=False)

    assert verdict.word == "KEPT"
    assert not verdict.all_broken
    for item in verdict.rules:
        assert item.status == "kept" or item.reason, item.rule.id


def test_later_revision_has_no_credentials_to_judge() -> None:
    """Rules that no longer apply are reported as such, with the reason."""
    contract = spec.build(editions.source(editions.later_revision()))
    with operator(contract=contract) as url:
        verdict = judge(url, contract, secret="secret")

    absent = {item.rule.id: item.reason for item in verdict.rules if item.status == "not-applicable"}
    assert {"AUTH-1", "AUTH-2", "AUTH-3", "SIG-1", "SIG-2"} <= set(absent)
    assert all(absent.values())


def test_both_operations_are_judged() -> None:
    """A fault in the second operation alone breaks the run, and the finding names it."""
    contract = spec.build(editions.source(editions.second_operation()))
    assert len(contract.operations) == 2
    with operator() as url:  # serves the first operation of the document only
        verdict = judge(url, contract)

    assert verdict.word == "BROKEN"
    assert {finding.operation.path for item in verdict.broken for finding in item.findings} == {
        contract.operations[1].path
    }


def test_rules_can_be_chosen_one_by_one_and_by_family() -> None:
    """Only what was asked for is judged, and an unknown id is refused."""
    with operator() as url:
        assert {item.rule.id for item in judge(url, rule=("VAL-1", "sig")).rules} == {"VAL-1", "SIG-1", "SIG-2"}
        assert "ROB-1" not in {item.rule.id for item in judge(url, skip=("ROB",)).rules}
        with pytest.raises(spec.SettingError, match="unknown rule"):
            judge(url, rule=("VAL-99",))


def test_known_session_is_used() -> None:
    """An implementation that accepts one session alone is judged by that one."""
    names = [field.name for field in CONTRACT.operations[0].required if not field.secret]
    with operator() as url:
        verdict = judge(url, known=(",".join(f"{name}=mine-{name}" for name in names),), rule=("OK",))
        sent = [entry.exchange.request.body for entry in verdict.traffic]
        with pytest.raises(spec.SettingError, match="unknown field"):
            judge(url, known=("nonsense=1",))

    assert verdict.word == "KEPT"
    assert sum(all(f"mine-{name}".encode() in body for name in names) for body in sent) > 10


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("127.0.0.1:8080", "no scheme"),
        ("ftp://127.0.0.1", "no scheme"),
        ("http://", "no host"),
        ("http://127.0.0.1:99999", "no valid port"),
        ("", "no scheme"),
    ],
)
def test_useless_urls_are_refused(url: str, said: str) -> None:
    """One line that says what is wrong with it."""
    with pytest.raises(spec.SettingError, match=said):
        parse_url(url)


def test_base_url_may_carry_prefix_slash_and_path() -> None:
    """D21: any base URL; a slash at its end or the operation's own path is forgiven."""
    operations = CONTRACT.operations
    for url in ("http://h:1/api", "http://h:1/api/", f"http://h:1/api{operations[0].path}"):
        assert parse_url(url, operations).url == "http://h:1/api"

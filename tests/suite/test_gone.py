"""An operator whose process ends while it is judged."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from contract_tests.reports.report import Report
from contract_tests.settings import VerifySettings
from mockserver import gallery
from mockserver.gallery.exchange import Call
from mockserver.gallery.serving import Server
from spec import Partner
from tests.document import CONTRACT
from tests.suite.running import VALUES, judge, serving


class EndsAtAQuote(gallery.Operator):
    """Its whole process ends at a quote within a value."""

    def read_body(self, call: Call) -> None:
        """End, or read on."""
        if b"O'Brien" in call.body:
            os._exit(1)
        super().read_body(call)


class RunsDry(gallery.Operator):
    """Its pool holds so many connections, and none comes back."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.left = 60

    def read_body(self, call: Call) -> None:
        """Take one, or fail."""
        self.left -= 1
        if self.left < 0:
            raise RuntimeError
        super().read_body(call)


@contextmanager
def _in_a_process(kind: type[gallery.Operator]) -> Iterator[str]:
    server = Server(kind(CONTRACT, Partner(VALUES), ""), "127.0.0.1", 0)
    process = multiprocessing.get_context("fork").Process(target=server.serve_forever, daemon=True)
    process.start()
    server.socket.close()  # ours: the child has its own
    try:
        yield server.url
    finally:
        process.kill()
        process.join(5)


@pytest.mark.parametrize("jobs", [1, 4])
def test_what_was_under_way_is_named(jobs: int) -> None:
    """One at a time, the request that did it is the only one; else it is among those that are named."""
    with _in_a_process(EndsAtAQuote) as url:
        verdict = judge(url, jobs=jobs)

    broken = {item.rule.id: item.findings for item in verdict.broken}
    (finding,) = broken["ROB-1"]
    culprits = [name for name in finding.cases if name.endswith("-quote]")]
    assert culprits
    assert 1 <= len(finding.cases) <= jobs
    if jobs == 1:
        assert list(finding.cases) == culprits
        assert set(broken) == {"OK-6", "ROB-1"}
    assert verdict.exit_code == 1


def test_the_command_that_finds_it_sends_the_same_requests() -> None:
    """ROB-1's own cases would not bring it down again."""
    with _in_a_process(EndsAtAQuote) as url:
        report = Report(judge(url, jobs=1), CONTRACT, VerifySettings(base_url=url))

    again = {failure.item.rule.id: failure.again for failure in report.failures}["ROB-1"]
    assert "--rule OK-6" in again
    assert "--jobs 1" in again


def test_who_accepts_nothing_any_more_is_told_once() -> None:
    """What comes after is not sent, and what follows from it is not told; nor does a rule count as kept."""
    with serving(RunsDry) as url:
        verdict = judge(url)
        report = Report(verdict, CONTRACT, VerifySettings(base_url=url))

    assert report.failures[0].item.rule.id == "ROB-3"
    assert {item.rule.id for item in verdict.all_broken} <= {"ROB-3", "ERR-5"}
    assert not verdict.kept
    assert verdict.exit_code == 1
    assert verdict.requests < 200
    assert "--rule" not in report.failures[0].again


class Crowded(Server):
    """Three connections are open at a time; more are closed at once."""

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take it, or close it."""
        if len(self._open) >= 3:
            self.shutdown_request(request)
        else:
            super().process_request(request, client_address)


def test_who_takes_few_connections_is_not_gone() -> None:
    """Those that are kept are let go before what is sent alone: then only what comes at once is at fault."""
    server = Crowded(gallery.Operator(CONTRACT, Partner(VALUES), ""), "127.0.0.1", 0).start()
    try:
        verdict = judge(server.url)
    finally:
        server.stop()

    assert verdict.complete
    assert "ROB-2" in {item.rule.id for item in verdict.broken} <= {"ROB-2", "ROB-3"}

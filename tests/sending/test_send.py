"""One notification and its answer: what is sent, what is shown, which rules are named, how it ends."""

import itertools
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from spec import Contract, build
from tests.editions import later_revision, second_operation, source
from tests.mockserver.serving import Served, serving
from tests.sending.conftest import Run
from tests.sending.scripted import CONTRACT, FREE, OPERATION, SESSION, TOKEN, Reply, failure, scripted, success


class TestOneNotification:
    """What is sent."""

    def test_it_is_accepted_by_a_mock_that_checks_everything(
        self, run: Run, mock: Served, credentials: tuple[str, ...]
    ) -> None:
        """Credentials that need escaping and the request hash are right."""
        result = run("send", mock.url, *credentials)

        assert result.code == 0, result.out
        assert f"sent     {OPERATION.method} {mock.url}{OPERATION.path}" in result.out
        assert "answer   200 " in result.out
        assert "\ntime     " in result.out
        assert "judged   KEPT" in result.out
        assert "kept     OK-1 OK-2 OK-3 OK-4 ERR-7" in result.out

    def test_values_are_set_by_the_documents_names(self, run: Run) -> None:
        """--set replaces the example's value, and what is not named keeps it."""
        with scripted(success()) as server:
            result = run("send", server.url, "--set", f"{SESSION}=my session=1", "--set", f"{FREE}=t")

        body = server.received[0].json
        assert result.code == 0
        assert body[SESSION] == "my session=1"
        assert body[FREE] == "t"
        assert {name: body[name] for name in OPERATION.example if name != SESSION and name in body}
        assert OPERATION.schema.is_valid(body)

    def test_optional_fields_are_left_out_unless_set(self, run: Run) -> None:
        """The provider's plain notification has the required fields alone."""
        with scripted(success()) as server:
            run("send", server.url)

        assert set(server.received[0].json) == {field.name for field in OPERATION.required}

    def test_repeats_are_the_same_bytes(self, run: Run) -> None:
        """--repeat sends the very same notification; --gap keeps them apart."""
        with scripted(success()) as server:
            result = run("send", server.url, "--repeat", 3, "--gap", 0.15)

        assert result.code == 0
        assert "3 of 3 notifications answered" in result.out
        assert len({received.body for received in server.received}) == 1
        times = [received.at for received in server.received]
        assert all(later - earlier >= 0.14 for earlier, later in itertools.pairwise(times))

    def test_a_varied_field_is_new_each_time(self, run: Run) -> None:
        """--vary gives a field a value that was never sent before."""
        with scripted(success()) as server:
            run("send", server.url, "--repeat", 5, "--vary", SESSION)

        assert len({received.json[SESSION] for received in server.received}) == 5

    def test_parallel_is_a_bound(self, run: Run) -> None:
        """--parallel notifications are under way at once, and no more."""
        with scripted(Reply(200, success().body, delay=0.2)) as server:
            run("send", server.url, "--repeat", 12, "--parallel", 4)

        assert 2 <= server.most_at_once <= 4

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--set", "nonsense=1"], "unknown field"),
            (["--set", "nonsense"], "not a field's value"),
            (["--set", f"{SESSION}="], "not valid by the document"),
            (["--vary", "nonsense"], "unknown field"),
            (["--vary", SESSION, "--set", f"{SESSION}=s"], "either set or varied"),
            (["--operation", "nonsense"], "unknown operation"),
            (["--repeat", "0"], "out of its range"),
            (["--rate", "0"], "always bounded"),
            (["--parallel", "65"], "out of its range"),
            (["--retry-on", "sometimes"], "unknown reason to send again"),
            (["--repeat", "3", "--max-requests", "2"], "more notifications than may be sent"),
            (["--results", "x.ndjson"], "results are recorded of a file's lines only"),
            (["--format", "xml"], "unknown value"),
        ],
    )
    def test_bad_options_send_nothing(self, run: Run, arguments: list[str], words: str) -> None:
        """One line, exit code 2, and nothing reaches the target."""
        with scripted(success()) as server:
            result = run("send", server.url, *arguments)

        assert result.code == 2
        assert words in result.err
        assert result.err.count("\n") == 1
        assert not server.received


class TestJudgement:
    """Which rules an answer keeps and breaks."""

    @pytest.mark.parametrize(
        ("reply", "rule"),
        [
            (Reply(201, success().body), "OK-1"),
            (Reply(200, b'{"error": "0", "description": "x"}'), "OK-2"),
            (Reply(200, b'{"error": 0}'), "OK-3"),
            (Reply(200, success().body, (("Content-Type", "text/html"),)), "OK-4"),
            (Reply(302, b"", (("Location", "/login"),)), "OK-1"),
            (Reply(400, b"<h1>Bad Request</h1>", (("Content-Type", "text/html"),)), "ERR-2"),
            (Reply(400, b'{"error": {"code": "X1", "message": "x"}}'), "ERR-3"),
            (Reply(400, b'{"error": {"code": "G.01", "message": ""}}'), "ERR-4"),
            (Reply(400, json.dumps({"error": {"code": "G.01", "message": TOKEN}}).encode()), "ERR-7"),
            (failure(500), "OK-1"),
            (Reply(close=True), "OK-1"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_a_broken_rule_is_named(self, run: Run, reply: Reply, rule: str) -> None:
        """FAIL, the rule's id and text, what was expected and got; exit code 1; the partner's token is masked."""
        with scripted(reply) as server:
            result = run("send", server.url)

        assert result.code == 1
        assert "judged   BROKEN" in result.out
        assert f"FAIL  {rule} MUST  {CONTRACT.rules[rule].text}" in result.out
        assert "expected  " in result.out
        assert TOKEN not in result.out + result.err
        assert len(server.received) == 1

    def test_unknown_ids_may_be_refused(self, run: Run) -> None:
        """A well-formed refusal of the user's own ids breaks nothing, and it is said that it is a refusal."""
        with scripted(failure(404)) as server:
            result = run("send", server.url, "--set", f"{SESSION}=nobody")

        assert result.code == 0
        assert "judged   KEPT: refused" in result.out
        assert "kept     ERR-1 ERR-2 ERR-3 ERR-4 ERR-7" in result.out

    @pytest.mark.parametrize("arguments", [(), ("--set", f"{SESSION}=s", "--known-session")], ids=["example", "known"])
    def test_known_ids_may_not(self, run: Run, arguments: tuple[str, ...]) -> None:
        """The document's example and ids that are said to be known must be accepted: OK-1."""
        with scripted(failure(404)) as server:
            result = run("send", server.url, *arguments)

        assert result.code == 1
        assert "FAIL  OK-1" in result.out

    def test_a_repeat_answered_otherwise_is_reported(self, run: Run) -> None:
        """OK-8 is SHOULD: it is shown, and decides under --strict alone."""
        with scripted(success(), failure(404)) as server:
            arguments = ("send", server.url, "--repeat", 2, "--set", f"{SESSION}=s")
            lenient = run(*arguments)
        with scripted(success(), failure(404)) as server:
            strict = run("send", server.url, *arguments[2:], "--strict")

        assert (lenient.code, strict.code) == (0, 1)
        assert "WARN     OK-8" in lenient.out
        assert "FAIL     OK-8" in strict.out

    def test_a_conflict_at_a_repeat_is_left_open(self, run: Run) -> None:
        """A well-formed 409 to an exact repeat breaks nothing, strict or not."""
        with scripted(success(), failure(409)) as server:
            result = run("send", server.url, "--repeat", 2, "--strict")

        assert result.code == 0, result.out

    def test_a_late_answer_breaks_time_1(self, run: Run) -> None:
        """--max-response-time is judged on every answer."""
        with scripted(Reply(200, success().body, delay=0.3)) as server:
            result = run("send", server.url, "--max-response-time", 0.1)

        assert result.code == 1
        assert "FAIL  TIME-1" in result.out

    def test_silence_is_broken(self, run: Run) -> None:
        """A request that was sent and never answered counts as broken, not as unsent."""
        with scripted(Reply(200, success().body, delay=1.5)) as server:
            result = run("send", server.url, "--timeout", 0.3)

        assert result.code == 1
        assert "no answer within" in result.out

    def test_nobody_there_is_not_sent(self, run: Run) -> None:
        """A refused connection: exit code 2 and one line."""
        result = run("send", "http://127.0.0.1:1")

        assert result.code == 2
        assert "not sent: the target cannot be reached" in result.err
        assert result.err.count("\n") == 1

    def test_ndjson_is_one_object_a_line(self, run: Run) -> None:
        """Every answer, then a summary; nothing else on standard output."""
        with scripted(success(), Reply(200, b"no JSON")) as server:
            result = run("send", server.url, "--repeat", 2, "--format", "ndjson")

        first, second, summary = result.records
        assert (first["word"], first["status"], first["broken"]) == ("KEPT", 200, [])
        assert second["word"] == "BROKEN"
        assert second["broken"][0]["rule"] == "OK-2"
        assert summary["kind"] == "summary"
        assert (summary["exit_code"], summary["broken"]) == (result.code, {"OK-2": 1})


class TestOtherDocuments:
    """--spec and --operation: nothing here knows the contract."""

    def test_a_later_revision(self, run: Run, tmp_path: Path) -> None:
        """Another path, a renamed field, a new one, no hash, no credentials: all of it comes from the document."""
        path = tmp_path / "later.yaml"
        path.write_text(later_revision(), encoding="utf-8")
        contract = spec_of(later_revision())

        with serving(contract) as mock:
            result = run("send", mock.url, "--spec", path, "--repeat", 2, "--parallel", 2)
            dry = run("send", mock.url, "--spec", path, "--dry-run")

        assert result.code == 0, result.out
        assert "no request hash in this operation" in dry.out
        assert contract.operations[0].path in dry.out

    def test_a_second_operation(self, run: Run, tmp_path: Path) -> None:
        """--operation chooses it; values that are no strings are read as JSON."""
        path = tmp_path / "two.yaml"
        path.write_text(second_operation(), encoding="utf-8")
        contract = spec_of(second_operation())
        second = contract.operations[1]
        number = next(field.name for field in second.fields if not field.is_string)

        with serving(contract) as mock:
            result = run("send", mock.url, "--spec", path, "--operation", second.id, "--set", f"{number}=7")
            wrong = run("send", mock.url, "--spec", path, "--operation", second.id, "--set", f"{number}=seven")

        assert result.code == 0, result.out
        assert second.path in result.out
        assert wrong.code == 2
        assert "wrong type" in wrong.err


class TestStarting:
    """What a user waits for."""

    def test_send_starts_without_the_heavy_parts(self) -> None:
        """Neither Schemathesis nor Connexion nor Locust is imported."""
        code = "import luckymonaco.sending.send, sys; print(sorted({m.partition('.')[0] for m in sys.modules}))"
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

        assert not {"schemathesis", "connexion", "locust", "gevent"} & set(eval(done.stdout)), done.stdout
        assert time.perf_counter() - start < 20


def spec_of(text: str) -> Contract:
    """The typed view of a document's text."""
    return build(source(text))

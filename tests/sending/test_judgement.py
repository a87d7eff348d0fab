"""What `send` says of an answer: which rules it keeps and breaks, and how the run ends."""

import json

import pytest

from tests.document import CONTRACT, SESSION
from tests.sending.conftest import Run
from tests.sending.scripted import TOKEN, Reply, failure, scripted, success


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

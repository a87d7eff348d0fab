"""One notification: what is sent, which options are refused, and what a user waits for."""

import itertools
import subprocess
import sys
import time

import pytest

from tests.document import OPERATION, SESSION
from tests.mockserver.serving import Served
from tests.sending.conftest import Run
from tests.sending.scripted import FREE, Reply, scripted, success


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


class TestStarting:
    """What a user waits for."""

    def test_send_starts_without_the_heavy_parts(self) -> None:
        """Neither Schemathesis nor Connexion nor Locust is imported."""
        code = "import luckymonaco.sending.send, sys; print(*{name.partition('.')[0] for name in sys.modules})"
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

        assert not {"schemathesis", "connexion", "locust", "gevent"} & set(done.stdout.split()), done.stdout
        assert time.perf_counter() - start < 20

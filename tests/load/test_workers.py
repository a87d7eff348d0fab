"""A master and its workers share one load."""

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from tests.command_line import clean_environ
from tests.listening import free_port
from tests.load.conftest import Load, command
from tests.sending.scripted import failure, scripted, success


@contextlib.contextmanager
def workers(*runs: list[str]) -> Iterator[list["subprocess.Popen[str]"]]:
    """Worker processes, ended at the latest with the block."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    started = [subprocess.Popen(run, text=True, env=clean_environ(), **pipes) for run in runs]  # type: ignore[call-overload]
    try:
        yield started
    finally:
        for process in started:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=30)


@pytest.mark.parametrize("second", [0.2, 0.4], ids=["alike", "unlike"])
def test_two_workers_send_for_a_master(load: Load, second: float) -> None:
    """Locust's own master and workers: together they send the rate; what they counted adds up. A worker that was
    started with other options is found out.
    """
    port = free_port()
    with scripted(script=lambda received, _: success() if b"lmkit" in received.body else failure(400)) as server:
        shared = (server.url, "--rate", 30, "--duration", "5s", "--master-port", port, "--strict")
        runs = [command(*shared, "--faults", share, "--worker") for share in (0.2, second)]
        with workers(*runs) as started:
            result = load(
                *(*shared, "--faults", 0.2, "--master", "--expect-workers", 2, "--quiet", "--fail-if", "errors>100%")
            )
            codes = [process.wait(timeout=30) for process in started]

    assert result.summary["sent"] == result.summary["answered"] == len(server.received)
    assert len(result.summary["generators"]) == 2
    assert codes == [0, 0]
    if second == 0.2:
        assert result.summary["rate"] == pytest.approx(30, rel=0.25)
        assert result.summary["trouble"] == ""
    else:
        assert "other options than the master" in result.out
        assert result.code == 2


def test_a_worker_that_goes_away_is_missed(load: Load) -> None:
    """What it had counted is not known any more, and the run is not complete."""
    port = free_port()
    with scripted(success()) as server:
        shared = (server.url, "--rate", 20, "--duration", "9s", "--master-port", port)
        with workers(command(*shared, "--worker"), command(*shared, "--worker")) as started:

            def kill_one() -> None:
                end = time.monotonic() + 40
                while len(server.received) < 90 and time.monotonic() < end:
                    time.sleep(0.05)
                psutil.Process(started[0].pid).children()[0].kill()

            killer = threading.Thread(target=kill_one)
            killer.start()
            result = load(*shared, "--master", "--expect-workers", 2, "--quiet")
            killer.join()

    assert result.code == 2, result.out + str(result.summary)
    assert "TROUBLE  1 of 2 workers went away" in result.out

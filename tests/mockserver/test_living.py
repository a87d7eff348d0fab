"""The mock as a process that stands for weeks: started, stopped, reloaded, shared by partners, spoken to over TLS."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver import banner
from mockserver.settings import MockSettings
from spec import DEFAULT_PATH, Partner, ServeError, SettingError, attach, load, sign
from tests.mockserver.serving import read_answer, serving, wait_until

CONTRACT = load()
OPERATION = CONTRACT.operations[0]
SUCCESS = OPERATION.success
FIELD = next(field.name for field in OPERATION.fields if field.session_id)


@contextmanager
def process(*options: str, environ: dict[str, str] | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`luckymonaco mock` on a free port, and its banner."""
    command = [sys.executable, "-m", "luckymonaco", "mock", "--port", "0", *options]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("LUCKYMONACO_")}
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**variables, **(environ or {})}
    )
    try:
        assert running.stdout
        lines = []
        for line in running.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        yield running, "".join(lines)
    finally:
        if running.poll() is None:
            running.kill()
        running.communicate(timeout=10)


def port_of(text: str) -> int:
    """The port that a banner tells."""
    found = re.search(r"http://127\.0\.0\.1:(\d+)", text)
    assert found, text
    return int(found[1])


def request(**changed: Any) -> bytes:
    """The bytes of a valid notification with the demo credentials."""
    query, _ = attach(OPERATION, Partner({}))
    body = json.dumps({**OPERATION.example, **changed}).encode()
    head = (
        f"{OPERATION.method} {OPERATION.path}?{query} HTTP/1.1\r\nHost: x\r\nContent-Type: {OPERATION.media_type}\r\n"
    )
    return head.encode() + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


class TestProcess:
    """The command."""

    def test_banner_and_its_curl_line(self) -> None:
        """The banner says what is checked and what is not, and its curl line works when pasted."""
        with process() as (_, text):
            line = next(line.partition("try it")[2].strip() for line in text.splitlines() if "try it" in line)
            assert "does not check" in text
            if not shutil.which("curl"):
                pytest.skip("no curl")
            got = subprocess.run(["bash", "-c", line], check=False, capture_output=True, text=True, timeout=10)

        assert json.loads(got.stdout) == SUCCESS.body

    def test_curl_line_with_own_credentials(self) -> None:
        """With credentials of one's own the line holds the variables they come from, and works with those set."""
        mine = {
            "LUCKYMONACO_PARTNER_ID": "me & you",
            "LUCKYMONACO_PARTNER_TOKEN": "own-Secret",
            "LUCKYMONACO_SECRET": "s3cr3t-Key",
        }
        with process(environ=mine) as (_, text):
            line = next(line.partition("try it")[2].strip() for line in text.splitlines() if "try it" in line)
            assert "own-Secret" not in text
            assert "s3cr3t-Key" not in text
            if not shutil.which("curl"):
                pytest.skip("no curl")
            exported = {
                **os.environ,
                "LUCKYMONACO_PARTNER_ID": "me%20%26%20you",
                "LUCKYMONACO_PARTNER_TOKEN": "own-Secret",
            }
            got = subprocess.run(
                ["bash", "-c", line], check=False, capture_output=True, text=True, timeout=10, env=exported
            )

        assert json.loads(got.stdout) == SUCCESS.body

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_quiet_end(self, number: signal.Signals) -> None:
        """Ctrl-C and SIGTERM end it quietly, with exit code 0."""
        with process() as (running, _):
            running.send_signal(number)
            out, err = running.communicate(timeout=10)

        assert (running.returncode, out, err) == (0, "", "")

    def test_stop_finishes_what_is_in_flight(self) -> None:
        """At SIGTERM a request in flight gets its answer, and new connections are refused."""
        with process() as (running, text):
            port = port_of(text)
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(request(**{FIELD: "mock-delay-1200"}))
                time.sleep(0.3)
                running.send_signal(signal.SIGTERM)
                time.sleep(0.5)
                with pytest.raises(OSError):  # noqa: PT011 - refused or reset, as the system likes
                    socket.create_connection(("127.0.0.1", port), timeout=1).recv(1)
                assert read_answer(connection).json == SUCCESS.body
            running.communicate(timeout=10)

        assert running.returncode == 0

    def test_port_in_use(self) -> None:
        """A port in use is one clear line and exit code 2."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            command = [sys.executable, "-m", "luckymonaco", "mock", "--port", str(taken.getsockname()[1])]
            got = subprocess.run(command, check=False, capture_output=True, text=True, timeout=20)

        assert got.returncode == 2
        assert got.stdout == ""
        assert len(got.stderr.splitlines()) == 1
        assert "in use" in got.stderr

    @pytest.mark.parametrize(
        "options",
        [
            "--port 70000",
            "--host no.such.host.invalid",
            "--delay fast",
            "--respond nope",
            "--partners /nowhere",
            "--tls-cert /nowhere",
            "--tls-key x",
        ],
    )
    def test_bad_options(self, options: str) -> None:
        """Options that cannot be used are one clear line and exit code 2."""
        command = [sys.executable, "-m", "luckymonaco", "mock", *shlex.split(options)]
        got = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)

        assert got.returncode == 2
        assert len(got.stderr.splitlines()) == 1

    def test_secrets_from_files(self, tmp_path: Path) -> None:
        """The token can be read from a file."""
        (tmp_path / "token").write_text("from-a-File\n")
        with process("--partner-token-file", str(tmp_path / "token")) as (_, text):
            url = f"http://127.0.0.1:{port_of(text)}{OPERATION.path}"
            query, _ = attach(OPERATION, Partner({"partner-token": "from-a-File"}))
            assert httpx.post(f"{url}?{query}", json=dict(OPERATION.example)).json() == SUCCESS.body
            query, _ = attach(OPERATION, Partner({}))
            assert httpx.post(f"{url}?{query}", json=dict(OPERATION.example)).status_code == 403


class TestPartners:
    """Several partners from a file."""

    ENTRIES = [  # noqa: RUF012
        {"partner-id": "alpha", "partner-token": "token-of-Alpha", "secret": "secret-of-Alpha"},
        {"partner-id": "beta", "partner-token": "token-of-Beta"},
        {"partner-id": "gamma", "partner-token": "token-of-Gamma", "secret": "g", "hash-scheme": "sorted-sha256"},
    ]

    def test_each_with_its_own(self, tmp_path: Path) -> None:
        """Each id goes with its own token and its own secret, and with no other's."""
        file = tmp_path / "partners.json"
        file.write_text(json.dumps(self.ENTRIES))

        with serving(partners=file) as served:
            for entry in self.ENTRIES:
                scheme = CONTRACT.scheme(entry["hash-scheme"]) if "hash-scheme" in entry else None
                mine = Partner(entry, entry.get("secret", ""), scheme)
                body = sign(OPERATION, mine, OPERATION.example)
                for other in self.ENTRIES:
                    query, _ = attach(OPERATION, Partner({**entry, "partner-token": other["partner-token"]}))
                    got = httpx.post(f"{served.url}{OPERATION.path}?{query}", json=body)
                    assert (got.json() == SUCCESS.body) == (entry is other)
                    assert entry is other or served.answers("partner-token", got)
            query, _ = attach(OPERATION, Partner(self.ENTRIES[0]))
            wrong = httpx.post(f"{served.url}{OPERATION.path}?{query}", json=dict(OPERATION.example))
            assert served.answers("wrong-hash", wrong)
            query, _ = attach(OPERATION, Partner({**self.ENTRIES[0], "partner-id": "nobody"}))
            assert served.answers("partner-id", httpx.post(f"{served.url}{OPERATION.path}?{query}", json={}))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{}",
            "[]",
            "[1]",
            "- {partner-id: x}",
            "- {partner-id: x, partner-token: 5}",
            "- {partner-id: x, partner-token: y, colour: red}",
            "- {partner-id: x, partner-token: y, hash-scheme: nope}",
            ": [",
        ],
    )
    def test_unusable_file(self, tmp_path: Path, text: str) -> None:
        """A file that cannot be used is refused at start."""
        file = tmp_path / "partners.yaml"
        file.write_text(text)

        with pytest.raises(SettingError), serving(partners=file):
            pass


class TestReload:
    """--reload takes over a changed document."""

    def test_good_and_broken(self, tmp_path: Path) -> None:
        """A good change is served within seconds; a broken one leaves the last good one and says what is wrong."""
        file = tmp_path / "contract.yaml"
        shutil.copy(DEFAULT_PATH, file)
        text = file.read_text(encoding="utf-8")
        old, new = OPERATION.path, OPERATION.path + "2"

        with serving(load(file), spec=file, reload=True) as served:
            assert served.send().json() == SUCCESS.body

            file.write_text(text.replace(f"  {old}:\n", f"  {new}:\n", 1), encoding="utf-8")
            url = served.url + served.target().replace(old, new)
            wait_until(lambda: httpx.post(url, json=served.body()).json() == SUCCESS.body, 15)
            assert served.answers("path", served.send())

            file.write_text("openapi: 3.0.3\npaths: [\n", encoding="utf-8")
            wait_until(lambda: httpx.get(served.url + "/healthz").json()["reload"] != "ok", 15)
            assert "line" in httpx.get(served.url + "/healthz").json()["reload"]
            assert httpx.post(url, json=served.body()).json() == SUCCESS.body

            file.write_text(text, encoding="utf-8")
            wait_until(lambda: served.send().json() == SUCCESS.body, 15)
            assert httpx.get(served.url + "/healthz").json()["reload"] == "ok"
            assert served.mock.journal.total > 3


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    options = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(["openssl", *options.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


class TestTls:
    """HTTPS."""

    def test_notification(self, certificate: tuple[Path, Path]) -> None:
        """A notification over TLS is answered, and plain HTTP on that port is not."""
        cert, key = certificate
        with serving(tls_cert=cert, tls_key=key) as served:
            context = ssl.create_default_context(cafile=str(cert))
            got = httpx.post(served.url + served.target(), json=served.body(), verify=context)
            assert got.json() == SUCCESS.body
            hang = served.body(**{FIELD: "mock-reset"})
            with pytest.raises(httpx.HTTPError):
                httpx.post(served.url + served.target(), json=hang, verify=context)
            with pytest.raises(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{served.port}/")
            big = httpx.post(served.url + served.target(), content=b"x" * 3_000_000, verify=context)
            assert served.answers("too-large", big)

    def test_key_of_another(self, certificate: tuple[Path, Path], tmp_path: Path) -> None:
        """A key that does not belong to the certificate is refused at start."""
        from mockserver.serve import run

        other = tmp_path / "other.pem"
        subprocess.run(["openssl", "genrsa", "-out", other, "2048"], check=True, capture_output=True)
        with pytest.raises(ServeError, match="certificate"):
            run(MockSettings(port=0, tls_cert=certificate[0], tls_key=other))


def test_many_idle_and_dribbling_connections() -> None:
    """500 idle or dribbling connections do not stop normal callers."""
    with serving() as served:
        idle = [served.connect() for _ in range(500)]
        stop = threading.Event()

        def dribble() -> None:
            while not stop.is_set():
                for connection in idle[:250]:
                    with suppress(OSError):  # the mock may have had enough of it
                        connection.send(b"P" if connection is idle[0] else b"\n")
                time.sleep(0.2)

        thread = threading.Thread(target=dribble)
        thread.start()
        try:
            times = []
            for _ in range(30):
                started = time.monotonic()
                assert served.send().json() == SUCCESS.body
                times.append(time.monotonic() - started)
        finally:
            stop.set()
            thread.join()
            for connection in idle:
                connection.close()

    assert sorted(times)[len(times) // 2] < 0.2


def test_banner_says_where_it_is_open() -> None:
    """A mock that others can reach says so."""
    assert "NO" in banner.text(CONTRACT, MockSettings(host="0.0.0.0"), "http://127.0.0.1:8080")

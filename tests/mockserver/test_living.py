"""The mock stands for weeks: reloaded, spoken to over TLS, beset by idle and dribbling connections."""

import shutil
import ssl
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from mockserver import banner
from mockserver.settings import MockSettings
from spec import DEFAULT_PATH, ServeError, load
from tests.document import CONTRACT, OPERATION, SESSION, SUCCESS
from tests.mockserver.serving import serving, wait_until


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
            hang = served.body(**{SESSION: "mock-reset"})
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
            for _ in range(30):
                assert served.send().json() == SUCCESS.body
            assert thread.is_alive()
        finally:
            stop.set()
            thread.join()
            for connection in idle:
                connection.close()


def test_banner_says_where_it_is_open() -> None:
    """A mock that others can reach says so."""
    assert "NO" in banner.text(CONTRACT, MockSettings(host="0.0.0.0"), "http://127.0.0.1:8080")

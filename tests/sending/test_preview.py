"""What would be sent is shown, and sent by nobody: the request, the string to sign, a curl line."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.document import OPERATION
from tests.mockserver.serving import serving
from tests.sending.conftest import Run
from tests.sending.scripted import FREE

SECRET_VALUE = "players-own-token-77"


class TestPreview:
    """--dry-run and --curl."""

    def test_a_dry_run_sends_nothing_and_shows_the_string_to_sign(self, run: Run) -> None:
        """The string to sign, its mask replaced by the secret, digests to the hash of the document's worked example."""
        request_hash = OPERATION.request_hash
        assert request_hash is not None
        worked = request_hash.worked_example
        result = run("send", "http://192.0.2.1", "--dry-run", "--secret", worked["secret"], "--format", "ndjson")

        text = result.records[0]["hash"]["string_to_sign"]
        assert result.code == 0
        assert "‹secret›" in text
        assert worked["secret"] not in result.out
        digest = hashlib.md5(text.replace("‹secret›", worked["secret"]).encode()).hexdigest()
        assert digest == worked["hash"]

    @pytest.mark.parametrize("flags", [["--dry-run"], ["--dry-run", "--format", "ndjson"], ["--curl"]], ids=" ".join)
    def test_no_secret_is_shown(self, run: Run, flags: list[str]) -> None:
        """Neither the partner's token and secret nor the player's token."""
        secrets = {"token": "t0ken-of-partner", "secret": "s3cret-of-hash", "player": SECRET_VALUE}
        result = run(
            *("send", "http://127.0.0.1:1", "--set", f"{FREE}={SECRET_VALUE}", *flags),
            *("--partner-token", secrets["token"], "--secret", secrets["secret"]),
        )

        assert result.code == 0
        assert not [name for name, value in secrets.items() if value in result.out + result.err]

    @pytest.mark.skipif(shutil.which("curl") is None or shutil.which("bash") is None, reason="needs curl and bash")
    def test_the_curl_line_works(self, run: Run) -> None:
        """Pasted into a shell with the partner's variables, it is accepted."""
        with serving(partner_token="t0ken-of-partner", secret="s3cr3t") as mock:
            secrets = ("--partner-token", "t0ken-of-partner", "--secret", "s3cr3t")
            line = run("send", mock.url, *secrets, "--curl").out
            path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
            variables = {"LUCKYMONACO_PARTNER_TOKEN": secrets[1], "LUCKYMONACO_SECRET": secrets[3], "PATH": path}
            done = subprocess.run(["bash", "-c", line], env=variables, capture_output=True, text=True, check=False)

        assert " 200 " in done.stdout.splitlines()[0], done

"""The request hash, which is checked when a secret is configured."""

import json
from pathlib import Path
from typing import Any

import pytest

from spec import Credential, Field
from tests.document import CONTRACT, OPERATION
from tests.mockserver.serving import Served, serving


def ids(item: Any) -> str:
    """A readable parameter id."""
    return item.name if isinstance(item, (Field, Credential)) else json.dumps(item)


class TestRequestHash:
    """The request hash, which is checked when a secret is configured."""

    hashing = OPERATION.request_hash

    def test_right_hash_succeeds(self, strict_mock: Served) -> None:
        """A notification with the right hash succeeds, in either letter case."""
        assert self.hashing
        body = strict_mock.body()

        assert strict_mock.send().json() == OPERATION.success.body
        body[self.hashing.field] = body[self.hashing.field].upper()
        assert strict_mock.send(content=json.dumps(body).encode()).json() == OPERATION.success.body

    @pytest.mark.parametrize("given", ["0" * 32, "x", "é…", "c4", "\u0000"], ids=ascii)
    def test_wrong_hash_is_refused(self, strict_mock: Served, given: str) -> None:
        """A wrong hash is refused, whatever it looks like."""
        assert self.hashing
        body = {**strict_mock.body(), self.hashing.field: given}

        answer = strict_mock.send(content=json.dumps(body).encode())

        assert strict_mock.answers("wrong-hash", answer)

    @pytest.mark.parametrize("field", [f for f in OPERATION.fields if not f.secret or not f.required], ids=ids)
    def test_hash_of_other_values_is_refused(self, strict_mock: Served, field: Field) -> None:
        """Every signed field is covered."""
        body = {**strict_mock.body(), field.name: "another"}

        answer = strict_mock.send(content=json.dumps(body).encode())

        assert strict_mock.answers("wrong-hash", answer)

    def test_any_hash_without_a_secret(self, mock: Served) -> None:
        """Without a secret its presence is all that is checked."""
        assert self.hashing
        assert mock.send(**{self.hashing.field: "anything"}).json() == OPERATION.success.body

    @pytest.mark.parametrize("scheme", CONTRACT.hash_schemes)
    def test_every_scheme(self, scheme: str) -> None:
        """Every scheme of the document can be checked."""
        with serving(secret="s", hash_scheme=scheme) as served:
            assert served.send().json() == OPERATION.success.body
            body = served.body()
            body[OPERATION.fields[0].name] += "!"
            assert served.answers("wrong-hash", served.send(content=json.dumps(body).encode()))

    def test_a_function_of_the_users_own(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        """It need not bear faulty bodies; where it fails on a good one, the log says so."""
        first = OPERATION.required[0].name
        path = tmp_path / "the_users_own.py"
        path.write_text(
            f"def sign(body, secret):\n    return secret + body[{first!r}].lower()\n"
            "def fail(body, secret):\n    return body['no such field']\n"
        )
        with serving(secret="s3cr", hash_scheme=f"{path}:sign") as served:
            good = served.body()
            assert served.send().json() == OPERATION.success.body
            for fault, body in (
                ("missing-field", {name: value for name, value in good.items() if name != first}),
                ("wrong-type", {**good, first: 7}),
                ("wrong-hash", {**good, first: "another"}),
            ):
                assert served.answers(fault, served.send(content=json.dumps(body).encode()))
        with serving(secret="s3cr", hash_scheme=f"{path}:fail") as served:
            assert served.answers("system-error", served.send(content=json.dumps(good).encode()))

        assert "KeyError at line 4 of the_users_own.py" in caplog.text

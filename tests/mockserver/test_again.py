"""A journalled request's curl line, pasted into a shell with the variables set: it gets the same answer again."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.document import OPERATION
from tests.mockserver.controlling import TOKEN, requests
from tests.mockserver.serving import Served, serving
from tests.mockserver.test_edited_documents import edited

if not (shutil.which("curl") and shutil.which("sh")):
    pytest.skip("no curl or no sh", allow_module_level=True)

HASHING = OPERATION.request_hash
assert HASHING
SECRET_FIELD = next(field.name for field in OPERATION.fields if field.secret and not field.required)
SECRET_ROLE = next(item.role for item in OPERATION.credentials if item.secret).replace("-", "_")
OWN = {"partner_id": "me & you", "partner_token": "own/Token+1", "secret": "s3cr3t-Key"}
Play = Callable[[Served], Any]


@pytest.fixture(scope="module")
def own() -> Iterator[Served]:
    """A mock with credentials of its own, which checks the request hash."""
    with serving(control_token=TOKEN, **OWN) as served:
        yield served


def pasted(served: Served, **variables: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The newest request, and the one that its line brought."""
    entry = requests(served)[0]
    known = {f"LUCKYMONACO_{name.upper()}": value for name, value in {"url": served.url, **variables}.items()}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    line = entry["curl"].replace("curl ", "curl -m 10 ", 1)
    got = subprocess.run(["sh", "-c", line], check=False, capture_output=True, timeout=30, env={"PATH": path, **known})
    again = requests(served)[0]

    assert again["number"] == entry["number"] + 1, got.stderr
    return entry, again


def with_body(content: bytes, **headers: str) -> Play:
    """Send a body as it is."""
    return lambda mock: mock.send(content=content, headers={name.replace("_", "-"): v for name, v in headers.items()})


def with_hash(change: Callable[[str], Any]) -> Play:
    """Send a notification with its right hash changed."""

    def play(mock: Served) -> None:
        body = mock.body()
        mock.send(content=json.dumps({**body, HASHING.field: change(body[HASHING.field])}).encode())

    return play


PLAYS: dict[str, Play] = {
    "success": lambda mock: mock.send(),
    "a player's secret": lambda mock: mock.send(**{SECRET_FIELD: "Players-Own-Secret é'\"$(x)"}),
    "a secret of the wrong type": lambda mock: mock.send(**{SECRET_FIELD: 12345678}),
    "wrong hash": with_hash(lambda right: "0" * len(right)),
    "hash cut short": with_hash(lambda right: right[:-1]),
    "no JSON": with_body(b"@{"),
    "bytes": with_body(b"\xff\x00'\r\n%s\\"),
    "a form": with_body(
        f"{SECRET_FIELD}=Players-Own-Secret".encode(), content_type="application/x-www-form-urlencoded"
    ),
    "no media type": lambda mock: mock.send(headers={"Content-Type": None}),
    "a preference": lambda mock: mock.send(headers={"Prefer": 'code="nope"'}),
    "wrong token": lambda mock: httpx.post(mock.url + mock.target(**{SECRET_ROLE: "another-Token"}), json=mock.body()),
    "no token": lambda mock: httpx.post(mock.url + mock.target(**{SECRET_ROLE: None}), json=mock.body()),
    "token and more": lambda mock: httpx.post(
        mock.url + mock.target(**{SECRET_ROLE: OWN["partner_token"] + "x"}), json=mock.body()
    ),
    "method": lambda mock: httpx.put(mock.url + mock.target(), json=mock.body()),
    "HEAD": lambda mock: httpx.head(mock.url + mock.target()),
    "an odd path": lambda mock: mock.raw(mock.request(b"x", target="/a/..//%0a%c3%a9%zz[1-3]{a,b}?a=$HOME&b[]=`id`")),
}


@pytest.mark.parametrize("name", PLAYS)
def test_same_answer_again(own: Served, name: str) -> None:
    """The line gets the answer that was given, for the same reason, and shows no secret that was sent."""
    PLAYS[name](own)

    entry, again = pasted(own, partner_token=OWN["partner_token"], secret=OWN["secret"])

    for what in ("method", "path", "answer", "why", "chosenBy"):
        assert again[what] == entry[what]
    for secret in (*list(OWN.values())[1:], "Players-Own-Secret", "another-Token", str(own.body()[HASHING.field])):
        assert secret not in entry["curl"] + str(entry["curlNotes"])


def test_notes(own: Served) -> None:
    """What must be set is said, and nothing else."""
    own.send()
    assert [note.split()[1] for note in requests(own)[0]["curlNotes"] if note.startswith("set ")] == [
        "LUCKYMONACO_URL",
        "LUCKYMONACO_PARTNER_TOKEN",
        "LUCKYMONACO_SECRET",
    ]
    own.raw(b"nonsense\r\n\r\n")
    assert (requests(own)[0]["curl"], len(requests(own)[0]["curlNotes"])) == ("", 1)


@pytest.mark.parametrize("location", ["header", "cookie"])
def test_credentials_elsewhere(tmp_path: Path, location: str) -> None:
    """Credentials in headers and cookies are in the line, too; another document's command names that document."""

    def edit(document: dict[str, Any]) -> None:
        for scheme in document["components"]["securitySchemes"].values():
            scheme["in"] = location

    with serving(edited(tmp_path, edit), control_token=TOKEN, hash_scheme="sorted-hmac-sha256", **OWN) as served:
        served.send(headers=None if location == "header" else {"X-Other": "1"})
        entry, again = pasted(served, partner_token=OWN["partner_token"], secret=OWN["secret"])

    assert again["outcome"] == entry["outcome"] == "success"
    assert "edited.yaml" in entry["curl"]
    assert "own/Token" not in entry["curl"]

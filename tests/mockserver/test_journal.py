"""The journal: what arrived, and why it was answered so."""

import json
import threading
import time
from typing import Any

import httpx

from spec import fingerprint
from tests.document import CONTRACT, OPERATION, REFUSAL, SESSION, SUCCESS
from tests.mockserver.controlling import TOKEN, control, requests
from tests.mockserver.serving import Served, serving, wait_until


def test_request_is_journalled(journalled: Served) -> None:
    """A success is kept with every check passed and the reason for its answer."""
    journalled.send()

    (entry,) = requests(journalled)
    assert (entry["outcome"], entry["answer"], entry["chosenBy"]) == ("success", SUCCESS.name, "default")
    assert {check["result"] for check in entry["checks"]} == {"passed"}
    names = [check["name"] for check in entry["checks"]]
    assert all(any(field.name in name for name in names) for field in OPERATION.fields)


def test_each_check_has_its_result(journalled: Served) -> None:
    """A refusal shows what failed, also behind the first failure, and what could not be judged."""
    second = OPERATION.required[1].name
    journalled.send(headers={"Content-Type": "text/plain"}, **{second: 5})
    journalled.send(content=b"{")

    broken, typed = requests(journalled)
    results = {check["name"]: check["result"] for check in typed["checks"]}
    assert results["media type"] == "failed"
    assert results[f"field {second}"] == "failed"
    assert results["syntax"] == "passed"
    after = {check["name"]: check["result"] for check in broken["checks"]}
    assert after["syntax"] == "failed"
    assert after[f"field {second}"] == "not reached"


def test_hash_is_explained(journalled: Served) -> None:
    """The string that was hashed is shown, its secret and both digests as fingerprints."""
    assert OPERATION.request_hash
    body = {**journalled.body(), OPERATION.request_hash.field: "0" * 32}
    journalled.send(content=json.dumps(body).encode())

    (entry,) = requests(journalled)
    hashed = entry["hash"]
    assert OPERATION.required[0].name + "=" in hashed["stringToSign"]
    assert fingerprint("s3cr3t-Key") in hashed["stringToSign"]
    assert hashed["given"] == fingerprint("0" * 32) != hashed["expected"]


def test_no_secret_is_shown(journalled: Served) -> None:
    """Neither the journal nor the list shows a token, a hash or a secret, right or wrong; two wrong ones differ."""
    secret_fields = {field.name: f"very-Secret-{field.name}" for field in OPERATION.fields if field.secret}
    target = journalled.target()
    for token in ("wrong-Token-1", "wrong-Token-2", "tok-3n"):
        url = journalled.url + target.replace("tok-3n", token)
        httpx.post(
            url,
            json={**journalled.body(), **secret_fields},
            headers={"X-Leak": "tok-3n", "Authorization": "abc-Secret", "Cookie": "c=very-Secret"},
        )
        httpx.post(url, content=b'{"broken": ' + json.dumps(secret_fields).encode())
    httpx.post(journalled.url + "/tok-3n/elsewhere")

    text = json.dumps(requests(journalled), ensure_ascii=False) + control(journalled, "GET", "requests").text
    for value in (*secret_fields.values(), "wrong-Token", "tok-3n", "s3cr3t-Key", "abc-Secret", "very-Secret", TOKEN):
        assert value not in text
    assert fingerprint("wrong-Token-1") in text
    assert fingerprint("wrong-Token-2") in text


def test_malformed_request_is_journalled(journalled: Served) -> None:
    """What is not HTTP is kept, too."""
    journalled.raw(b"nonsense\r\n\r\n")

    (entry,) = requests(journalled)
    assert entry["answer"] == CONTRACT.answer_for("malformed-request").name


def test_filters(journalled: Served) -> None:
    """The list can be narrowed by outcome, code, answer, field value, number and time."""
    journalled.send(**{SESSION: "first"})
    journalled.send(**{SESSION: "second"})
    journalled.send(headers={"Prefer": f"example={REFUSAL.name}"}, **{SESSION: "third"})

    def count(filters: str) -> int:
        return control(journalled, "GET", f"requests/count?{filters}").json()["count"]  # type: ignore[no-any-return]

    assert count("") == 3
    assert count("outcome=success") == 2
    assert count(f"code={REFUSAL.code}") == 1
    assert count(f"answer={SUCCESS.name}&field.{SESSION}=second") == 1
    assert count("after=2") == 1
    assert count("since=-60") == 3
    assert count("since=2999-01-01T00:00:00Z") == 0
    assert count("since=2020-01-01T00:00:00+02:00") == count("since=2020-01-01") == 3
    journalled.send(unlisted=7)
    assert (count("field.unlisted=7"), count("field.unlisted=8")) == (1, 0)
    assert [entry["number"] for entry in control(journalled, "GET", "requests?limit=2").json()["requests"]] == [4, 3]
    for wrong in ("colour=red", "after=x", "since=soon", "limit=-1"):
        assert control(journalled, "GET", f"requests?{wrong}").status_code == 400


def test_one_request(journalled: Served) -> None:
    """A single request can be had by its number."""
    journalled.send()

    assert control(journalled, "GET", "requests/1").json()["number"] == 1
    assert control(journalled, "GET", "requests/2").status_code == 404
    assert control(journalled, "GET", "requests/x").status_code == 400
    assert control(journalled, "DELETE", "requests/1").status_code == 405


def test_clear(journalled: Served) -> None:
    """The journal can be emptied; numbers go on."""
    journalled.send()
    assert control(journalled, "DELETE", "requests").json() == {"deleted": 1}
    assert requests(journalled) == []
    journalled.send()
    assert requests(journalled)[0]["number"] == 2


def test_journal_is_bounded(journalled: Served) -> None:
    """The journal keeps the newest only, and cuts long bodies."""
    for number in range(60):
        journalled.send(**{SESSION: str(number) + "x" * 5000})

    entries = requests(journalled, "limit=1000")
    assert len(entries) == 50
    assert entries[0]["number"] == 60
    assert len(entries[0]["body"]) <= 2100
    assert entries[0]["bodyCut"] is True
    assert journalled.mock.journal.bytes < 50 * 5000


def test_journal_is_bounded_in_bytes() -> None:
    """Bytes count as well as entries."""
    with serving(journal_bytes=20_000) as served:
        for _ in range(20):
            served.send(**{SESSION: "x" * 3000})

        assert served.mock.journal.bytes <= 20_000
        assert 0 < len(served.mock.journal) < 8


def test_own_pages_are_not_journalled(journalled: Served) -> None:
    """Looking at the journal does not fill it."""
    for path in ("/", "/docs", "/healthz", "/metrics", "/__mock/requests"):
        httpx.get(journalled.url + path)

    assert requests(journalled) == []


def test_events(journalled: Served) -> None:
    """New requests are told as server-sent events, and a reader that leaves is forgotten."""
    seen: list[dict[str, Any]] = []

    def follow() -> None:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.stream("GET", journalled.url + "/__mock/events", headers=headers, timeout=10) as stream:
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    seen.append(json.loads(line[6:]))
                    if len(seen) == 2:
                        return

    reader = threading.Thread(target=follow)
    reader.start()
    wait_until(lambda: bool(journalled.mock.journal._listeners))
    journalled.send()
    journalled.send(content=b"{")
    reader.join(10)

    assert [entry["outcome"] for entry in seen] == ["success", "refused"]
    wait_until(lambda: not journalled.mock.journal._listeners)


def test_server_stops_while_somebody_follows() -> None:
    """An open stream of events does not keep the server from stopping."""
    started = time.monotonic()
    with serving(control_token=TOKEN) as served:
        connection = served.connect()
        connection.sendall(f"GET /__mock/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode())
        assert b"200" in connection.recv(1000)

    connection.close()
    assert time.monotonic() - started < 4

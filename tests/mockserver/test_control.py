"""The journal and the control API: what arrived, why it was answered so, what is answered next; and who may know."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema_rs
import pytest
import yaml

from mockserver.control import _HERE
from mockserver.reference import INLINE
from spec import fingerprint, load
from spec.schema import resolve, to_json_schema
from tests.mockserver.serving import Served, serving, wait_until

CONTRACT = load()
OPERATION = CONTRACT.operations[0]
SUCCESS = OPERATION.success
REFUSAL = next(answer for answer in OPERATION.answers if not answer.is_success)
FIELD = next(field.name for field in OPERATION.fields if field.session_id)
TOKEN = "control-Token-1"
DESCRIPTION = yaml.safe_load((_HERE / "control.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def journalled() -> Iterator[Served]:
    """A mock with a small journal, which checks the request hash."""
    with serving(
        control_token=TOKEN, journal_entries=50, journal_body=2000, secret="s3cr3t-Key", partner_token="tok-3n"
    ) as served:
        yield served


@pytest.fixture(scope="module")
def guarded() -> Iterator[Served]:
    """A mock whose state no test changes."""
    with serving(control_token=TOKEN) as served:
        yield served


def control(mock: Served, method: str, path: str, token: str | None = TOKEN, **options: Any) -> httpx.Response:
    """Call the control API."""
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return httpx.request(method, f"{mock.url}/__mock/{path}", headers=headers, **options)


def requests(mock: Served, filters: str = "") -> list[dict[str, Any]]:
    """The journal with all details, as the control API shows it."""
    return control(mock, "GET", f"requests?full=1&{filters}").json()["requests"]  # type: ignore[no-any-return]


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
    journalled.send(**{FIELD: "first"})
    journalled.send(**{FIELD: "second"})
    journalled.send(headers={"Prefer": f"example={REFUSAL.name}"}, **{FIELD: "third"})

    def count(filters: str) -> int:
        return control(journalled, "GET", f"requests/count?{filters}").json()["count"]  # type: ignore[no-any-return]

    assert count("") == 3
    assert count("outcome=success") == 2
    assert count(f"code={REFUSAL.code}") == 1
    assert count(f"answer={SUCCESS.name}&field.{FIELD}=second") == 1
    assert count("after=2") == 1
    assert count("since=-60") == 3
    assert count("since=2999-01-01T00:00:00Z") == 0
    assert [entry["number"] for entry in control(journalled, "GET", "requests?limit=2").json()["requests"]] == [3, 2]
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
        journalled.send(**{FIELD: str(number) + "x" * 5000})

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
            served.send(**{FIELD: "x" * 3000})

        assert served.mock.journal.bytes <= 20_000
        assert 0 < len(served.mock.journal) < 8


def test_own_pages_are_not_journalled(journalled: Served) -> None:
    """Looking at the journal does not fill it."""
    for path in ("/", "/docs", "/healthz", "/metrics", "/__mock/requests"):
        httpx.get(journalled.url + path)

    assert requests(journalled) == []


class TestNext:
    """`PUT /__mock/next`."""

    def test_for_everybody(self, journalled: Served) -> None:
        """The next requests are answered as set, and the one after as usual."""
        control(journalled, "PUT", "next", json={"answers": [REFUSAL.name, REFUSAL.code]})

        got = [journalled.send().json() for _ in range(3)]

        assert got == [REFUSAL.body, REFUSAL.body, SUCCESS.body]

    def test_for_one_session(self, journalled: Served) -> None:
        """Only notifications of that session are answered so."""
        control(journalled, "PUT", "next", json={"answers": ["503"], "session": "mine"})

        assert journalled.send().json() == SUCCESS.body
        assert journalled.send(**{FIELD: "mine"}).status_code == 503
        assert journalled.send(**{FIELD: "mine"}).json() == SUCCESS.body

    def test_pending_and_taken_back(self, journalled: Served) -> None:
        """What is to come can be seen, and taken back."""
        control(journalled, "PUT", "next", json={"answers": ["reset"]})
        assert control(journalled, "GET", "next").json()["next"] == ["reset"]
        assert control(journalled, "DELETE", "next").json()["next"] == []
        assert journalled.send().json() == SUCCESS.body

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"{}",
            b'{"answers": "x"}',
            b'{"answers": [1]}',
            b'{"answers": ["nope"]}',
            b'{"answers": [], "session": 1}',
        ],
    )
    def test_nonsense_is_refused(self, journalled: Served, body: bytes) -> None:
        """Anything else is refused with what was expected."""
        got = control(journalled, "PUT", "next", content=body)

        assert got.status_code == 400
        assert got.json()["detail"]

    def test_known_answers(self, journalled: Served) -> None:
        """What can be chosen is listed."""
        known = control(journalled, "GET", "answers").json()

        assert {answer.name for answer in OPERATION.answers} <= {entry["name"] for entry in known["answers"]}
        assert "reset" in known["behaviours"]


class TestGuard:
    """Control needs its token."""

    PATHS = [  # noqa: RUF012
        (method.upper(), path)
        for path, item in DESCRIPTION["paths"].items()
        for method in item
        if method != "parameters"
    ]

    @pytest.mark.parametrize("token", [None, "", TOKEN[:-1], TOKEN + "x", TOKEN.swapcase(), "é"])
    @pytest.mark.parametrize(("method", "path"), PATHS)
    def test_without_it_nothing(self, guarded: Served, method: str, path: str, token: str | None) -> None:
        """Every operation is refused without the token, or with another."""
        header = {"Authorization": f"Bearer {token}".strip().encode()} if token is not None else {}

        got = httpx.request(method, guarded.url + path.replace("{number}", "1"), headers=header)

        assert got.status_code == 401
        assert "access-control-allow-origin" not in got.headers

    def test_generated_token(self) -> None:
        """A token is made at start when none is given, another each time."""
        with serving() as one, serving() as two:
            assert len(one.mock.control_token) >= 20
            assert one.mock.control_token != two.mock.control_token
            assert control(one, "GET", "requests", one.mock.control_token).status_code == 200
            assert control(one, "GET", "requests", two.mock.control_token).status_code == 401

    def test_no_control(self) -> None:
        """--no-control removes all of it; the paths are then none of anybody's."""
        with serving(control=False) as served:
            for path in ("/__mock/", "/__mock/requests", "/__mock/next"):
                assert served.answers("path", httpx.get(served.url + path))
            assert httpx.get(served.url + "/healthz").status_code == 200


def test_description_holds(journalled: Served) -> None:
    """The control API answers as its own OpenAPI document says, which is served and valid."""
    from openapi_spec_validator import OpenAPIV30SpecValidator

    served = httpx.get(journalled.url + "/__mock/openapi.json").json()
    assert served == DESCRIPTION
    assert list(OpenAPIV30SpecValidator(served).iter_errors()) == []
    journalled.send()
    for path, item in DESCRIPTION["paths"].items():
        content = resolve(DESCRIPTION, item["get"]["responses"]["200"]).get("content", {})
        if "application/json" in content:
            schema = to_json_schema(content["application/json"]["schema"])
            got = control(journalled, "GET", path.removeprefix("/__mock/").replace("{number}", "1"))
            jsonschema_rs.Draft4Validator(schema).validate(got.json())


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


class TestPages:
    """What the mock says of itself."""

    def test_documentation(self, guarded: Served) -> None:
        """The documentation is one file: what stands in it may run, and nothing is loaded from elsewhere."""
        got = httpx.get(guarded.url + "/docs")

        assert got.status_code == 200
        assert got.headers.get_list("content-security-policy") == [INLINE.decode()]
        assert INLINE.startswith(b"default-src 'none'; ")
        assert b"http" not in INLINE

    @pytest.mark.parametrize("path", ["/", "/__mock/"])
    def test_html(self, guarded: Served, path: str) -> None:
        """The pages load nothing from elsewhere, and a strict policy holds for them."""
        got = httpx.get(guarded.url + path)

        assert got.status_code == 200
        policy = got.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert 'src="http' not in got.text
        assert "<script>" not in got.text
        assert " style=" not in got.text

    def test_reference(self, guarded: Served) -> None:
        """The reference names every field, answer and reading of the document."""
        text = httpx.get(guarded.url + "/docs").text

        for word in (*(f.name for f in OPERATION.fields), *(a.name for a in OPERATION.answers), *CONTRACT.readings):
            assert word in text

    def test_document(self, guarded: Served) -> None:
        """The document is served as it is."""
        assert httpx.get(guarded.url + "/openapi.yaml").text == CONTRACT.source.text
        assert httpx.get(guarded.url + "/openapi.json").json() == CONTRACT.raw

    def test_health(self, guarded: Served) -> None:
        """Health is a 200 with a word."""
        assert httpx.get(guarded.url + "/healthz").json()["status"] == "ok"

    def test_metrics(self, journalled: Served) -> None:
        """Requests are counted by outcome and code, and their latencies in buckets."""
        journalled.send()
        journalled.send(headers={"Prefer": f"example={REFUSAL.name}"})
        text = httpx.get(journalled.url + "/metrics").text

        assert 'outcome="refused"' in text
        assert f'code="{REFUSAL.code}"' in text
        assert 'luckymonaco_mock_request_seconds_bucket{le="+Inf"} 2.0' in text

    def test_head_and_other_methods(self, journalled: Served) -> None:
        """HEAD is answered without a body, another method with 405."""
        assert httpx.head(journalled.url + "/healthz").content == b""
        assert httpx.delete(journalled.url + "/healthz").status_code == 405

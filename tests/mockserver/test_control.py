"""The control API: what is answered next, and who may know."""

import httpx
import jsonschema_rs
import pytest
import yaml

from mockserver.control import _HERE
from spec.schema import resolve, to_json_schema
from tests.document import OPERATION, REFUSAL, SESSION, SUCCESS
from tests.mockserver.controlling import TOKEN, control
from tests.mockserver.serving import Served, serving

DESCRIPTION = yaml.safe_load((_HERE / "control.yaml").read_text(encoding="utf-8"))


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
        assert journalled.send(**{SESSION: "mine"}).status_code == 503
        assert journalled.send(**{SESSION: "mine"}).json() == SUCCESS.body

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


def test_guessing_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    """Wrong tokens are noted in the log, once in a while and not one by one, and never with what was sent."""
    with caplog.at_level("WARNING"), serving(control_token=TOKEN) as served:
        for number in range(20):
            control(served, "GET", "requests", f"guessed-Token-{number}")

    assert [record.getMessage() for record in caplog.records] == [
        "the control token was missing or wrong (1 times), last from 127.0.0.1"
    ]


@pytest.mark.parametrize("place", ["?token={}", "?access_token={}", "?authorization=Bearer%20{}"])
def test_no_token_in_the_query(guarded: Served, place: str) -> None:
    """The token counts in its header only: a query ends up in histories and logs."""
    assert httpx.get(f"{guarded.url}/__mock/requests{place.format(TOKEN)}").status_code == 401


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

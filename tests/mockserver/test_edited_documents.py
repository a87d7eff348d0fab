"""The document is the only place that knows: edited, and nothing else, it is what the mock serves."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from spec import DEFAULT_PATH, Contract, load
from tests.document import OPERATION
from tests.mockserver.serving import serving

RAW = yaml.safe_load(DEFAULT_PATH.read_text(encoding="utf-8"))
PATH, METHOD = OPERATION.path, OPERATION.method.lower()
Edit = Callable[[dict[str, Any]], None]


def edited(folder: Path, edit: Edit) -> Contract:
    """The contract of an edited copy of the kit's document, read from a file as `--spec` does."""
    document = copy.deepcopy(RAW)
    edit(document)
    file = folder / "edited.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return load(file)


def request_schema(document: dict[str, Any]) -> dict[str, Any]:
    """The schema of the notification, where the document has it."""
    reference = document["paths"][PATH][METHOD]["requestBody"]["content"][OPERATION.media_type]["schema"]["$ref"]
    return document["components"]["schemas"][reference.rpartition("/")[2]]  # type: ignore[no-any-return]


def response(document: dict[str, Any], status: str) -> dict[str, Any]:
    """The media type entry of a response."""
    reference = document["paths"][PATH][METHOD]["responses"][status]["$ref"]
    return document["components"]["responses"][reference.rpartition("/")[2]]["content"][OPERATION.media_type]  # type: ignore[no-any-return]


def test_new_named_answer(tmp_path: Path) -> None:
    """(a) A new named error answer can be had by name and by code."""
    value = {"error": {"code": "G.77", "message": "SESSION IS BEING MOVED"}}

    def edit(document: dict[str, Any]) -> None:
        response(document, "503")["examples"]["being-moved"] = {"value": value}

    with serving(edited(tmp_path, edit)) as served:
        by_name = served.send(headers={"Prefer": "example=being-moved"})
        by_code = served.send(headers={"Prefer": "code=G.77"})

    assert (by_name.status_code, by_name.json()) == (503, value)
    assert by_code.json() == value


def revise(document: dict[str, Any]) -> None:
    """(b) A later revision of the page: another path, a field renamed, one more, no hash, no credentials."""
    item = document["paths"].pop(PATH)
    document["paths"]["/V5/" + PATH.rpartition("/")[2].upper()] = item
    operation = item[METHOD]
    operation["security"] = []
    schema = request_schema({**document, "paths": {PATH: item}})
    hashing = OPERATION.request_hash
    assert hashing
    schema["required"].remove(hashing.field)
    del schema["properties"][hashing.field]
    old = OPERATION.required[2].name
    schema["properties"]["renamed"] = schema["properties"].pop(old)
    schema["required"][schema["required"].index(old)] = "renamed"
    schema["properties"]["uuid"] = {"type": "string", "format": "uuid", "minLength": 1}
    schema["required"].append("uuid")
    for example in operation["requestBody"]["content"][OPERATION.media_type]["examples"].values():
        value = example["value"]
        del value[hashing.field]
        value["renamed"] = value.pop(old)
        value["uuid"] = "3f2b8c1e-5d47-4a9b-8e6f-0c1d2e3f4a5b"


def test_later_revision(tmp_path: Path) -> None:
    """(b) A later revision works by itself: its path, its fields, and no credentials."""
    contract = edited(tmp_path, revise)
    operation = contract.operations[0]
    assert not operation.credentials
    assert operation.request_hash is None

    with serving(contract, secret="s3cr3t") as served:
        assert served.send().json() == operation.success.body
        assert served.answers("path", httpx.post(served.url + PATH, json={}))
        for field in operation.required:
            rest = {name: value for name, value in operation.example.items() if name != field.name}
            answer = served.send(content=json.dumps(rest).encode())
            assert served.answers("missing-field", answer)
            assert answer.headers["x-luckymonaco-why"].startswith(field.name)
        assert served.answers("wrong-type", served.send(renamed=1))


def test_second_operation(tmp_path: Path) -> None:
    """(c) A second operation is served beside the first, with its own fields, method, limits and answers."""

    def edit(document: dict[str, Any]) -> None:
        first = document["paths"][PATH][METHOD]
        document["paths"]["/V4/balance"] = {
            "put": {
                "operationId": "balance",
                "security": first["security"],
                "requestBody": {
                    "required": True,
                    "content": {
                        OPERATION.media_type: {
                            "schema": {
                                "type": "object",
                                "required": ["amount", "currency"],
                                "properties": {
                                    "amount": {"type": "integer", "minimum": 1},
                                    "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
                                    "note": {"type": "string", "nullable": True},
                                },
                            },
                            "examples": {"euro": {"value": {"amount": 5, "currency": "EUR"}}},
                        }
                    },
                },
                "responses": {
                    "200": {
                        "description": "Booked.",
                        "content": {OPERATION.media_type: {"examples": {"booked": {"value": {"booked": True}}}}},
                    },
                    "400": first["responses"]["400"],
                    "402": {
                        "description": "No money.",
                        "content": {OPERATION.media_type: {"examples": {"no-money": {"value": {"broke": True}}}}},
                    },
                },
            }
        }

    with serving(edited(tmp_path, edit)) as served:
        first, second = served.contract.operations
        assert served.send(first).json() == first.success.body
        assert served.send(second).json() == {"booked": True}
        assert served.send(second, note=None).json() == {"booked": True}
        assert served.answers("wrong-type", served.send(second, amount="5"))
        assert served.answers("invalid-value", served.send(second, amount=0))
        assert served.answers("invalid-value", served.send(second, currency="euro"))
        assert served.send(second, headers={"Prefer": "example=no-money"}).status_code == 402
        assert "no-money" in served.send(second, headers={"Prefer": "example=nope"}).text
        assert served.answers("unknown-preference", served.send(first, headers={"Prefer": "example=no-money"})) is False
        wrong = httpx.post(served.url + served.target(second), json={})
        assert (wrong.status_code, wrong.headers["allow"]) == (405, "PUT")
        credential = second.credentials[0]
        target = served.target(second, **{credential.role.replace("-", "_"): None})
        assert served.answers(credential.fault, httpx.put(served.url + target, json={"amount": 5, "currency": "EUR"}))


@pytest.mark.parametrize("location", ["header", "cookie"])
def test_credentials_elsewhere(tmp_path: Path, location: str) -> None:
    """Credentials may stand in a header or a cookie."""

    def edit(document: dict[str, Any]) -> None:
        for scheme in document["components"]["securitySchemes"].values():
            scheme["in"] = location

    with serving(edited(tmp_path, edit)) as served:
        assert served.send().json() == OPERATION.success.body
        name, wrong = OPERATION.credentials[0].name, {"Cookie": ""}
        for value in ("", "x"):
            if location == "header":
                wrong = {name: value}
            else:
                rest = "; ".join(f"{c.name}={served.partner.value(c)}" for c in OPERATION.credentials[1:])
                wrong = {"Cookie": f"{name}={value}; {rest}"}
            assert served.answers(OPERATION.credentials[0].fault, served.send(headers=wrong))


def test_path_with_a_parameter(tmp_path: Path) -> None:
    """A path may have parameters; wrong methods and other paths are told apart there, too."""

    def edit(document: dict[str, Any]) -> None:
        item = document["paths"].pop(PATH)
        item["parameters"] = [{"name": "brand", "in": "path", "required": True, "schema": {"type": "string"}}]
        document["paths"]["/{brand}" + PATH] = item

    with serving(edited(tmp_path, edit)) as served:
        url = served.url + served.target()
        assert httpx.post(url.replace("{brand}", "gold"), json=served.body()).json() == OPERATION.success.body
        wrong = httpx.get(url.replace("{brand}", "gold"))
        assert (wrong.status_code, wrong.headers["allow"]) == (405, OPERATION.method)
        assert served.answers("path", httpx.post(url.replace("/{brand}", ""), json=served.body()))
        assert served.answers("path", httpx.post(url.replace("{brand}", "gold").replace("?", "/?"), json=served.body()))


def test_servers_path_does_not_move_the_mock(tmp_path: Path) -> None:
    """The document's `servers` say where operators are; the mock serves the paths as they stand."""

    def edit(document: dict[str, Any]) -> None:
        document["servers"] = [{"url": "https://operator.example/some/prefix"}]

    with serving(edited(tmp_path, edit)) as served:
        assert served.send().json() == OPERATION.success.body

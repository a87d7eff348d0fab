"""The servers that are compared: how each is started, and set up to do what the mock does as far as it can.

All answer the document's first operation. Prism checks the schema and the presence of credentials (it cannot compare
them). Mockoon compares credentials and required fields by rules (it has no schema check). WireMock compares credentials
and checks the schema. Mockoon and WireMock keep their journals; Prism and bare uvicorn have none.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spec import DEFAULT_PATH, Contract, Operation, Partner
from spec.schema import to_json_schema


@dataclass(frozen=True, slots=True)
class Rival:
    """One server: how it is started, and what it checks and keeps."""

    name: str
    command: tuple[str, ...]
    checks: str


Make = Callable[[Contract, int, Path, Path], Rival]


def mock(contract: Contract, port: int, _: Path, __: Path) -> Rival:
    """The mock as a user starts it: journal, control and log on."""
    command = [sys.executable, "-m", "luckymonaco", "mock", "--port", str(port)]
    if contract.source.path != DEFAULT_PATH:
        command += ["--spec", str(contract.source.path)]
    return Rival("mock", tuple(command), "schema, credentials by value, journal, log")


def bare(contract: Contract, port: int, _: Path, __: Path) -> Rival:
    """Uvicorn reading the body and answering the canned success: the physical limit."""
    body = json.dumps(contract.operations[0].success.body).encode()
    code = (
        "import uvicorn\n"
        f"BODY = {body!r}\n"
        "START = {'type': 'http.response.start', 'status': 200, 'headers': [(b'content-type', b'application/json'), "
        "(b'content-length', str(len(BODY)).encode())]}\n"
        "async def app(scope, receive, send):\n"
        "    while (await receive()).get('more_body'):\n"
        "        pass\n"
        "    await send(START)\n"
        "    await send({'type': 'http.response.body', 'body': BODY})\n"
        f"uvicorn.run(app, port={port}, log_level='error', access_log=False, lifespan='off', "
        "proxy_headers=False, ws='none')\n"
    )
    return Rival("bare uvicorn", (sys.executable, "-c", code), "nothing")


def prism(contract: Contract, port: int, _: Path, modules: Path) -> Rival:
    """Stoplight Prism on the same document."""
    command = (
        str(modules / ".bin/prism"),
        "mock",
        "-p",
        str(port),
        "-h",
        "127.0.0.1",
        "-v",
        "silent",
        str(contract.source.path),
    )
    return Rival("Prism", command, "schema, presence of credentials")


def mockoon(contract: Contract, port: int, folder: Path, modules: Path) -> Rival:
    """Mockoon with rules; its log of the last requests is on by default."""
    operation = contract.operations[0]
    partner = Partner({})
    credentials = [_rule("query", c.name, "equals", partner.value(c)) for c in operation.credentials]
    fields = [_rule("body", field.name, "regex", "^.+$") for field in operation.required]
    success = operation.success
    refusal = next(answer for answer in operation.answers if answer.status == 403)
    data = {
        "uuid": "e0000000-0000-4000-8000-000000000000",
        "lastMigration": 33,
        "name": "bench",
        "port": port,
        "hostname": "127.0.0.1",
        "endpointPrefix": "",
        "latency": 0,
        "routes": [
            {
                "uuid": "e0000000-0000-4000-8000-000000000001",
                "type": "http",
                "method": operation.method.lower(),
                "endpoint": operation.path.lstrip("/"),
                "responses": [
                    _answer("2", success.status, success.body, [*credentials, *fields], default=False),
                    _answer("3", refusal.status, refusal.body, [], default=True),
                ],
                "responseMode": None,
            }
        ],
        "rootChildren": [{"type": "route", "uuid": "e0000000-0000-4000-8000-000000000001"}],
        "folders": [],
        "headers": [{"key": "Content-Type", "value": "application/json"}],
        "data": [],
        "callbacks": [],
    }
    file = folder / "mockoon.json"
    file.write_text(json.dumps(data))
    command = (str(modules / ".bin/mockoon-cli"), "start", "-d", str(file), "-X", "-r", "--disable-tls")
    return Rival("Mockoon", command, "credentials by value, required fields by rule, log of the last 100")


def _rule(target: str, name: str, operator: str, value: str) -> dict[str, Any]:
    return {"target": target, "modifier": name, "value": value, "invert": False, "operator": operator}


def _answer(number: str, status: int, body: Any, rules: list[dict[str, Any]], *, default: bool) -> dict[str, Any]:
    return {
        "uuid": f"e0000000-0000-4000-8000-00000000000{number}",
        "body": json.dumps(body),
        "latency": 0,
        "statusCode": status,
        "label": "",
        "headers": [],
        "bodyType": "INLINE",
        "filePath": "",
        "databucketID": "",
        "sendFileAsBody": False,
        "rules": rules,
        "rulesOperator": "AND",
        "disableTemplating": True,
        "fallbackTo404": False,
        "default": default,
        "crudKey": "id",
        "callbacks": [],
    }


def wiremock(contract: Contract, port: int, folder: Path, modules: Path) -> Rival:
    """WireMock with stubs: credentials by value, the schema, a refusal for the rest; its journal as long as ours."""
    operation = contract.operations[0]
    mappings = folder / "wiremock" / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    refusal = next(answer for answer in operation.answers if answer.status == 403)
    (mappings / "success.json").write_text(json.dumps(_stub(operation, operation.success, 1, _patterns(operation))))
    (mappings / "refusal.json").write_text(json.dumps(_stub(operation, refusal, 5, {})))
    (jar,) = (modules / "wiremock" / "build").glob("wiremock-standalone-*.jar")
    options = (
        "--port",
        str(port),
        "--bind-address",
        "127.0.0.1",
        "--root-dir",
        str(folder / "wiremock"),
        "--disable-banner",
    )
    journal = ("--max-request-journal-entries", "1000")
    return Rival("WireMock", ("java", "-jar", str(jar), *options, *journal), "schema, credentials by value, journal")


def _patterns(operation: Operation) -> dict[str, Any]:
    partner = Partner({})
    schema = json.dumps(to_json_schema(operation.schema.node))
    return {
        "queryParameters": {c.name: {"equalTo": partner.value(c)} for c in operation.credentials},
        "headers": {"Content-Type": {"contains": operation.media_type}},
        "bodyPatterns": [{"matchesJsonSchema": schema, "schemaVersion": "V4"}],
    }


def _stub(operation: Operation, answer: Any, priority: int, patterns: dict[str, Any]) -> dict[str, Any]:
    return {
        "priority": priority,
        "request": {"method": operation.method, "urlPath": operation.path, **patterns},
        "response": {"status": answer.status, "jsonBody": answer.body, "headers": {"Content-Type": answer.media_type}},
    }


ALL: Mapping[str, Make] = {"mock": mock, "bare": bare, "prism": prism, "mockoon": mockoon, "wiremock": wiremock}

"""The load: wrk with requests made from the document, each with an id of its own, seven of ten valid.

The other three are refused, each in turn for another reason: a wrong and a missing credential, a missing field, a wrong
type, JSON cut short, another media type, another method.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from spec import Operation, Partner, attach
from spec.schema import compact

# Each request is put together of pieces with its id between them; wrk is to spend as little time on that as it can.
_SCRIPT = """
local kinds = %(kinds)s
local seed = tonumber(tostring({}):match("0x(%%x+)"), 16) + os.time() * 1009
local run = string.format("%%09d", seed %% 1000000000)
local n, refused = 0, 0
function request()
  n = n + 1
  local kind = kinds[1]
  if n %% 10 < 3 then
    refused = refused + 1
    kind = kinds[2 + refused %% (#kinds - 1)]
  end
  return table.concat(kind, run .. string.format("%%012d", n))
end
"""
_ID = "\0"
_ID_LENGTH = 21


@dataclass(frozen=True, slots=True)
class Measured:
    """What one round of load showed."""

    requests: int
    per_second: float
    p99_ms: float
    refused: int


def script(operation: Operation, folder: Path, filler: int) -> Path:
    """Write the wrk script; its ids stand in the field that the document marks as the session id."""
    kinds = ", ".join("{" + ", ".join(map(json.dumps, text.split(_ID))) + "}" for text in _kinds(operation, filler))
    file = folder / f"load-{filler}.lua"
    file.write_text(_SCRIPT % {"kinds": "{" + kinds + "}"}, encoding="utf-8")
    return file


def _kinds(operation: Operation, filler: int) -> Iterator[str]:
    """The valid request, then each that is refused, with _ID where the id goes."""
    session = next((field.name for field in operation.fields if field.session_id), operation.fields[0].name)
    other = next(name for name in operation.example if name != session)
    valid = {**operation.example, session: _ID + "x" * filler}
    last = operation.credentials[-1]
    query, _ = attach(operation, Partner({}))
    without, _ = attach(operation, Partner({}), {last.role: None})
    method = next(name for name in ("PUT", "PATCH", "DELETE") if name != operation.method)

    def request(
        body: str, *, method: str = operation.method, query: str = query, media: str = operation.media_type
    ) -> str:
        length = len(body.encode()) + body.count(_ID) * (_ID_LENGTH - 1)
        return (
            f"{method} {operation.path}?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {media}\r\n"
            f"Content-Length: {length}\r\n\r\n{body}"
        )

    def text(body: dict[str, object]) -> str:
        return compact(body).replace(json.dumps(_ID)[1:-1], _ID)

    yield request(text(valid))
    yield request(text(valid), query=f"{without}&{last.name}=wrong-{_ID}")
    yield request(text(valid), query=without)
    yield request(text({name: value for name, value in valid.items() if name != other}))
    yield request(text({**valid, other: 5}))
    yield request(text(valid)[:-1])
    yield request(text(valid), media="text/plain")
    yield request(text(valid), method=method)


def run(url: str, lua: Path, *, seconds: float, connections: int) -> Measured:
    """One round of wrk against a URL."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--latency", "-s", str(lua), url]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    requests = re.search(r"(\d+) requests in", text)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
    assert requests, text
    assert rate, text
    assert p99, text
    factor = {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]]
    return Measured(int(requests[1]), float(rate[1]), float(p99[1]) * factor, int(refused[1]) if refused else 0)

"""The load: wrk with requests made from the document, every one of them unlike any other, seven of ten valid."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from spec import Operation, Partner, attach

_SCRIPT = """
local valid = %(valid)s
local wrong_credential = %(wrong)s
local before, between, after = %(before)s, %(between)s, %(after)s
local mistyped, missing = %(mistyped)s, %(missing)s
local filler = string.rep("x", %(filler)d)
local headers = {["Content-Type"] = %(media)s, ["Host"] = "127.0.0.1"}
local seed = math.random(1, 1000000000) + os.time()
local n = 0
local run = tostring({}):gsub("%%W", "")
function request()
  n = n + 1
  local id = run .. seed .. "-" .. n
  local target, body = valid, before .. id .. filler .. after
  local kind = n %% 10
  if kind == 1 then target = wrong_credential .. id
  elseif kind == 2 then body = mistyped .. n .. between .. id .. filler .. after
  elseif kind == 3 then body = missing .. id .. filler .. after end
  return wrk.format(%(method)s, target, headers, body)
end
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one round of load showed."""

    requests: int
    per_second: float
    p99_ms: float
    refused: int


def script(operation: Operation, folder: Path, filler: int) -> Path:
    """Write the wrk script; its identifiers stand in the field that the document marks as the session id."""
    example = dict(operation.example)
    session = next((field.name for field in operation.fields if field.session_id), operation.fields[0].name)
    other = next(name for name in example if name != session)
    query, _ = attach(operation, Partner({}))
    last = operation.credentials[-1]
    wrong, _ = attach(operation, Partner({}), {last.role: None})
    rest = {name: value for name, value in example.items() if name not in (session, other)}
    tail = '"' + "".join(f", {json.dumps(name)}: {json.dumps(value)}" for name, value in rest.items()) + "}"
    values = {
        "valid": f"{operation.path}?{query}",
        "wrong": f"{operation.path}?{wrong}&{last.name}=wrong-",
        "before": f'{{{json.dumps(other)}: {json.dumps(example[other])}, {json.dumps(session)}: "',
        "mistyped": f"{{{json.dumps(other)}: ",
        "between": f', {json.dumps(session)}: "',
        "missing": f'{{{json.dumps(session)}: "',
        "after": tail,
        "media": operation.media_type,
        "method": operation.method,
    }
    file = folder / f"load-{filler}.lua"
    file.write_text(_SCRIPT % {**{name: json.dumps(value) for name, value in values.items()}, "filler": filler})
    return file


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

"""The process that has Schemathesis generate bodies from schemas: a wish as JSON comes in, what was made goes out.

It imports nothing else of ours. Hypothesis reads all source of ours that is loaded, for constants worth trying: that
costs time, and a changed line anywhere would make other data of the same seed.
"""

import json
import sys
from typing import Any

Bodies = tuple[list[Any], list[Any]]  # (valid, invalid), as JSON values


def generate(schema: dict[str, Any], seed: int, count: int) -> Bodies:
    """Up to `count` valid and as many invalid bodies, the same for the same schema, seed and versions."""
    import schemathesis

    # Most valid bodies have the listed fields alone: unknown ones cost much time, and rule OK-7 has its own cases.
    listed = {**schema, "additionalProperties": False}
    found: list[list[Any]] = []
    for shape, mode, share in (
        (listed, schemathesis.GenerationMode.POSITIVE, count),
        (schema, schemathesis.GenerationMode.POSITIVE, max(count // 8, 1)),
        (schema, schemathesis.GenerationMode.NEGATIVE, count),
    ):
        operation = schemathesis.openapi.from_dict(_document(shape))["/"]["POST"]
        found.append(_distinct(_draw(operation.as_strategy(generation_mode=mode), seed, share)))
    return _distinct(found[0] + found[1]), found[2]


def _draw(strategy: Any, seed: int, count: int) -> list[Any]:
    """The bodies of `count` examples of a strategy of Schemathesis cases."""
    import hypothesis

    bodies: list[Any] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        phases=[hypothesis.Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=strategy)
    def collect(case: Any) -> None:
        bodies.append(case.body)

    collect()
    return bodies


def _document(schema: dict[str, Any]) -> dict[str, Any]:
    """The smallest document that has this body and nothing else to generate."""
    operation = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {},
    }
    return {"openapi": "3.0.3", "info": {"title": "body", "version": "1"}, "paths": {"/": {"post": operation}}}


def _distinct(bodies: list[Any]) -> list[Any]:
    """JSON values only, each once; raw bytes are the fixed cases' business (VAL-4, ROB-1)."""
    seen: dict[str, Any] = {}
    for body in bodies:
        try:
            text = json.dumps(body, sort_keys=True, allow_nan=False)
            text.encode("utf-8")
        except (TypeError, ValueError):
            continue
        seen.setdefault(text, json.loads(text))
    return list(seen.values())


if __name__ == "__main__":
    request = json.load(sys.stdin)
    json.dump([generate(schema, request["seed"], request["count"]) for schema in request["schemas"]], sys.stdout)

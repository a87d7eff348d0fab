"""The document in other forms: JSON, OpenAPI 3.1 with webhooks, and the docs of edited documents."""

import json

import pytest

from luckymonaco.docs import build
from luckymonaco.docs.openapi31 import to_webhooks
from spec import load
from spec.contract import build as build_contract
from tests import editions

CONTRACT = load()


class TestEditions:
    """The document in other forms."""

    def test_json_is_the_document(self) -> None:
        """openapi.json holds what the YAML holds."""
        assert json.loads(build.site(CONTRACT)["openapi.json"]) == CONTRACT.raw

    @pytest.mark.parametrize(
        "text",
        [editions.TEXT, editions.new_error_answer(), editions.later_revision(), editions.second_operation()],
        ids=["own", "new-answer", "later-revision", "second-operation"],
    )
    def test_webhooks_are_valid_openapi_31(self, text: str) -> None:
        """The 3.1 edition is valid, and every operation is a webhook under its id."""
        from openapi_spec_validator import OpenAPIV31SpecValidator

        contract = build_contract(editions.source(text))
        edition = to_webhooks(contract.raw)

        assert list(OpenAPIV31SpecValidator(edition).iter_errors()) == []
        assert list(edition["webhooks"]) == [operation.id for operation in contract.operations]
        assert "paths" not in edition

    def test_schemas_are_translated(self) -> None:
        """What OpenAPI 3.1 says in other words is said in them."""
        old = {
            "components": {
                "schemas": {
                    "A": {
                        "type": "string",
                        "nullable": True,
                        "enum": ["x"],
                        "example": "x",
                    },
                    "B": {
                        "type": "object",
                        "properties": {"example": {"type": "integer", "minimum": 1, "exclusiveMinimum": True}},
                    },
                }
            }
        }

        assert to_webhooks(old)["components"]["schemas"] == {
            "A": {"type": ["string", "null"], "enum": ["x", None], "examples": ["x"]},
            "B": {"type": "object", "properties": {"example": {"type": "integer", "exclusiveMinimum": 1}}},
        }

    @pytest.mark.parametrize("edition", [editions.new_error_answer, editions.later_revision, editions.second_operation])
    def test_other_documents_have_docs_too(self, edition) -> None:
        """The docs of an edited document show its words, and only its own."""
        contract = build_contract(editions.source(edition()))
        files = build.site(contract)

        for operation in contract.operations:
            assert operation.path in files["index.html"]
            assert all(f"`{field.name}`" in files["contract.md"] for field in operation.fields)
        assert ("MEMB_ID" in files["samples/sessionExpired/python/caller.py"]) == bool(
            contract.operations[0].credentials
        )

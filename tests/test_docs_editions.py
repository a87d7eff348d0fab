"""The document in other forms: JSON, OpenAPI 3.1 with webhooks, and the docs of edited documents."""

import json

import jsonschema_rs
import pytest

from luckymonaco.docs import build
from luckymonaco.docs.openapi31 import to_webhooks
from spec.contract import build as build_contract
from tests import editions
from tests.document import CONTRACT


class TestEditions:
    """The document in other forms."""

    def test_json_is_the_document(self) -> None:
        """openapi.json holds what the YAML holds."""
        assert json.loads(build.site(CONTRACT)["openapi.json"]) == CONTRACT.raw

    @pytest.mark.parametrize(
        "text",
        [
            editions.TEXT,
            editions.new_error_answer(),
            editions.later_revision(),
            editions.second_operation(),
            editions.many_types(),
        ],
        ids=["own", "new-answer", "later-revision", "second-operation", "many-types"],
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
            "paths": {},
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
            },
        }

        assert to_webhooks(old)["components"]["schemas"] == {
            "A": {"type": ["string", "null"], "enum": ["x"], "examples": ["x"]},
            "B": {"type": "object", "properties": {"example": {"type": "integer", "exclusiveMinimum": 1}}},
        }

    def test_schemas_judge_alike(self) -> None:
        """A value is valid by the 3.1 edition exactly if it is by the document."""
        contract = build_contract(editions.source(editions.many_types()))
        schemas = to_webhooks(contract.raw)["components"]["schemas"]
        fields = contract.operations[0].by_name
        values = [None, "", "x", "xx/yy", "a" * 13, "EUR", 0, 0.5, 1, 9, 10, 100000, 100001, True, [], [1], [1] * 4, {}]

        for name, node in schemas["SessionExpired"]["properties"].items():
            formats = node.get("format") != "uuid"  # a word that the draft of 3.0 does not know
            validator = jsonschema_rs.Draft202012Validator(node, validate_formats=formats)
            judged = {repr(value): fields[name].schema.is_valid(value) for value in values}
            assert {repr(value): validator.is_valid(value) for value in values} == judged, name

    def test_what_is_no_schema_stays(self) -> None:
        """Examples, names of headers and x- keys are not taken for keywords; references follow what moved."""
        media = {"schema": {"$ref": "#/paths/~1a~1b/post/x-shape", "nullable": True}, "example": {"nullable": True}}
        answer = {
            "description": "ok",
            "headers": {"example": {"schema": {"type": "string", "example": "x"}}},
            "x-kept": {"nullable": True},
        }
        body = {"content": {"application/json": media}}
        old = {"paths": {"/a/b": {"post": {"requestBody": body, "responses": {"200": answer}, "x-shape": {}}}}}

        new = to_webhooks(old)["webhooks"]["post/a/b"]["post"]

        assert new["requestBody"]["content"]["application/json"] == {
            "schema": {"$ref": "#/webhooks/post~1a~1b/post/x-shape"},
            "example": {"nullable": True},
        }
        assert new["responses"]["200"]["headers"] == {"example": {"schema": {"type": "string", "examples": ["x"]}}}
        assert new["responses"]["200"]["x-kept"] == {"nullable": True}

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

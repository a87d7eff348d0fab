"""Which commands there are. A command is one line here and the module of the same name, with a `command` in it."""

COMMANDS = {
    "mock": "Serve the mock of an operator's endpoint.",
    "verify": "Judge an implementation by the contract, rule by rule.",
    "send": "Send notifications as the provider would, and judge the answers.",
    "load": "Put an implementation under load, every answer judged.",
    "hash": "Compute the request hash of a notification, and show how.",
    "lint": "Hold the document to OpenAPI and to the kit's own laws.",
    "docs": "Write the documentation, generated from the document.",
    "diff": "Say what changed between two editions of the document.",
    "health": "Say by the exit code whether a URL answers.",
}

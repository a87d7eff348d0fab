"""Why bytes are not HTTP, in words that repeat nothing of them."""

import httptools


def not_http(error: httptools.HttpParserError) -> str:
    """The parser's own reason: one of its fixed sentences."""
    if isinstance(error, httptools.HttpParserCallbackError):
        return "not HTTP: the target of the request cannot be read"  # its text would repeat the target
    return f"not HTTP: {error}"

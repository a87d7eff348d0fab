"""The document as pages: the front page, a reference that needs no network, and the document itself."""

from __future__ import annotations

import asyncio
import html
import json
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mockserver.pages import Call, Handler, Page, Routes, document
from mockserver.script import names
from spec import Operation
from spec.schema import compact

if TYPE_CHECKING:
    from mockserver.answers import Answers
    from spec import Contract


log = logging.getLogger("luckymonaco.mock")

DOCUMENTATION = "luckymonaco.documentation"  # the entry point of whoever makes a page of a contract
# That page is one file with everything in it; still nothing is loaded from elsewhere.
INLINE = (
    b"default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    b"frame-src 'self' about:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def routes(contract: Contract, answers: Answers, *, control: bool) -> Routes:
    """`/`, `/docs`, `/openapi.json` and `/openapi.yaml`."""
    as_json = Page(json.dumps(contract.raw, ensure_ascii=False, default=str).encode(), "application/json")
    as_yaml = Page(contract.source.text.encode(), "application/yaml")
    front, reference = _front(contract, control=control), _reference(contract, answers)

    def always(page: Page) -> Handler:
        return lambda _: page

    return {
        "/": {"GET": always(front)},
        "/docs": {"GET": _documentation(contract, reference)},
        "/openapi.json": {"GET": always(as_json)},
        "/openapi.yaml": {"GET": always(as_yaml)},
    }


def _documentation(contract: Contract, otherwise: Page) -> Handler:
    """The generated documentation where a package offers it, made at the first request; else the plain reference."""
    made: list[Page] = []

    def make() -> Page:
        from importlib.metadata import entry_points

        for found in entry_points(group=DOCUMENTATION):
            try:
                text: str = found.load()(contract)
            except Exception as error:  # a document that it cannot show is still served, and shown plainly
                log.warning(
                    "the documentation cannot be made (%s): /docs shows the plain reference", type(error).__name__
                )
                break
            return Page(text.encode(), headers=((b"content-security-policy", INLINE),))
        return otherwise

    async def serve(_: Call) -> Page:
        if not made:
            made.append(await asyncio.to_thread(make))
        return made[0]

    return serve


def _front(contract: Contract, *, control: bool) -> Page:
    operations = "".join(
        f"<li><code>{html.escape(str(item))}</code> {html.escape(item.summary)}</li>" for item in contract.operations
    )
    inspector = (
        '<li><a href="/__mock/">What has arrived, and why it was answered so</a> (asks for the control token)</li>'
    )
    return document(
        contract.title,
        f"<main><h1>{html.escape(contract.title)}</h1>"
        "<p>This is a mock of an operator's endpoint: it answers as the document says, and keeps nothing.</p>"
        f"<ul>{operations}</ul><h2>Where to go</h2><ul>"
        '<li><a href="/docs">Reference</a></li>'
        '<li>The document: <a href="/openapi.yaml">YAML</a>, <a href="/openapi.json">JSON</a></li>'
        f"{inspector if control else ''}"
        '<li><a href="/healthz">Health</a> and <a href="/metrics">metrics</a></li></ul></main>',
    )


def _reference(contract: Contract, answers: Answers) -> Page:
    parts = [f"<h1>{html.escape(contract.title)} {html.escape(contract.version)}</h1>"]
    parts += [f"<p>{html.escape(str(contract.raw.get('info', {}).get('description', '')))}</p>"]
    for operation in contract.operations:
        parts += _operation(operation)
    section = contract.raw.get("x-magic", {})
    if section and any(field.session_id for operation in contract.operations for field in operation.fields):
        prefix = html.escape(str(section.get("prefix", "")))
        rows = [(f"{prefix}{html.escape(name)}", _summary(section, name)) for name in names(answers)]
        parts += ["<h2>Magic values</h2>", _table(("value of the session id", "answer"), rows)]
    readings = [
        (item.id, html.escape(item.page), html.escape(item.reading), item.standing)
        for item in contract.readings.values()
    ]
    if readings:
        parts += ["<h2>Readings</h2>", _table(("id", "the page", "this kit's reading", "standing"), readings)]
    return document(f"Reference: {contract.title}", f"<main>{''.join(parts)}</main>")


def _operation(operation: Operation) -> Iterable[str]:
    yield f"<h2><code>{html.escape(str(operation))}</code></h2><p>{html.escape(operation.summary)}</p>"
    if operation.credentials:
        credentials = [
            (f"<code>{html.escape(c.name)}</code>", c.location, html.escape(c.description))
            for c in operation.credentials
        ]
        yield "<h3>Credentials</h3>" + _table(("name", "in", "description"), credentials)
    fields = [
        (
            f"<code>{html.escape(field.name)}</code>",
            html.escape(str(field.schema.node.get("type", ""))),
            "required" if field.required else "optional",
            html.escape(field.description),
        )
        for field in operation.fields
    ]
    yield "<h3>Fields</h3>" + _table(("name", "type", "", "description"), fields)
    rows = [
        (
            str(answer.status),
            f"<code>{html.escape(answer.name)}</code>",
            f"<code>{html.escape(compact(answer.body))}</code>",
            html.escape(answer.summary),
            answer.standing,
        )
        for answer in operation.answers
    ]
    yield "<h3>Answers</h3>" + _table(("status", "name", "body", "when", "standing"), rows)


def _summary(section: dict[str, dict[str, dict[str, str]]], name: str) -> str:
    for known, entry in section.get("behaviours", {}).items():
        if name == known or name.startswith(f"{known}-"):
            return html.escape(str(entry.get("summary", "")))
    return "the canned answer of that name"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of cells that are already escaped."""
    titles = "".join(f"<th>{title}</th>" for title in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table></div>'

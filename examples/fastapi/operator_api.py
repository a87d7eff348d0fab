"""An operator's "session expired" endpoint on FastAPI, behind a path prefix, with pydantic doing the validation.

The ids in the comments (AUTH-2, VAL-4, D21, ...) are those of the Lucky Monaco contract page.
Order of checks, FastAPI's own: body syntax, credentials and media type, fields, then the request hash.
"""

import hashlib
import hmac
import logging
import os
from typing import Annotated

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import APIKeyQuery
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException as StarletteHTTPException

PORT = int(os.environ.get("PORT", "8080"))
PARTNER_ID = os.environ.get("PARTNER_ID", "demo-partner")
PARTNER_TOKEN = os.environ.get("PARTNER_TOKEN", "demo-Token-7Kq2Vx9b")
HASH_SECRET = os.environ.get("HASH_SECRET", "")  # D07: empty means that the request hash is not checked

BODY_LIMIT = 1_000_000

NonEmpty = Annotated[str, Field(min_length=1)]


class Notification(BaseModel):
    # strict: the number 123456 is not taken for a string (D15).
    # extra="allow": unknown fields are no fault (OK-7) and are kept, because the request hash covers them.
    model_config = ConfigDict(strict=True, extra="allow")

    providerId: NonEmpty
    sessionId: NonEmpty
    playerId: NonEmpty
    hash: NonEmpty
    token: str = ""  # not `str | None`: a token that is present and null is refused (VAL-3)


class Refusal(HTTPException):
    def __init__(self, status: int, code: str, message: str):
        super().__init__(status, detail={"code": code, "message": message})


# D02: two API keys in the query, needed together. auto_error=False: the refusal is ours to word.
PartnerId = Annotated[str | None, Depends(APIKeyQuery(name="MEMB_ID", auto_error=False))]
PartnerToken = Annotated[str | None, Depends(APIKeyQuery(name="HASH", auto_error=False))]


def check_credentials(partner_id: PartnerId, partner_token: PartnerToken) -> None:
    id_is_right = same(partner_id or "", PARTNER_ID)
    token_is_right = same(partner_token or "", PARTNER_TOKEN)
    if not (id_is_right and token_is_right):  # which of the two is wrong is nobody's business
        raise Refusal(401, "G.10", "Unauthorized")


def check_media_type(content_type: Annotated[str, Header()] = "") -> None:
    # FastAPI alone would read application/anything+json as JSON too (VAL-6).
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Refusal(415, "G.15", "Unsupported media type")


router = APIRouter(prefix="/casino/callbacks")  # D21: any path before /V4 will do


@router.post("/V4/sessionexpired", dependencies=[Depends(check_credentials), Depends(check_media_type)])
async def session_expired(notification: Notification) -> dict:
    if HASH_SECRET and not same(notification.hash.lower(), request_hash(notification)):
        raise Refusal(422, "V.20", "hash: does not match the request")
    # Your own work goes here: end the session, and do it so that a second time does no harm (OK-8).
    return {"error": 0, "description": "OK"}


def request_hash(notification: Notification) -> str:
    fields = notification.model_dump(exclude={"hash"})
    # sorted() compares by code point; an empty or missing token drops out here
    pairs = [f"{name}={value}" for name, value in sorted(fields.items()) if isinstance(value, str) and value]
    return hashlib.md5(("&".join(pairs) + HASH_SECRET).encode("utf-8", "surrogatepass")).hexdigest()


def same(given: str, expected: str) -> bool:
    """In constant time, and as bytes: compare_digest raises TypeError on text that is not ASCII."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


# --- FastAPI's own answers, put in the contract's envelope (ERR-2) ----------------------------------

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)  # no 307 either (ERR-1)
app.include_router(router)


def failure(status: int, code: str, message: str, headers: dict | None = None) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


@app.exception_handler(RequestValidationError)
async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    # Only place and reason: errors() also carries the input, which would repeat hash and token (ERR-7).
    first = error.errors()[0]
    codes = {"json_invalid": "V.10", "missing": "V.11", "string_type": "V.12", "string_too_short": "V.13"}
    field = first["loc"][-1] if first["loc"][-1] in Notification.model_fields else "body"
    return failure(422, codes.get(first["type"], "V.14"), f"{field}: {first['msg']}")


# Starlette's exception, not FastAPI's: 404 and 405 are raised by the router below FastAPI.
@app.exception_handler(StarletteHTTPException)
async def on_http_error(request: Request, error: StarletteHTTPException) -> JSONResponse:
    if isinstance(error, Refusal):
        return failure(error.status_code, **error.detail)
    if error.status_code == 400:  # FastAPI could not read the body: bad UTF-8, deep nesting, 5,000 digits
        return failure(422, "V.10", "body: JSON decode error")
    return failure(error.status_code, f"G.{error.status_code % 100:02}", str(error.detail), error.headers)


@app.exception_handler(Exception)
async def on_crash(request: Request, error: Exception) -> JSONResponse:
    return failure(500, "G.50", "Internal server error")  # Starlette logs the trace


class BodyLimit:
    """Takes the whole body in, keeping no more than the limit, before the application may answer.

    FastAPI has no limit of its own, and an answer to a client that is still sending can be lost with the connection.
    """

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body, more = bytearray(), True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            if len(body) <= BODY_LIMIT:
                body += message.get("body", b"")
            more = message.get("more_body", False)
        if len(body) > BODY_LIMIT:
            await failure(413, "G.13", "Content too large")(scope, receive, send)
            return

        unread = [{"type": "http.request", "body": bytes(body)}]

        async def replay():
            return unread.pop() if unread else await receive()

        await self.app(scope, replay, send)


app.add_middleware(BodyLimit)

if __name__ == "__main__":
    logging.getLogger("uvicorn.error").addFilter(lambda record: "Uvicorn running" in record.msg or record.levelno > 20)
    uvicorn.run(app, host="127.0.0.1", port=PORT, access_log=False)  # the access log would show HASH

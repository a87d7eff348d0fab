"""An operator's "session expired" endpoint on Flask.

The ids in the comments (AUTH-2, VAL-4, D16, ...) are those of the Lucky Monaco contract page.
Order of checks: credentials, media type, body syntax, fields, request hash.
"""

import hashlib
import hmac
import json
import logging
import os
import signal
import sys

from flask import Flask, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

PORT = int(os.environ.get("PORT", "8080"))
PARTNER_ID = os.environ.get("PARTNER_ID", "demo-partner")
PARTNER_TOKEN = os.environ.get("PARTNER_TOKEN", "demo-Token-7Kq2Vx9b")
HASH_SECRET = os.environ.get("HASH_SECRET", "")  # D07: empty means that the request hash is not checked

REQUIRED = ("providerId", "sessionId", "playerId", "hash")

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # OPTIONS gets the 405 too, not an empty 200 in text/html
app.url_map.merge_slashes = False  # "/V4//sessionexpired" is a 404, not a redirect: never 3XX (ERR-1)


class Refusal(Exception):
    """Ends the request with a failure in the contract's envelope.

    The message names what is wrong and never quotes what was received (ERR-7).
    """

    def __init__(self, status: int, code: str, message: str):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@app.before_request
def read_to_the_end() -> None:
    # Also for requests refused by their path or method: an answer to a client that is still
    # sending can be lost together with the connection. Too much raises Flask's own 413.
    request.get_data()


@app.post("/V4/sessionexpired")
def session_expired():
    check_credentials()
    notification = read_notification()
    check_hash(notification)
    close_session(notification)
    return {"error": 0, "description": "Success"}


def close_session(notification: dict) -> None:
    """Your own work goes here: end the session in your database.

    Make it idempotent: the provider may send the same notification twice and expects
    the same answer (OK-8). This example accepts any session id (D19).
    """


# --- what the contract asks ---------------------------------------------------------------------


def check_credentials() -> None:
    for name, expected, code in (("MEMB_ID", PARTNER_ID, "G.02"), ("HASH", PARTNER_TOKEN, "G.03")):
        given = request.args.get(name, "")
        if not given:
            raise Refusal(401, code, f"{name} IS MISSING")
        if not same(given, expected):
            raise Refusal(403, code, f"INVALID {name}")


def read_notification() -> dict:
    # VAL-5, VAL-6: without this check a form whose text happens to be JSON would pass.
    if request.mimetype != "application/json":
        raise Refusal(415, "G.04", "CONTENT TYPE MUST BE application/json")
    try:
        # Not request.get_json(): it guesses UTF-16 and UTF-32 and stumbles over the inputs of ROB-1.
        # parse_int=float: int() refuses more than 4300 digits, and no field is a number anyway.
        body = json.loads(request.get_data().decode("utf-8"), parse_int=float)
    except (ValueError, RecursionError):  # also bad UTF-8 and 30,000 opening brackets
        raise Refusal(400, "V.01", "BODY IS NOT JSON") from None
    if not isinstance(body, dict):
        raise Refusal(400, "V.02", "BODY IS NOT A JSON OBJECT")

    for name in REQUIRED:
        if name not in body:
            raise Refusal(400, "V.03", f"{name} IS MISSING")
        if not isinstance(body[name], str):  # D15: the number 123456 is no playerId, nor is null
            raise Refusal(400, "V.04", f"{name} IS NOT A STRING")
        if not body[name]:
            raise Refusal(400, "V.05", f"{name} IS EMPTY")
    if "token" in body and not isinstance(body["token"], str):  # VAL-3: null is present, and no string
        raise Refusal(400, "V.04", "token IS NOT A STRING")
    return body  # OK-7: fields that we do not know stay in, the hash covers them


def check_hash(body: dict) -> None:
    if not HASH_SECRET:
        return
    signed = "&".join(
        f"{name}={value}"
        for name, value in sorted(body.items())  # Python compares strings by code point
        if name != "hash" and isinstance(value, str) and value
    )
    expected = hashlib.md5(utf8(signed + HASH_SECRET)).hexdigest()
    if not same(body["hash"].lower(), expected):
        raise Refusal(403, "G.05", "INVALID REQUEST HASH")


def same(given: str, expected: str) -> bool:
    """Compare in constant time, as bytes: compare_digest raises TypeError on non-ASCII text (ROB-1)."""
    return hmac.compare_digest(utf8(given), utf8(expected))


def utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # JSON may hold "\ud800", which plain UTF-8 cannot


# --- every answer in the envelope, Flask's own 404, 405, 413 and 500 too (ERR-2) -------------------


def failure(status: int, code: str, message: str):
    return {"error": {"code": code, "message": message}}, status


@app.errorhandler(Refusal)
def on_refusal(refusal: Refusal):
    return failure(refusal.status, refusal.code, refusal.message)


@app.errorhandler(HTTPException)
def on_http_error(error: HTTPException):
    code = "V.06" if error.code == 413 else "G.98"
    answer = app.make_response(failure(error.code or 500, code, error.name.upper()))
    if allowed := getattr(error, "valid_methods", None):  # HTTP-2: a 405 names the right method
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


@app.errorhandler(Exception)
def on_crash(error: Exception):
    app.logger.exception("unexpected")  # the trace belongs in the log, never in the answer (ERR-7)
    return failure(500, "G.99", "INTERNAL ERROR")


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # its access log would show each URL, HASH included
    # The development server, so that Flask is all you need to try this; see the README for production.
    server = make_server("127.0.0.1", PORT, app, threaded=True)
    print(f"operator (Flask) listens on http://127.0.0.1:{PORT}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

"""The settings of the mock, on top of those that every command has."""

from __future__ import annotations

from dataclasses import dataclass

from spec import Settings, setting


@dataclass(frozen=True, slots=True)
class MockSettings(Settings):
    """How the mock serves."""

    host: str = setting("127.0.0.1", "Address to listen on; 0.0.0.0 opens the mock to the network.", metavar="ADDRESS")
    port: int = setting(8080, "Port to listen on; 0 takes a free one.", metavar="PORT")
    body_limit: int = setting(1024 * 1024, "Largest body in bytes; anything above is refused.", metavar="BYTES")
    head_limit: int = setting(32 * 1024, "Largest request line and headers in bytes.", metavar="BYTES")
    head_timeout: float = setting(10.0, "Seconds in which the head of a request must arrive.", metavar="SECONDS")
    request_timeout: float = setting(30.0, "Seconds in which the body of a request must arrive.", metavar="SECONDS")
    idle_timeout: int = setting(15, "Seconds for which an idle connection is kept.", metavar="SECONDS")
    max_connections: int = setting(1000, "Connections at a time; idle ones are closed first.", metavar="N")
    shutdown_timeout: int = setting(10, "Seconds for which a stop waits for requests in flight.", metavar="SECONDS")
    respond: tuple[str, ...] = setting(
        (), "Answers to give one after the other, by name, code or behaviour; then as usual.", metavar="NAME[,NAME…]"
    )
    respond_cycle: bool = setting(False, "Begin again at the end of --respond.")
    delay: str = setting("", "Milliseconds to wait before every answer: fixed (200) or a range (100-500).", metavar="MS")

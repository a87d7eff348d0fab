"""The settings of the mock, on top of those that every command has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from spec import SettingError, Settings, setting


@dataclass(frozen=True, slots=True)
class MockSettings(Settings):
    """How the mock serves."""

    host: str = setting("127.0.0.1", "Address to listen on; 0.0.0.0 opens the mock to the network.", metavar="ADDRESS")
    port: int = setting(8080, "Port to listen on; 0 takes a free one.", metavar="PORT")
    body_limit: int = setting(
        1024 * 1024, "Largest body in bytes; anything above is refused.", metavar="BYTES", least=1
    )
    validate: bool = setting(
        True,
        "Check bodies; without it any is accepted, as for a demo. Path, method and credentials are always checked.",
    )
    head_limit: int = setting(32 * 1024, "Largest request line and headers in bytes.", metavar="BYTES", least=256)
    head_timeout: float = setting(
        10.0, "Seconds in which the head of a request must arrive.", metavar="SECONDS", least=0.001
    )
    request_timeout: float = setting(
        30.0, "Seconds in which the body of a request must arrive.", metavar="SECONDS", least=0.001
    )
    idle_timeout: int = setting(15, "Seconds for which an idle connection is kept.", metavar="SECONDS", least=1)
    max_connections: int = setting(1000, "Connections at a time; idle ones are closed first.", metavar="N", least=1)
    shutdown_timeout: int = setting(
        10, "Seconds for which a stop waits for requests in flight.", metavar="SECONDS", least=0
    )
    respond: tuple[str, ...] = setting(
        (), "Answers to give one after the other, by name, code or behaviour; then as usual.", metavar="NAME[,NAME…]"
    )
    respond_cycle: bool = setting(False, "Begin again at the end of --respond.")
    delay: str = setting(
        "", "Milliseconds to wait before every answer: fixed (200) or a range (100-500).", metavar="MS"
    )
    control: bool = setting(True, "Serve the control API and the inspector page under /__mock/.")
    control_token: str = setting("", "Token of the control API; a new one at each start by default.", secret=True)
    control_token_file: Path | None = setting(None, "File that holds the token of the control API.", metavar="FILE")
    journal_entries: int = setting(1000, "Requests that the journal keeps.", metavar="N", least=1)
    journal_bytes: int = setting(16 * 1024 * 1024, "Bytes that the journal keeps at most.", metavar="BYTES", least=1)
    journal_body: int = setting(16 * 1024, "Bytes of each body that the journal keeps.", metavar="BYTES", least=0)
    log_format: str = setting("human", "How each request is logged on stderr.", choices=("human", "json", "none"))
    partners: Path | None = setting(None, "YAML or JSON list of partners, instead of a single one.", metavar="FILE")
    tls_cert: Path | None = setting(None, "Certificate chain (PEM): serve HTTPS.", metavar="FILE")
    tls_key: Path | None = setting(None, "Private key (PEM), unless the certificate's file holds it.", metavar="FILE")
    reload: bool = setting(False, "Take over changes of the document; a broken one leaves the last good one.")
    state: str = setting(
        "", "Redis or Valkey that several mocks share their state through.", metavar="URL", secret=True
    )
    workers: int = setting(1, "Processes that share the port; more than one needs --state.", metavar="N", least=1)

    def own_control_token(self) -> str:
        """The token that was given for the control API; empty if none was."""
        if self.control_token or self.control_token_file is None:
            return self.control_token
        where = str(self.control_token_file)
        try:
            token = self.control_token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError("the control token cannot be read", where=where, got=type(error).__name__) from None
        if not token:
            raise SettingError("the file of the control token is empty", where=where)
        return token

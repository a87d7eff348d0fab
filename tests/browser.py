"""Headless Chromium over its debugging protocol: as much of it as the tests of the pages need."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

_KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40}

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Page:
    """One tab. It has no network: whatever it asks for beside files and the allowed hosts is recorded and refused."""

    def __init__(self, width: int = 1280, height: int = 900, *, dark: bool = False, phone: bool = False) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="luckymonaco-browser-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [
                str(BROWSER),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--hide-scrollbars",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--remote-debugging-port=0",
                f"--user-data-dir={self._folder.name}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self._folder.name},
        )
        self._ids = itertools.count(1)
        self._events: list[dict[str, Any]] = []
        self._session = ""
        self._open = ExitStack()
        self._socket: ClientConnection | None = None
        try:
            self._attach(width, height, dark=dark, phone=phone)
        except BaseException:
            self.close()
            raise

    def _attach(self, width: int, height: int, *, dark: bool, phone: bool) -> None:
        self._socket = self._open.enter_context(connect(self._address(), max_size=None, open_timeout=60))
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.screen(width, height, dark=dark, phone=phone)

    def _address(self) -> str:
        """The browser writes it into its folder once it listens."""
        file = Path(self._folder.name) / "DevToolsActivePort"
        end = time.monotonic() + 60
        while time.monotonic() < end and self._process.poll() is None:
            lines = file.read_text().splitlines() if file.exists() else []
            if len(lines) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            time.sleep(0.05)
        raise RuntimeError("the browser did not start")

    def close(self) -> None:
        """End the browser."""
        self._open.close()
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(20)
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the protocol, and its result."""
        number = next(self._ids)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        assert self._socket is not None
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self._events.append(answer)

    def open(self, url: str) -> None:
        """Load a page and wait until it is ready."""
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'")

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression; promises are awaited."""
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def wait(self, condition: str, seconds: float = 20) -> None:
        """Until a JavaScript condition holds; it is asked from outside, since the page may be loaded anew meanwhile."""
        end = time.monotonic() + seconds
        while not self.run(f"Boolean({condition})"):
            if time.monotonic() > end:
                raise RuntimeError(f"waited in vain for {condition}: {self.run('document.body.innerText')}")
            time.sleep(0.03)

    def screen(self, width: int, height: int, *, dark: bool = False, phone: bool = False) -> None:
        """A screen of this size in CSS pixels, in light or dark."""
        scale = 2 if phone else 1
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=phone
        )
        self.media(scheme="dark" if dark else "light")

    def media(self, *, scheme: str = "light", kind: str = "") -> None:
        """The colour scheme, and `print` or the screen."""
        self.call(
            "Emulation.setEmulatedMedia", media=kind, features=[{"name": "prefers-color-scheme", "value": scheme}]
        )

    def press(self, key: str) -> None:
        """Press a key: a character, or one with a name such as Tab or Enter."""
        code = _KEYS.get(key) or ord(key.upper())
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        common: dict[str, Any] = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.call("Input.insertText", text=text)

    def events(self, method: str) -> list[dict[str, Any]]:
        """What the browser has reported under this name so far."""
        self.run("1")
        return [event["params"] for event in self._events if event.get("method") == method]

    def forget(self) -> None:
        """Forget what the browser has reported so far."""
        self._events.clear()

    def hosts(self) -> set[str]:
        """The hosts that the page asked for anything."""
        return {urlsplit(url).netloc for url in self.requests() if url.startswith("http")}

    def requests(self) -> list[str]:
        """Every URL that the page asked for, data: and blob: left out."""
        urls = [event["request"]["url"] for event in self.events("Network.requestWillBeSent")]
        return [url for url in urls if not url.startswith(("data:", "blob:", "about:"))]

    def complaints(self) -> list[str]:
        """Errors of scripts, dialogs that they open, and entries of level error in the browser's log."""
        thrown = [
            str(event["exceptionDetails"].get("exception", {}).get("description", event))
            for event in self.events("Runtime.exceptionThrown")
        ]
        logged = [
            event["entry"]["text"] for event in self.events("Log.entryAdded") if event["entry"]["level"] == "error"
        ]
        asked = [event["message"] for event in self.events("Page.javascriptDialogOpening")]
        return thrown + logged + asked

    def screenshot(self, file: Path, *, whole: bool = False) -> None:
        """A picture of what is seen, or of the whole page."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        file.write_bytes(base64.b64decode(data))

    def pdf(self, file: Path) -> None:
        """The page as it prints."""
        data = self.call("Page.printToPDF", printBackground=False, preferCSSPageSize=True)["data"]
        file.write_bytes(base64.b64decode(data))

    def axe(self, script: Path, window: str = "window") -> list[str]:
        """What axe-core finds in a window that is serious or critical: WCAG A and AA, and its best practices."""
        source = script.read_text(encoding="utf-8")
        if window == "window":  # past a policy that lets no other script in
            self.run(f"window.axe || (() => {{ {source}\n }})(), 1")
        else:
            self.run(
                f"(() => {{ const w = {window}; if (w.axe) return; const s = w.document.createElement('script');"
                f" s.textContent = {json.dumps(source)}; w.document.head.append(s); }})()"
            )
        found = self.run(f"{window}.axe.run({{iframes: false, resultTypes: ['violations']}}).then(r => r.violations)")
        return [
            f"{item['impact']}: {item['id']}: {node['target']} {node['html'][:160]}"
            for item in found
            if item["impact"] in ("serious", "critical")
            for node in item["nodes"]
        ]

"""Drives headless Chromium over its DevTools protocol.

usage: chromium.py PAGE FOLDER    takes pictures of a page, in light and dark, wide and narrow
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websocket

EXECUTABLE = shutil.which("chromium")

SCHEMES = ("light", "dark")
WIDTHS = (1280, 400)


class Page:
    """A page of the browser, and what it did since it was opened."""

    def __init__(self, connection: websocket.WebSocket, session: str) -> None:
        self._connection = connection
        self._session = session
        self._numbers = itertools.count(1)
        self.events: list[dict[str, Any]] = []
        for domain in ("Page", "Runtime", "Log", "Network", "DOM", "Accessibility"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Calls a method and waits for its result; events in between are kept."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        self._connection.send(json.dumps(message | {"sessionId": self._session}))
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def _receive(self) -> dict[str, Any]:
        answer = json.loads(self._connection.recv())
        if "method" in answer:
            self.events.append(answer)
        return answer

    def open(self, address: str) -> None:
        """Goes to an address and waits until it is loaded."""
        self.events.clear()
        self.send("Page.navigate", url=address)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._receive()

    def evaluate(self, script: str) -> Any:
        """The value of a script, awaited."""
        result = self.send(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"]["description"])
        return result["result"].get("value")

    def show(self, width: int, scheme: str, height: int = 900) -> None:
        """Looks at the page in a window of a width, in a colour scheme."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.send("Emulation.setEmulatedMedia", media="", features=features)

    def press(self, key: str, text: str | None = None) -> None:
        """Presses a key and lets it go."""
        codes = {"Enter": 13, "Tab": 9, "ArrowDown": 40, " ": 32, "/": 191}
        shared = {"key": key, "windowsVirtualKeyCode": codes.get(key, 0)}
        text = "\r" if key == "Enter" else text if text is not None else key[:1]
        typed = {"text": text} if len(key) == 1 or key == "Enter" else {}
        self.send("Input.dispatchKeyEvent", type="keyDown", **shared, **typed)
        self.send("Input.dispatchKeyEvent", type="keyUp", **shared)

    def type(self, text: str) -> None:
        """Types a text into what has the focus."""
        self.send("Input.insertText", text=text)

    def picture(self, path: Path) -> None:
        """Takes a picture of the window."""
        data = self.send("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))

    @property
    def complaints(self) -> list[str]:
        """What went wrong: errors and warnings of the console, exceptions, refused loads."""
        found = []
        for event in self.events:
            method, parameters = event["method"], event["params"]
            if method == "Runtime.exceptionThrown":
                found.append(json.dumps(parameters["exceptionDetails"]))
            if method == "Runtime.consoleAPICalled":
                found.append(json.dumps(parameters["args"]))
            if method == "Log.entryAdded":
                found.append(parameters["entry"]["text"])
        return found

    @property
    def requests(self) -> list[str]:
        """The addresses that were asked for."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event["method"] == "Network.requestWillBeSent"
        ]


@contextmanager
def page() -> Iterator[Page]:
    """A page of a browser that is started for it."""
    if EXECUTABLE is None:
        raise RuntimeError("Debian's package chromium is not installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = ["--headless=new", "--disable-gpu", "--no-first-run", "--hide-scrollbars"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        browser = subprocess.Popen(
            [
                EXECUTABLE,
                *flags,
                "--remote-debugging-port=0",
                f"--user-data-dir={profile}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _page(_address(browser, Path(profile) / "DevToolsActivePort"))
        finally:
            browser.terminate()
            try:
                browser.wait(10)
            except subprocess.TimeoutExpired:
                browser.kill()


def _address(browser: subprocess.Popen[bytes], file: Path) -> str:
    """Where the browser listens; it writes that to a file once it does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and browser.poll() is None:
        lines = file.read_text().splitlines() if file.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise RuntimeError("Chromium did not start")


def _page(address: str) -> Page:
    connection = websocket.create_connection(address, timeout=60, suppress_origin=True)
    number = itertools.count(-1, -1)

    def call(method: str, **parameters: Any) -> dict[str, Any]:
        own = next(number)
        connection.send(json.dumps({"id": own, "method": method, "params": parameters}))
        while True:
            answer = json.loads(connection.recv())
            if answer.get("id") == own:
                return answer["result"]

    target = call("Target.createTarget", url="about:blank")["targetId"]
    session = call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    return Page(connection, session)


def main() -> None:
    """Takes pictures of a page."""
    source, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    with page() as view:
        for width in WIDTHS:
            for scheme in SCHEMES:
                view.show(width, scheme)
                view.open(source.as_uri())
                height = min(view.evaluate("document.documentElement.scrollHeight"), 4000)
                view.show(width, scheme, height)
                view.picture(folder / f"{source.stem}-{scheme}-{width}.png")


if __name__ == "__main__":
    main()

"""A Firefox, driven over WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/), which it speaks by itself.

Playwright drives only a Firefox of its own making, and not the one that people have.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import threading
import time
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from websockets.sync.client import ClientConnection

NAMES = ("firefox-esr", "firefox")
PREFERENCES = {
    # a camera and a microphone of its own making, and no question about them
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    # everything but this machine goes to a proxy that is not there
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}
PATIENCE = 20.0


def executable() -> str | None:
    """Return the path of an installed Firefox, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """The one tab of a Firefox."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = count(1)
        self.complaints: list[str] = []
        """Errors that pages have written to the console or thrown."""
        self._call("session.new", capabilities={})
        self._call("session.subscribe", events=["log.entryAdded"])
        self._tab: str = self._call("browsingContext.getTree")["contexts"][0]["context"]

    def preload(self, script: str) -> None:
        """Run a script in every page before anything of its own."""
        self._call("script.addPreloadScript", functionDeclaration=f"() => {{ {script} }}")

    def open(self, address: str) -> None:
        """Open a page and wait until it has loaded."""
        self._call("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Return what an expression, or the promise it gives, comes to; it must be plain data."""
        result = self._call(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})) ?? 'null')()",
            target={"context": self._tab},
            awaitPromise=True,
            userActivation=True,
        )
        if result["type"] == "exception":
            raise RuntimeError(result["exceptionDetails"]["text"])
        return json.loads(result["result"]["value"])

    def until(self, expression: str, seconds: float = PATIENCE) -> None:
        """Wait until an expression is true."""
        give_up = time.monotonic() + seconds
        while not self.evaluate(f"Boolean({expression})"):
            assert time.monotonic() < give_up, f"Not within {seconds:g} s: {expression}"
            time.sleep(0.1)

    def press(self, name: str) -> None:
        """Press the button with this text, once it can be pressed."""
        button = f"[...document.querySelectorAll('button')].find((one) => one.innerText.trim() === {name!r})"
        self.until(f"{button}?.disabled === false")
        self.evaluate(f"{button}.click()")

    def fill(self, selector: str, text: str) -> None:
        """Write into a field."""
        field = f"document.querySelector({selector!r})"
        self.evaluate(f"{field}.value = {text!r}")
        self.evaluate(f"{field}.dispatchEvent(new Event('input', {{ bubbles: true }}))")

    def screenshot(self) -> bytes:
        """Return what is to be seen, as PNG."""
        return base64.b64decode(self._call("browsingContext.captureScreenshot", context=self._tab)["data"])

    def _call(self, method: str, **parameters: object) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(timeout=PATIENCE))
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.complaints.append(answer["params"]["text"])
            elif answer.get("id") == number:
                if answer["type"] == "error":
                    raise RuntimeError(f"{method}: {answer['message']}")
                return answer["result"]


@contextmanager
def running(profile: Path) -> Iterator[Firefox]:
    """Run a Firefox without a window, its profile in an empty folder."""
    found = executable()
    assert found is not None
    (profile / "user.js").write_text(
        "".join(
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items()
        )
    )
    command = [found, "--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", str(profile)]
    with subprocess.Popen(
        [*command, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as browser:
        assert browser.stderr is not None
        try:
            for line in browser.stderr:
                if listening := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
                    break
            else:
                raise RuntimeError("Firefox ended before it could be reached.")
            # what it says later must be read, or it waits for a reader
            threading.Thread(target=browser.stderr.read, daemon=True).start()
            with connect(f"{listening[1]}/session", max_size=None, compression=None) as socket:
                yield Firefox(socket)
        finally:
            browser.terminate()
            browser.wait(20)

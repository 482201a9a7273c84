"""GStreamer as a publisher and as a player, in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.stage.tokens import Token

PYTHON = os.environ.get("CYCLORAMA_GST_PYTHON", "/usr/bin/python3")
PEER = Path(__file__).with_name("peer.py")
PATIENCE = 30.0
LOOK = """import gi
for name in ("Gst", "GstApp", "GstSdp", "GstWebRTC"):
    gi.require_version(name, "1.0")
from gi.repository import Gst
Gst.init(None)
for name in "webrtcbin nicesink dtlsenc srtpenc vp8enc vp9enc x264enc opusenc avdec_h264".split():
    if Gst.ElementFactory.find(name) is None:
        raise SystemExit(f"it has no {name}")
print(Gst.version_string())
"""


@lru_cache(maxsize=1)
def missing() -> str:
    """Return what is missing to run GStreamer, empty where nothing is."""
    try:
        look = subprocess.run([PYTHON, "-c", LOOK], capture_output=True, text=True, timeout=60, check=False)
    except OSError as error:
        return f"no GStreamer: {PYTHON}: {error.strerror}"
    return "" if look.returncode == 0 else f"no GStreamer: {(look.stderr.strip() or '?').splitlines()[-1]}"


class Peer:
    """One run of `peer.py`."""

    def __init__(self, role: str, url: str, token: Token, *rest: str) -> None:
        self._command = [PYTHON, str(PEER), role, url, *rest]
        self._token = token.token
        self._lines: list[dict[str, Any]] = []
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        pipe = asyncio.subprocess.PIPE
        env = os.environ | {"TOKEN": self._token}
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, env=env, limit=1 << 20
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self._reading

    async def said(self, fits: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Wait for a line that fits, among those that nobody has waited for yet."""
        async with asyncio.timeout(PATIENCE):
            while True:
                while self._lines:
                    line = self._lines.pop(0)
                    assert "error" not in line, line
                    if fits(line):
                        return line
                assert not self._reading.done(), "GStreamer has ended"
                self._news.clear()
                await self._news.wait()

    def tell(self, words: str) -> None:
        """Change what is published."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{words}\n".encode())

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._lines.append(json.loads(line))
            self._news.set()
        self._news.set()


def publisher(url: str, host: Token, codec: str, *flags: str) -> Peer:
    """Return GStreamer as a WHIP publisher. Flags: `audio`, `nack`."""
    return Peer("publish", f"{url}/whip", host, codec, *flags)


def player(url: str, guest: Token, host: Token, codec: str, *flags: str) -> Peer:
    """Return GStreamer as a WHEP player that has only `codec`. Flags: `audio`."""
    return Peer("watch", f"{url}/whep/{host.participant_id}", guest, codec, *flags)

"""The servers that are compared: ours, Janus's videoroom, and aiortc's relay; each a process of its own."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
from bench.stage.processes import PYTHON, Process, process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.stage.signalling import Target

LOOPBACK = "127.0.0.1"
JANUS_PLUGINS = "/usr/lib/x86_64-linux-gnu/janus/plugins"
JANUS_TRANSPORTS = "/usr/lib/x86_64-linux-gnu/janus/transports"
ROOM, PUBLISHER = 1, 1
JANUS_CONFIG = {
    "janus.jcfg": """general: {{
  configs_folder = "{folder}"
  debug_level = 3
  session_timeout = 0
}}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
""",
    "janus.transport.websockets.jcfg": """general: {{
  ws = true
  ws_port = {port}
  ws_ip = "127.0.0.1"
}}
""",
    "janus.plugin.videoroom.jcfg": """room-1: {{
  description = "bench"
  publishers = 2
  bitrate = 0
  audiocodec = "opus"
  videocodec = "vp8"
  notify_joining = false
}}
""",
}


@dataclass
class Server:
    """A server that runs, where to publish, and where to watch that publisher.

    Attributes:
        url: its address; Janus's is a WebSocket's.
        key: the creator's key, of ours where strangers can reach it.
    """

    name: str
    process: Process
    url: str
    publish: Target
    watch: Target
    key: str = field(default="", repr=False)

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid


@contextmanager
def ours(
    folder: Path, *, core: int | None = None, host: str = LOOPBACK, port: int = 0, reach: str = ""
) -> Iterator[Server]:
    """Run `cyclorama studio` with its data in `folder`; `reach` is the address at which it is asked."""
    reach, port = reach or host, port or free_port()
    url = f"http://{reach}:{port}"
    env = {
        "CYCLORAMA_DATA": str(folder / "data"),
        "CYCLORAMA_HOST": host,
        "CYCLORAMA_LOG_LEVEL": "warning",
        "CYCLORAMA_MAX_VIEWERS": "1000",
    }
    command = [*PYTHON, "cyclorama", "studio", "--port", str(port)]
    quiet = {"cwd": folder}
    with process(command, core=core, env=env, log=folder / "server.log", more=quiet) as started:
        _until_up(started, f"{url}/healthz")
        key = "" if host == LOOPBACK else _key(folder / "data")
        host_token = minted(url, key, publish=True)
        guest = minted(url, key, publish=False)
        yield Server(
            "Cyclorama",
            started,
            url,
            {"url": f"{url}/whip", "token": host_token["token"]},
            {"url": f"{url}/whep/{host_token['participant_id']}", "token": guest["token"]},
            key,
        )


@contextmanager
def janus(folder: Path, *, core: int | None = None) -> Iterator[Server]:
    """Run Janus with one room, and nothing else of what it has."""
    if shutil.which("janus") is None:
        raise RuntimeError("Janus is not installed; on Debian: apt install janus.")
    folder = folder / "janus"
    folder.mkdir()
    port = free_port()
    off = ("audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay", "sip", "streaming", "textroom")
    off = (*off, "videocall", "voicemail")
    values = {
        "folder": folder,
        "port": port,
        "plugins": ",".join(f"libjanus_{name}.so" for name in off),
        "transports": ",".join(
            f"libjanus_{name}.so" for name in ("http", "mqtt", "nanomsg", "pfunix", "rabbitmq")
        ),
    }
    for name, text in JANUS_CONFIG.items():
        (folder / name).write_text(text.format(**values))
    command = ["janus", "-F", str(folder), "-P", JANUS_PLUGINS, "--disable-stdout", "-L", str(folder / "log")]
    with process(command, core=core) as started:
        _until_open(started, port)
        url = f"ws://{LOOPBACK}:{port}"
        room = {"janus": url, "room": ROOM}
        yield Server("Janus", started, url, room | {"id": PUBLISHER}, room | {"feed": PUBLISHER})


@contextmanager
def relay(folder: Path, *, core: int | None = None) -> Iterator[Server]:
    """Run aiortc's relay."""
    port = free_port()
    command = [*PYTHON, "bench.stage.relay", str(port)]
    with process(command, core=core, log=folder / "relay.log") as started:
        _until_open(started, port)
        url = f"http://{LOOPBACK}:{port}"
        target = {"token": "none"}
        yield Server(
            "aiortc's relay", started, url, {"url": f"{url}/whip"} | target, {"url": f"{url}/whep"} | target
        )


def minted(url: str, key: str = "", *, publish: bool) -> dict[str, str]:
    """Mint a token of ours."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    body = {"user_id": "bench", "publish": publish}
    answer: dict[str, str] = (
        httpx.post(f"{url}/tokens", json=body, headers=headers, timeout=20).raise_for_status().json()
    )
    return answer


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.create_server((LOOPBACK, 0)) as free:
        port: int = free.getsockname()[1]
    return port


def janus_version() -> str:
    """Return what Janus says it is."""
    janus = shutil.which("janus")
    if janus is None:
        return "is not installed"
    said = subprocess.run([janus, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\((\d[\d.]+)\)", said)
    return found[1] if found else "of an unknown version"


def _key(data: Path) -> str:
    return (data / "creator-key").read_text().strip()


def _until_up(started: Process, url: str) -> None:
    for _ in range(600):
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            _alive(started)
        else:
            return
    raise RuntimeError("The server did not come up.")


def _until_open(started: Process, port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection((LOOPBACK, port)).close()
        except OSError:
            _alive(started)
        else:
            return
    raise RuntimeError("The server did not come up.")


def _alive(started: Process) -> None:
    if started.poll() is not None:
        raise RuntimeError(f"The server ended with {started.returncode}.")
    time.sleep(0.05)

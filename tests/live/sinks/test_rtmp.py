from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cyclorama.errors import InvalidRequest, SinkLost
from cyclorama.live.backdrops import Colour
from cyclorama.live.base import Sink
from cyclorama.live.engine import Engine
from cyclorama.live.fake import FakeSource
from cyclorama.live.sinks import amf
from cyclorama.live.sinks.file import FileSink
from cyclorama.live.sinks.rtmp import Address, RTMPSink
from cyclorama.matting.fake import FakeMatter
from tests.server.certificates import issue

from .pictures import frame_of, stream_of
from .reading import NEEDS_FFMPEG, decode, flashes_and_clicks, probe
from .recording import flash_and_click, flash_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.unit

KEY = "sk_secret-0815?token=geheim"


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def listener(port: int, path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """ffmpeg as a server, which writes what it gets into a file."""
    url = f"rtmp://127.0.0.1:{port}/live/x"
    command = ["ffmpeg", "-v", "error", "-listen", "1", "-i", url, "-c", "copy", "-flush_packets", "1", "-y"]
    process = subprocess.Popen([*command, str(path)], stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def opened(sink: RTMPSink, *, seconds: float = 20) -> None:
    """Open it as soon as the listener is there."""
    limit = time.monotonic() + seconds
    while True:
        try:
            return sink.open(flash_stream())
        except SinkLost:
            if time.monotonic() > limit:
                raise
            time.sleep(0.05)


@NEEDS_FFMPEG
def test_ffmpeg_receives_picture_and_sound_in_step(tmp_path: Path, port: int) -> None:
    path = tmp_path / "got.mkv"
    sink = RTMPSink(f"rtmp://127.0.0.1:{port}/live/{KEY}")
    with listener(port, path) as process:
        opened(sink)
        flash_and_click(sink, 4.2)
        assert sink.bits_per_second > 10_000
        sink.close()
        assert process.wait(20) == 0
    assert decode(path) == 126
    flashes, clicks = flashes_and_clicks(path)
    assert clicks[:3] == pytest.approx(flashes[:3], abs=0.02)
    told = probe(path)
    assert (told["video"]["codec_name"], told["audio"]["codec_name"]) == ("h264", "aac")
    assert told["video"]["has_b_frames"] == 0
    assert told["video"]["color_space"] == "bt709"


@NEEDS_FFMPEG
def test_server_killed_and_back(tmp_path: Path, port: int) -> None:
    sink = RTMPSink(f"rtmp://127.0.0.1:{port}/live/{KEY}")
    with listener(port, tmp_path / "first.mkv") as process:
        opened(sink)
        flash_and_click(sink, 1)
        process.kill()
        process.wait()
        with pytest.raises(SinkLost) as lost:
            flash_and_click(sink, 600, first=1)
    sink.close()
    assert "secret" not in lost.value.detail
    with pytest.raises(SinkLost, match=rf"Nobody answers at rtmp://127.0.0.1:{port}/live\. "):
        sink.open(flash_stream())
    with listener(port, tmp_path / "second.mkv") as process:
        opened(sink)
        flash_and_click(sink, 1.5, first=700)
        sink.close()
        assert process.wait(20) == 0
    assert decode(tmp_path / "second.mkv") == 45


@NEEDS_FFMPEG
def test_the_engine_opens_it_again(tmp_path: Path, port: int) -> None:
    said: list[str] = []
    engine = Engine(
        FakeSource(None, live=True, sound=True),
        RTMPSink(f"rtmp://127.0.0.1:{port}/live/{KEY}"),
        FileSink(tmp_path / "beside.mkv"),
        background=Colour(32, 64, 96),
        matter=FakeMatter(),
    )
    engine.listen(lambda event: said.append(event.message))

    def until(state: str) -> None:
        limit = time.monotonic() + 30
        while [sink.state for sink in engine.stats.sinks[:1]] != [state]:
            assert time.monotonic() < limit, engine.stats
            time.sleep(0.02)

    with listener(port, tmp_path / "first.mkv") as process, engine:
        until("running")
        process.kill()
        process.wait()
        until("lost")
        with listener(port, tmp_path / "second.mkv") as again:
            until("running")
            time.sleep(1)
            engine.stop()
            assert again.wait(20) == 0
    assert decode(tmp_path / "second.mkv") > 0
    assert decode(tmp_path / "beside.mkv") > 0
    assert not any("secret" in message for message in said)


class Server:
    """A server that says what a test wants, over plain TCP or TLS."""

    def __init__(self, say: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._say, self._context = say, context
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            connection, _ = self._listener.accept()
            with connection:
                if self._context is None:
                    self._say(connection)
                else:
                    with self._context.wrap_socket(connection, server_side=True) as secure:
                        self._say(secure)
        except OSError:
            pass

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._thread.join(10)


def shaken(connection: socket.socket) -> None:
    take(connection, 1 + 1536)
    connection.sendall(b"\3" + bytes(1536) + bytes(1536))
    take(connection, 1536)


def take(connection: socket.socket, count: int) -> None:
    while count:
        got = connection.recv(count)
        if not got:
            raise ConnectionError
        count -= len(got)


def command(*values: object, kind: int = 20) -> bytes:
    body = amf.encode(*values)
    chunks = [body[at : at + 128] for at in range(0, len(body), 128)]
    return b"\3\0\0\0" + len(body).to_bytes(3) + bytes([kind]) + bytes(4) + b"\xc3".join(chunks)


def refuse(connection: socket.socket) -> None:
    shaken(connection)
    connection.sendall(command("_result", 1, {}, {"code": "NetConnection.Connect.Success"}))
    connection.sendall(command("_result", 4, None, 1))
    status = {"level": "error", "code": "NetStream.Publish.BadName", "description": f"{KEY} is taken"}
    connection.sendall(command("onStatus", 0, None, status))
    connection.settimeout(1)
    while connection.recv(4096):
        pass


def welcome(connection: socket.socket) -> None:
    shaken(connection)
    connection.sendall(b"\2\0\0\0\0\0\4\5\0\0\0\0" + (2_500_000).to_bytes(4))
    connection.sendall(command("_result", 1, {}, {"code": "NetConnection.Connect.Success"}))
    connection.sendall(b"\2\0\0\0\0\0\6\4\0\0\0\0" + b"\0\6abcd")
    connection.sendall(command("_result", 4, None, 1))
    connection.sendall(command("onStatus", 0, None, {"level": "status", "code": "NetStream.Publish.Start"}))


def listen(connection: socket.socket) -> None:
    welcome(connection)
    while connection.recv(65536):
        pass


def test_a_refused_key_is_told_without_the_key() -> None:
    with Server(refuse) as server:
        sink = RTMPSink(f"rtmp://127.0.0.1:{server.port}/live/{KEY}")
        with pytest.raises(
            SinkLost, match=r"refuses the stream \(NetStream\.Publish\.BadName: … is taken\)"
        ) as lost:
            sink.open(flash_stream())
    assert "secret" not in f"{lost.value.detail}{sink.name}{sink!r}{Address.parse('rtmp://a/b/secret')}"
    assert lost.value.__cause__ is None


def test_a_server_that_answers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cyclorama.live.sinks.rtmp.PATIENCE", 0.2)
    held = threading.Event()

    def mute(connection: socket.socket) -> None:
        shaken(connection)
        held.wait(20)

    with Server(mute) as server:
        sink = RTMPSink(f"rtmp://127.0.0.1:{server.port}/live/{KEY}")
        with pytest.raises(SinkLost, match="takes nothing for"):
            sink.open(flash_stream())
        held.set()


def test_a_server_that_stops_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cyclorama.live.sinks.rtmp.PATIENCE", 0.2)
    held = threading.Event()

    def deaf(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        welcome(connection)
        held.wait(20)

    with Server(deaf) as server:
        sink = RTMPSink(f"rtmp://127.0.0.1:{server.port}/live/{KEY}", bitrate=400_000)
        sink.open(flash_stream())
        with pytest.raises(SinkLost, match="takes nothing for"):
            flash_and_click(sink, 3600)
        sink.close()
        held.set()


def test_what_speaks_something_else() -> None:
    with Server(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n" * 200)) as server:
        sink = RTMPSink(f"rtmp://127.0.0.1:{server.port}/live/{KEY}")
        with pytest.raises(SinkLost, match="has hung up"):
            sink.open(flash_stream())


def test_certificates_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = issue(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)
    with Server(listen, context) as server:
        sink = RTMPSink(f"rtmps://localhost:{server.port}/live/{KEY}")
        with pytest.raises(SinkLost, match="cannot prove who it is"):
            sink.open(flash_stream())
    monkeypatch.setenv("SSL_CERT_FILE", str(files.chain))
    with Server(listen, context) as server:
        sink = RTMPSink(f"rtmps://localhost:{server.port}/live/{KEY}")
        sink.open(flash_stream())
        sink.close()


def test_times_of_many_hours_stand_apart() -> None:
    got = bytearray()

    def keep(connection: socket.socket) -> None:
        welcome(connection)
        while data := connection.recv(65536):
            got.extend(data)

    with Server(keep) as server:
        sink = RTMPSink(f"rtmp://127.0.0.1:{server.port}/live/{KEY}", bitrate=8_000_000)
        sink.open(stream_of(320, 240))
        sink.write(frame_of(320, 240, 0))
        frame = frame_of(320, 240, 30 * 3600 * 24)
        frame.planes[0][:] = np.random.default_rng(0).integers(0, 255, (240, 320))
        sink.write(frame)
        sink.close()
    late = (24 * 3600 * 1000).to_bytes(4)
    at = got.index(b"\6\xff\xff\xff")  # the head of a picture's first chunk, whose time has no room there
    assert got[at + 12 : at + 16] == late
    assert got[at + 16 + 4096 : at + 16 + 4096 + 5] == b"\xc6" + late


@pytest.mark.parametrize(
    "url", ["http://a/b/c", "rtmp://a/b", "rtmp://a", "rtmp:///b/c", "rtmp://a:x/b/c", "rtmp://u:p@a/b/c", ""]
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(InvalidRequest, match="This is no RTMP address"):
        RTMPSink(url)


def test_addresses() -> None:
    address = Address.parse("rtmps://live.example:444/one/two/key?a=b/c")
    assert (address.host, address.port, address.app, address.key) == (
        "live.example",
        444,
        "one/two",
        "key?a=b/c",
    )
    assert Address.parse("rtmp://[::1]/app/key").host == "::1"
    sink = RTMPSink("rtmps://live.example/app/key")
    assert isinstance(sink, Sink)
    assert sink.name == "rtmps://live.example/app"
    with pytest.raises(InvalidRequest, match="alpha"):
        sink.open(stream_of(64, 48, alpha=True))
    with pytest.raises(SinkLost, match="closed"):
        sink.write(frame_of(64, 48, 0))


def test_amf() -> None:
    values = ["name", 1.5, True, None, {"a": "b", "c": {"d": False}}]
    assert amf.decode(amf.encode(*values)) == values
    mixed = b"\x08\0\0\0\1\0\1x\0" + bytes(8) + b"\0\0\x09" + b"\x0a\0\0\0\1\5" + b"\x0c\0\0\0\2hi" + b"\6"
    assert amf.decode(mixed) == [{"x": 0.0}, [None], "hi", None]
    for broken in (b"\2\0\5a", b"\0\0", b"\x11", b"\3\0\1", b"\2\0\1\xff"):
        with pytest.raises(ValueError, match="AMF0"):
            amf.decode(broken)

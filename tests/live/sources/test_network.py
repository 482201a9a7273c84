"""Streams of the network: they stall, break off, come back, and are closed while they stall."""

from __future__ import annotations

import io
import shutil
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from fractions import Fraction
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from PIL import Image

from cyclorama.errors import InvalidRequest, NotFound, SourceLost, UnsupportedMedia
from cyclorama.live.base import Sound
from cyclorama.live.sources import av_source, failures
from cyclorama.live.sources.av_source import AVSource, is_address
from cyclorama.picture import Frame

from .files import number, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.unit


class Web:
    """Serves some bytes, and then ends, or says nothing more."""

    def __init__(self) -> None:
        self.body = b""
        self.status = 200
        self.kind = "application/octet-stream"
        self.stalls = False
        self.length = True
        self.done = threading.Event()
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(web.status)
                self.send_header("Content-Type", web.kind)
                if web.length:
                    self.send_header("Content-Length", str(len(web.body) * (2 if web.stalls else 1)))
                self.end_headers()
                self.wfile.write(web.body)
                self.wfile.flush()
                if web.stalls:
                    web.done.wait(20)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}/stream"


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    thread = threading.Thread(target=web.server.serve_forever, args=(0.02,))
    thread.start()
    yield web
    web.done.set()
    web.server.shutdown()
    thread.join()
    web.server.server_close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(av_source, "OPEN_S", 10.0)
    monkeypatch.setattr(av_source, "READ_S", 1.0)


def pictures(source: AVSource) -> list[Frame]:
    return [item for item in source if isinstance(item, Frame)]


def until_lost(source: AVSource, taken: Callable[[int], object] = lambda count: None) -> list[Frame]:
    """Return the pictures until the source is lost; `taken` hears how many there are already."""
    frames = []
    with pytest.raises(SourceLost):  # noqa: PT012 (it is lost while it is iterated)
        for item in source:
            assert isinstance(item, Frame)
            frames.append(item)
            taken(len(frames))
    return frames


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_what_is_an_address() -> None:
    for text in ("http://a/b", "RTSP://u:p@cam/1", "udp://0.0.0.0:5", "rtmps://a/b/c", "srt://a:1"):
        assert is_address(text)
    for text in ("a.mp4", "/a/b.mp4", "C:\\a.mp4", "c://a.mp4", "whep://a", "file://a"):
        assert not is_address(text)


def test_a_file_on_a_server_comes_at_its_own_pace_and_whole(web: Web, tmp_path: Path) -> None:
    web.body = write(tmp_path / "a.mkv", sound=True).read_bytes()
    source = AVSource(web.address)
    assert source.live
    frames = pictures(source)
    numbers = [number(frame) for frame in frames]
    assert numbers == sorted(set(numbers))
    assert len(numbers) + source.dropped == 12  # where several are due at once, two are kept
    begins = [(frame.seconds or 0.0) - each / 30 for frame, each in zip(frames, numbers, strict=True)]
    assert max(begins) - min(begins) < 0.003


@pytest.mark.usefixtures("impatient")
def test_a_stream_that_says_nothing_more_is_lost(web: Web, tmp_path: Path) -> None:
    web.body = write(tmp_path / "a.ts", times=list(range(60))).read_bytes()
    web.stalls = True
    assert until_lost(AVSource(web.address))


def test_closing_ends_a_read_that_would_take_long(web: Web, tmp_path: Path) -> None:
    web.body = write(tmp_path / "a.ts", times=list(range(60))).read_bytes()
    web.stalls = True
    source = AVSource(web.address)
    timer = threading.Timer(0.5, source.close)
    timer.start()
    begin = time.monotonic()
    list(source)  # no error
    assert time.monotonic() - begin < av_source.READ_S
    assert list(source) == []
    timer.join()


def test_what_ends_without_a_length_may_come_back_and_its_times_go_on(web: Web, tmp_path: Path) -> None:
    web.body = write(tmp_path / "a.flv", times=list(range(20)), codec="flv1").read_bytes()
    # what the muxer writes into the header at the end: a live FLV has no duration
    web.body = web.body.replace(b"duration", b"xuration")
    web.length = False
    source = AVSource(web.address)
    times = [frame.seconds for _ in range(2) for frame in until_lost(source)]
    assert len(times) > 2
    assert sorted(times) == times  # type: ignore[type-var]


def test_a_camera_that_sends_jpegs_has_the_times_of_their_arrival(web: Web) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 40, 160)).save(picture, "JPEG")
    head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(picture.getvalue())
    web.body = (head + picture.getvalue() + b"\r\n") * 30
    web.kind = "multipart/x-mixed-replace; boundary=frame"
    web.length = False
    frames = until_lost(AVSource(web.address))
    assert frames
    assert all(frame.full_range for frame in frames)
    times = [frame.seconds or 0.0 for frame in frames]
    assert times == sorted(times)
    assert not np.allclose(np.diff(times), 0.04, atol=0.001)  # FFmpeg says 25 a second, whatever comes


def test_hls_comes_at_its_own_pace_and_whole(tmp_path: Path) -> None:
    write(
        tmp_path / "a.m3u8", times=list(range(30)), options={"g": "10"}, container_options={"hls_time": "0.3"}
    )

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        source = AVSource(f"http://127.0.0.1:{server.server_port}/a.m3u8")
        frames = pictures(source)
        server.shutdown()
        thread.join()
    # while a piece is fetched, pictures become late, and of those that are due at once two are kept
    assert len(frames) + source.dropped == 30
    assert len(frames) > 15
    times = [frame.seconds or 0.0 for frame in frames]
    assert times == sorted(set(times))


@pytest.mark.parametrize(
    ("status", "error"), [(404, NotFound), (401, InvalidRequest), (403, InvalidRequest), (503, SourceLost)]
)
def test_what_a_server_answers(web: Web, status: int, error: type[Exception]) -> None:
    web.status = status
    with pytest.raises(error):
        list(AVSource(web.address))


def test_what_is_no_video(web: Web) -> None:
    web.body = b"<html>Hello</html>" * 100
    with pytest.raises(UnsupportedMedia, match="no video or sound"):
        list(AVSource(web.address))


def test_nobody_answers() -> None:
    for scheme in ("http", "rtmp", "rtsp", "tcp"):
        with pytest.raises(SourceLost, match="Nobody answers"):
            list(AVSource(f"{scheme}://127.0.0.1:{free_port()}/a"))


def test_a_protocol_that_this_build_lacks() -> None:
    error = failures.of_network(av.error.ProtocolNotFoundError(1, "x"), "srt://host:1?x=y", seen=False)
    assert isinstance(error, InvalidRequest)
    assert "srt://" in error.detail


def test_passwords_are_not_shown() -> None:
    assert failures.shown("rtsp://me:secret@cam:554/1?token=secret") == "rtsp://cam:554/1"
    assert AVSource("rtsp://me:secret@cam/1").name == "rtsp://cam/1"


@contextmanager
def sender(port: int) -> Iterator[threading.Event]:
    """Send MPEG-TS over UDP, as an encoder in the network does."""
    stop = threading.Event()

    def send() -> None:
        with av.open(f"udp://127.0.0.1:{port}?pkt_size=1316", "w", format="mpegts") as out:
            stream = out.add_stream("libx264", rate=30, options={"tune": "zerolatency", "g": "5"})
            assert isinstance(stream, VideoStream)
            stream.width, stream.height, stream.pix_fmt = 128, 72, "yuv420p"
            index = 0
            while not stop.wait(1 / 30):
                frame = av.VideoFrame.from_ndarray(
                    np.full((72, 128, 3), index % 12 * 16, np.uint8), "rgb24"
                ).reformat(format="yuv420p")
                frame.pts, frame.time_base = 9000 + index, Fraction(1, 30)
                index += 1
                out.mux(stream.encode(frame))

    thread = threading.Thread(target=send)
    thread.start()
    yield stop
    stop.set()
    thread.join()


@pytest.mark.usefixtures("impatient")
def test_a_sender_that_goes_and_comes_back() -> None:
    port = free_port()
    source = AVSource(f"udp://127.0.0.1:{port}")
    times: list[float] = []
    for _ in range(2):
        with sender(port) as stop:

            def taken(count: int, stop: threading.Event = stop) -> None:
                if count == 10:
                    stop.set()

            times.extend(frame.seconds or 0.0 for frame in until_lost(source, taken))
    assert len(times) >= 20
    assert (np.diff(times) > 0).all()
    assert times[0] < 60  # seconds since it was first looked for, not the sender's 300


def test_rtmp_of_ffmpeg() -> None:
    program = shutil.which("ffmpeg")
    if program is None:
        pytest.skip("there is no ffmpeg")
    address = f"rtmp://127.0.0.1:{free_port()}/live/key"
    words = "-v error -re -f lavfi -i testsrc2=size=128x72:rate=30 -f lavfi -i sine=440 -t 60 "
    words += "-c:v libx264 -g 15 -tune zerolatency -c:a aac -f flv -listen 1"
    source, frames, sounds = AVSource(address), 0, 0
    with subprocess.Popen([program, *words.split(), address], stdin=subprocess.DEVNULL) as running:
        try:
            for _ in range(50):
                with suppress(SourceLost):  # until it listens, nobody answers
                    for item in source:
                        frames += isinstance(item, Frame)
                        sounds += isinstance(item, Sound)
                        if frames >= 10 and sounds >= 10:
                            source.close()
                    break
                time.sleep(0.2)
        finally:
            running.kill()
    assert frames >= 10
    assert sounds >= 10

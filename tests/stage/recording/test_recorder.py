"""Real publishers, recorded by a real server, and read back with PyAV."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

import httpx
import numpy as np
import pytest

from cyclorama.errors import Unavailable
from cyclorama.settings import Settings
from cyclorama.stage.local import LocalBackend
from cyclorama.stage.recording import line, matroska
from cyclorama.stage.recording.recorder import Recorder

from ..clients import BLUE, RED, Colour, Publisher, Tone, Viewer, until
from .files import read

if TYPE_CHECKING:
    from pathlib import Path

    from aiortc.rtp import RtpPacket
    from av import AudioFrame, VideoFrame

    from cyclorama.stage.codecs import Codec

    from ..conftest import Running
    from .files import Contents

pytestmark = pytest.mark.stage


async def recorded(server: Running) -> list[Contents]:
    """Stop the recording and read its files."""
    recorder = server.stage.recorder
    await recorder.stop()
    state = await recorder.state()
    assert not state.problem
    assert not state.dropped
    assert not any(file.open for file in state.files)
    return [read(recorder.path(file.name)) for file in state.files]


class Counter:
    """Counts the frames that come by."""

    frames = 10  # those before it listens, at most

    def packet(self, _source: int, _codec: Codec, packet: RtpPacket, _now: float) -> None:
        self.frames += packet.marker

    def report(self, *_: int) -> None:
        pass


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_picture_and_sound_are_in_the_file(server: Running, settings: Settings, codec: str) -> None:
    host, forwarded = server.token(publish=True), Counter()
    recorder = server.stage.recorder
    await recorder.start()
    async with Publisher(server.url, host) as publisher:
        await publisher.publish(Colour(RED, noise=True), Tone(), codec=codec)
        await until(lambda: server.publishing(host))
        began = time.monotonic()
        server.stage._feeds[host.participant_id].listen({"video": forwarded})
        await asyncio.sleep(3)
        [file] = (await recorder.state()).files
        assert file.open
        assert file.user_id == "somebody"
        assert file.seconds >= 1
        [found] = await recorded(server)
        lasted = time.monotonic() - began
    assert recorder.path(file.name).parent == settings.data / "recordings" / "default"
    assert found.codecs == {"video": codec.lower(), "audio": "opus"}
    assert found.rising
    assert 2 < found.duration < lasted + 1  # a busy machine stops the recording later than it ends
    assert 0.7 * forwarded.frames <= len(found.picture_times) <= forwarded.frames
    assert len(found.packet_times["audio"]) == pytest.approx(50 * found.duration, rel=0.2)
    assert set(found.sizes) == {(320, 240)}
    assert np.allclose(np.mean(found.colours, axis=0), RED.rgb, atol=40)
    spectrum = np.abs(np.fft.rfft(np.concatenate(found.sounds, axis=1)[0, 48000:72000]))
    assert np.argmax(spectrum) * 2 == pytest.approx(440, abs=4)


class Scene:
    """What a camera and a microphone see and hear: something that happens at one moment."""

    happened = False


class SceneColour(Colour):
    """Turns from red to blue when it happens."""

    scene: Scene

    async def recv(self) -> VideoFrame:
        self._colour = BLUE.yuv if self.scene.happened else RED.yuv
        return await super().recv()


class SceneTone(Tone):
    """Is silent until it happens."""

    scene: Scene

    async def recv(self) -> AudioFrame:
        frame = await super().recv()
        if not self.scene.happened:
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
        return frame


async def test_sound_and_picture_are_in_step(server: Running) -> None:
    host, scene = server.token(publish=True), Scene()
    camera, microphone = SceneColour(RED), SceneTone()
    camera.scene = microphone.scene = scene
    await server.stage.recorder.start()
    async with Publisher(server.url, host) as publisher:
        await publisher.publish(camera, microphone)
        await until(lambda: server.publishing(host))
        await asyncio.sleep(3)
        scene.happened = True
        await asyncio.sleep(1)
        [found] = await recorded(server)
    seen = next(at for at, colour in zip(found.picture_times, found.colours, strict=True) if colour[2] > 128)
    loud = [np.abs(sound).max() > 0.1 for sound in found.sounds]
    heard = found.sound_times[loud.index(True)]
    assert heard > 2
    assert seen == pytest.approx(heard, abs=0.1)


async def test_recording_may_begin_in_the_middle_and_again(server: Running) -> None:
    """The publisher is asked for a key frame; of itself this one sends one in 100 s."""
    host = server.token(publish=True)
    recorder = server.stage.recorder
    async with Publisher(server.url, host) as publisher:
        await publisher.publish(Colour(RED), Tone())
        await until(lambda: server.publishing(host))
        for count in (1, 2):
            await recorder.start()
            await recorder.start()
            assert recorder.recording
            assert (await recorder.state()).since == pytest.approx(time.time(), abs=2)
            await asyncio.sleep(2)
            files = await recorded(server)
            assert len(files) == count
            assert len(files[-1].picture_times) > 30


async def test_who_comes_later_is_recorded_and_two_at_once(server: Running) -> None:
    ann, bob = server.token(publish=True), server.token(publish=True)
    await server.stage.recorder.start()
    async with Publisher(server.url, ann) as first, Publisher(server.url, bob) as second:
        await first.publish(Colour(RED), Tone())
        await until(lambda: server.publishing(ann))
        await asyncio.sleep(1)
        await second.publish(Colour(BLUE))
        await until(lambda: server.publishing(bob))
        await asyncio.sleep(1.5)
        red, blue = await recorded(server)
    assert red.codecs == {"video": "vp8", "audio": "opus"}
    assert blue.codecs == {"video": "vp8"}
    assert np.allclose(np.mean(red.colours, axis=0), RED.rgb, atol=12)
    assert np.allclose(np.mean(blue.colours, axis=0), BLUE.rgb, atol=12)
    assert red.duration - blue.duration > 0.7


async def test_a_publisher_who_comes_back_goes_on_in_the_file(server: Running) -> None:
    host = server.token(publish=True)
    await server.stage.recorder.start()
    for colour in (RED, BLUE):
        async with Publisher(server.url, host) as publisher:
            await publisher.publish(Colour(colour), Tone())
            await until(lambda: server.publishing(host))
            await asyncio.sleep(1.5)
            await publisher.leave()
        await until(lambda: not server.publishing(host))
        await asyncio.sleep(1)
    [found] = await recorded(server)
    assert found.rising
    gaps = np.diff(found.packet_times["video"])
    assert np.sum(gaps > 0.9) == 1
    turn = int(np.argmax(gaps)) + 1
    assert np.allclose(np.mean(found.colours[:turn], axis=0), RED.rgb, atol=12)
    assert np.allclose(np.mean(found.colours[turn:], axis=0), BLUE.rgb, atol=12)


async def test_packets_that_are_lost_for_good_cost_no_more_than_they_must(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A burst is lost before it reaches anybody, NACKs and all; the file decodes without an error."""
    from cyclorama.stage.forward import Channel

    original, lost = Channel.packet, range(0)

    def lossy(self: Channel, packet: object, codec: object) -> None:
        nonlocal lost
        number = packet.sequence_number  # type: ignore[attr-defined]
        if codec.mimeType.startswith("video/") and number in lost:  # type: ignore[attr-defined]
            return
        if losing and not lost:
            lost = range(number, number + 3)
            return
        original(self, packet, codec)  # type: ignore[arg-type]

    losing = False
    monkeypatch.setattr(Channel, "packet", lossy)
    host = server.token(publish=True)
    await server.stage.recorder.start()
    async with Publisher(server.url, host) as publisher:
        await publisher.publish(Colour(RED, noise=True))
        await until(lambda: server.publishing(host))
        await asyncio.sleep(1)
        losing = True
        await asyncio.sleep(3)
        [found] = await recorded(server)
    assert len(lost) == 3
    gaps = np.diff(found.packet_times["video"])
    assert np.sum(gaps > 0.2) == 1
    assert gaps.max() < 2


async def test_a_slow_disk_delays_nobody_and_the_loss_is_told(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, waiting, released = matroska.Writer.flush, threading.Event(), threading.Event()

    def slow(self: matroska.Writer) -> None:
        waiting.set()
        released.wait(30)
        original(self)

    monkeypatch.setattr(matroska.Writer, "flush", slow)
    monkeypatch.setattr(line, "MOST", 50)
    host, guest = server.token(publish=True), server.token(publish=False)
    recorder = server.stage.recorder
    await recorder.start()
    async with Publisher(server.url, host) as publisher, Viewer(server.url, guest) as viewer:
        await publisher.publish(Colour(RED, noise=True))
        await until(lambda: server.publishing(host))
        await viewer.watch(host, ("video",))
        await until(waiting.is_set)
        for _ in range(60):
            await viewer.picture()
        assert (await recorder.state()).dropped > 0
        released.set()
        await recorder.stop()
    [file] = (await recorder.state()).files
    assert read(recorder.path(file.name)).rising  # and decodes


async def test_over_http(server: Running) -> None:
    host = server.token(publish=True)
    path = "/stages/default/recording"
    async with httpx.AsyncClient(base_url=server.url) as http, Publisher(server.url, host) as publisher:
        before = (await http.get(path)).json()
        assert (before["recording"], before["since"], before["files"]) == (False, None, [])
        await publisher.publish(Colour(RED, noise=True), Tone())
        await until(lambda: server.publishing(host))
        started = (await http.put(path)).json()
        assert started["recording"]
        assert started["since"] == pytest.approx(time.time(), abs=2)
        await asyncio.sleep(3)
        [growing] = (await http.get(path)).json()["files"]
        assert growing["open"]
        at = f"/stages/default/recordings/{growing['name']}"
        part = await http.get(at)
        assert int(part.headers["content-length"]) == len(part.content) >= growing["bytes"]
        stopped = (await http.delete(path)).json()
        assert not stopped["recording"]
        [file] = stopped["files"]
        assert (file["name"], file["user_id"], file["open"]) == (growing["name"], "somebody", False)
        assert file["bytes"] > len(part.content)
        whole = await http.get(at)
        assert whole.headers["content-type"] == "video/x-matroska"
        assert whole.headers["content-disposition"] == f'attachment; filename="{file["name"]}"'
        assert len(whole.content) == file["bytes"]
        piece = await http.get(at, headers={"Range": "bytes=100-299"})
        assert piece.status_code == httpx.codes.PARTIAL_CONTENT
        assert piece.headers["content-range"] == f"bytes 100-299/{file['bytes']}"
        assert piece.content == whole.content[100:300]
        for name in ("nothing.mkv", "..%2Fdefault", "%2e%2e", "20261126T160320Z-nobody.mkv"):
            assert (await http.get(f"/stages/default/recordings/{name}")).status_code == httpx.codes.NOT_FOUND
        assert (await http.put("/stages/elsewhere/recording")).status_code == httpx.codes.NOT_FOUND


async def test_a_folder_that_cannot_be_written_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    recorder = Recorder(tmp_path / "file" / "default")
    with pytest.raises(Unavailable, match="CYCLORAMA_RECORDINGS"):
        await recorder.start()
    state = await recorder.state()
    assert not state.recording
    assert "cannot be written" in state.problem
    assert state.files == []


async def test_a_stage_that_is_deleted_ends_its_files(server: Running) -> None:
    stage = await server.backend.create_stage("show")
    recorder = server.backend.room(stage.id).recorder
    await recorder.start()
    host = server.token(publish=True, stage=stage.id)
    async with Publisher(server.url, host) as publisher:
        await publisher.publish(Colour(RED), Tone())
        await until(lambda: server.publishing(host))
        await asyncio.sleep(1.5)
        await server.backend.delete_stage(stage.id)
        await until(lambda: not recorder.recording)
        await recorder.stop()
    [file] = (await recorder.state()).files
    assert read(recorder.path(file.name)).duration > 1


async def test_the_setting_records_from_the_start_and_new_stages_too(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, record=True)
    backend = LocalBackend.of(settings)
    await backend.begin()
    stage = await backend.create_stage("show")
    assert backend.room("default").recorder.recording
    assert backend.room(stage.id).recorder.recording
    await backend.aclose()
    assert not backend.room("default").recorder.recording

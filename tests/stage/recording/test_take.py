"""One participant's recording, from RTP packets to a file that PyAV reads; time is the test's own."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest
from aiortc.rtp import RtpPacket
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclorama.stage.recording.reorder import PATIENCE
from cyclorama.stage.recording.take import ABSENCE, ALONE, Report, Source, Take

from ..clients import BLUE
from .files import Contents, read
from .packets import CODECS, Sender, av1, pictures, sounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

pytestmark = pytest.mark.unit

FRAME = 1 / 30
SOUND = 0.02
VIDEO = ["VP8", "VP9", "H264", "AV1"]


@dataclass
class Recorded:
    """A take, and what arrives for it when."""

    folder: Path
    take: Take = field(init=False)
    began: float = field(default_factory=time.monotonic)
    asked: int = 0
    _coming: list[tuple[float, Source, RtpPacket | Report]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.take = Take(self.folder, "ann")
        self.take.want_key_frame = self._ask

    def _ask(self) -> None:
        self.asked += 1

    def send(self, source: Source, packets: Iterable[RtpPacket | Report], at: float) -> None:
        """Let packets arrive `at` seconds after the beginning."""
        self._coming += [(at, source, packet) for packet in packets]

    def film(
        self,
        sender: Sender,
        frames: Sequence[bytes],
        *,
        together: Mapping[str, str] | None = None,
        begin: float = 0,
        late: float = 0,
        lose: Callable[[int], bool] = lambda _: False,
        pace: float = FRAME,
    ) -> Source:
        """Let frames arrive as a source of their own, from `begin` on; `lose` says which packets do not."""
        kind = "audio" if sender.codec == "opus" else "video"
        source = Source(kind, sender.parameters, together or {kind: sender.codec})
        count = 0
        for index, frame in enumerate(frames):
            for packet in sender.packets(frame, index * pace):
                if not lose(count):
                    self.send(source, [packet], begin + index * pace + late)
                count += 1
        return source

    def play(self, until: float = 0) -> None:
        """Let everything arrive, with a tick every tenth of a second."""
        self._coming.sort(key=lambda each: each[0])
        tick = 0.0
        for at, source, item in self._coming:
            while tick < at:
                self.take.tick(self.began + tick)
                tick += 0.1
            if isinstance(item, Report):
                self.take.report(source, item)
            else:
                self.take.packet(source, item, self.began + at)
        while tick < until:
            self.take.tick(self.began + tick)
            tick += 0.1

    def files(self) -> list[Contents]:
        """End the take and read its files."""
        self.take.close()
        return [read(path) for path in sorted(self.folder.iterdir())]

    def file(self) -> Contents:
        [found] = self.files()
        return found


@pytest.fixture
def recorded(tmp_path: Path) -> Recorded:
    folder = tmp_path / "recordings"
    folder.mkdir()
    return Recorded(folder)


@pytest.mark.parametrize("codec", VIDEO)
def test_frames_are_in_the_file_as_they_were_encoded(recorded: Recorded, codec: str) -> None:
    frames = pictures(codec, 45, colour=BLUE)
    recorded.film(Sender(codec), frames)
    recorded.play()
    found = recorded.file()
    assert found.codecs == {"video": codec.lower()}
    assert len(found.packet_times["video"]) == len(found.picture_times) == 45
    assert np.allclose(found.packet_times["video"], np.arange(45) * FRAME, atol=0.001)
    assert found.rising
    assert set(found.sizes) == {(320, 240)}
    assert found.duration == pytest.approx(44 * FRAME, abs=0.002)
    assert np.allclose(np.mean(found.colours, axis=0), BLUE.rgb, atol=25)


@pytest.mark.parametrize("codec", VIDEO)
def test_after_a_lost_packet_nothing_broken_is_recorded(recorded: Recorded, codec: str) -> None:
    """Key frames are the frames 0 and 60; a packet of frame 5 is lost."""
    frames = pictures(codec, 60) + pictures(codec, 15)
    before = sum(len(Sender(codec).packets(frame, 0)) for frame in frames[:5])
    recorded.film(Sender(codec), frames, lose=lambda index: index == before)
    recorded.play()
    assert recorded.asked
    found = recorded.file()
    kept = np.array([index for index in range(75) if index < 5 or index >= 60])
    assert np.allclose(found.packet_times["video"], kept * FRAME, atol=0.001)
    assert len(found.picture_times) == len(kept)


@pytest.mark.parametrize("codec", VIDEO)
def test_a_recording_that_begins_in_the_middle_waits_for_a_key_frame(recorded: Recorded, codec: str) -> None:
    frames = pictures(codec, 10) + pictures(codec, 10)
    packets = sum(len(Sender(codec).packets(frame, 0)) for frame in frames[:10])
    # from the middle of frame 4 on, and from the middle of the key frame 10 on
    for lost, kept in ((packets // 2, 10), (packets + 1, 0)):
        folder = recorded.folder / str(lost)
        folder.mkdir()
        another = Recorded(folder)
        another.film(Sender(codec), frames, lose=lambda index, lost=lost: index < lost)  # type: ignore[misc]
        another.play(0.5)
        assert another.asked
        files = another.files()
        assert [len(file.picture_times) for file in files] == ([kept] if kept else [])


@pytest.mark.parametrize("codec", ["VP8", "H264", "AV1"])
def test_packets_that_come_late_or_twice_harm_nothing(recorded: Recorded, codec: str) -> None:
    frames = pictures(codec, 30)
    sender = Sender(codec)
    source = Source("video", sender.parameters, {"video": codec})
    chance = random.Random(1)  # noqa: S311 - not a secret
    for index, frame in enumerate(frames):
        for packet in sender.packets(frame, index * FRAME):
            late = chance.choice([0, 0, 0.01, 0.05, 0.8 * PATIENCE])
            for again in range(chance.choice([1, 1, 2])):
                recorded.send(source, [packet], 0.1 + index * FRAME + late + again * 0.2)
    # the very first packet says where numbers begin
    recorded._coming.sort(key=lambda each: each[2].sequence_number != 65530)  # type: ignore[union-attr]
    recorded._coming[0] = (0, *recorded._coming[0][1:])
    recorded.play(2)
    found = recorded.file()
    assert len(found.picture_times) == 30
    assert found.rising


def test_a_publisher_who_returns_goes_on_in_the_same_file(recorded: Recorded) -> None:
    together = {"video": "VP8", "audio": "opus"}
    for begin, sequence, timestamp in ((0, 100, 5000), (4, 31000, 0x7FFFFFFF)):
        recorded.film(Sender("VP8", sequence, timestamp), pictures("VP8", 30), together=together, begin=begin)
        recorded.film(
            Sender("opus", sequence, timestamp), sounds(50), together=together, begin=begin, pace=SOUND
        )
    recorded.play()
    found = recorded.file()
    assert found.rising
    expected = np.concatenate([np.arange(30) * FRAME, 4 + np.arange(30) * FRAME])
    assert np.allclose(found.packet_times["video"], expected, atol=0.002)
    assert found.packet_times["audio"][50] - found.packet_times["audio"][49] == pytest.approx(3.02, abs=0.01)


def test_a_publisher_who_stays_away_ends_the_file(recorded: Recorded) -> None:
    recorded.film(Sender("VP8"), pictures("VP8", 10))
    recorded.film(Sender("VP8"), pictures("VP8", 20), begin=ABSENCE + 2)
    recorded.play(ABSENCE + 1)
    assert [len(found.picture_times) for found in recorded.files()] == [10, 20]


def test_other_codecs_and_other_kinds_go_to_a_new_file(recorded: Recorded) -> None:
    both = {"video": "H264", "audio": "opus"}
    recorded.film(Sender("VP8"), pictures("VP8", 10))
    recorded.film(Sender("H264"), pictures("H264", 10), begin=1)
    recorded.film(Sender("H264"), pictures("H264", 10), together=both, begin=2)
    recorded.film(Sender("opus"), sounds(20), together=both, begin=2, pace=SOUND)
    recorded.play()
    assert [found.codecs for found in recorded.files()] == [
        {"video": "vp8"},
        {"video": "h264"},
        {"video": "h264", "audio": "opus"},
    ]


def test_a_publisher_who_keeps_changing_codecs_does_not_flood_the_folder(recorded: Recorded) -> None:
    keys = {codec: pictures(codec, 1) for codec in ("VP8", "H264")}
    for index in range(60):
        codec = ("VP8", "H264")[index % 2]
        recorded.film(Sender(codec), keys[codec], begin=index * FRAME)
    recorded.play()
    assert 2 <= len(recorded.files()) <= 4


@pytest.mark.parametrize("codec", VIDEO)
def test_the_size_may_change_in_the_middle(recorded: Recorded, codec: str) -> None:
    small, large = (320, 240), (640, 360)
    recorded.film(Sender(codec), pictures(codec, 10, size=small) + pictures(codec, 10, size=large))
    recorded.play()
    found = recorded.file()
    assert found.sizes == [small] * 10 + [large] * 10


def test_sound_alone_is_recorded_when_no_picture_comes(recorded: Recorded) -> None:
    """And what comes before it is not lost. The picture, when it comes at last, has a file of its own."""
    both = {"video": "VP8", "audio": "opus"}
    count = round((ALONE + 3) / SOUND)
    recorded.film(Sender("opus"), sounds(count), together=both, pace=SOUND)
    recorded.film(Sender("VP8"), pictures("VP8", 30), together=both, begin=ALONE + 2)
    recorded.play()
    alone, together = recorded.files()
    assert alone.codecs == {"audio": "opus"}
    assert alone.packet_times["audio"][0] == 0
    assert len(alone.packet_times["audio"]) == pytest.approx((ALONE + 2) / SOUND, abs=2)
    assert together.codecs == both | {"video": "vp8"}
    assert len(together.packet_times["audio"]) == pytest.approx(1 / SOUND, abs=2)


def test_sound_only(recorded: Recorded) -> None:
    recorded.film(Sender("opus"), sounds(100), pace=SOUND)
    recorded.play()
    found = recorded.file()
    assert found.codecs == {"audio": "opus"}
    assert np.allclose(np.diff(found.packet_times["audio"]), SOUND)
    spectrum = np.abs(np.fft.rfft(np.concatenate(found.sounds, axis=1)[0, 48000:72000]))
    assert np.argmax(spectrum) * 2 == pytest.approx(440, abs=4)


def test_the_file_begins_with_the_first_key_frame(recorded: Recorded) -> None:
    both = {"video": "VP8", "audio": "opus"}
    recorded.film(Sender("opus"), sounds(150), together=both, pace=SOUND)
    recorded.film(Sender("VP8"), pictures("VP8", 30), together=both, begin=2)
    recorded.play()
    found = recorded.file()
    assert found.packet_times["video"][0] == 0
    assert 0 <= found.packet_times["audio"][0] <= SOUND
    assert len(found.packet_times["audio"]) == pytest.approx(1 / SOUND, abs=1)


def test_sender_reports_keep_sound_and_picture_in_step(recorded: Recorded) -> None:
    """Pictures take half a second longer than sound to arrive: only the publisher's clock can tell."""
    late, second, count = 0.5, 0x1_0000_0000, 6
    both = {"video": "VP8", "audio": "opus"}
    camera, microphone = Sender("VP8", 1, 777), Sender("opus", 1, 999_999)
    frames = pictures("VP8", 30 * count)
    video = recorded.film(camera, frames, together=both, late=late)
    audio = recorded.film(microphone, sounds(50 * count), together=both, pace=SOUND)
    for moment in (1.1, 2.1, 3.1, 4.1):
        ntp = round((3_900_000_000 + moment) * second)
        recorded.send(audio, [Report(ntp, microphone.at(moment))], moment)
        recorded.send(video, [Report(ntp + second // 100, camera.at(moment + 0.01))], moment + late)
    recorded.play()
    found = recorded.file()
    assert found.rising
    # The last of each was taken at a known time.
    video_end, audio_end = found.packet_times["video"][-1], found.packet_times["audio"][-1]
    assert video_end - audio_end == pytest.approx((count - FRAME) - (count - SOUND), abs=0.02)


def test_clocks_that_make_no_sense_are_not_believed(recorded: Recorded) -> None:
    both = {"video": "VP8", "audio": "opus"}
    camera, microphone = Sender("VP8"), Sender("opus")
    video = recorded.film(camera, pictures("VP8", 60), together=both)
    audio = recorded.film(microphone, sounds(100), together=both, pace=SOUND)
    recorded.send(audio, [Report(0, 5), Report(1 << 62, 1 << 31)], 0.5)
    recorded.send(video, [Report(0, 5), Report(77, 1 << 31)], 0.5)
    recorded.play()
    found = recorded.file()
    assert found.duration == pytest.approx(2, abs=0.1)


def test_timestamps_that_jump_do_not_stretch_the_file(recorded: Recorded) -> None:
    sender, chance = Sender("VP8"), random.Random(2)  # noqa: S311
    source = Source("video", sender.parameters, {"video": "VP8"})
    for index, frame in enumerate(pictures("VP8", 60)):
        packets = sender.packets(frame, chance.randrange(40_000))
        recorded.send(source, packets, index * FRAME)
    recorded.play()
    found = recorded.file()
    assert len(found.picture_times) == 60
    assert found.rising
    assert found.duration == pytest.approx(2, abs=15)


def test_codecs_that_cannot_be_recorded_leave_the_others(recorded: Recorded) -> None:
    both = {"video": "VP8", "audio": "PCMU"}
    strange = Source("audio", type(CODECS["opus"])("audio/PCMU", 8000, 1, 0), both)
    recorded.film(Sender("VP8"), pictures("VP8", 10), together=both)
    recorded.send(strange, [RtpPacket(payload=bytes(160), sequence_number=each) for each in range(9)], 0.1)
    recorded.play()
    assert recorded.file().codecs == {"video": "vp8"}


def test_av1_elements_that_are_counted(recorded: Recorded) -> None:
    recorded.film(Sender("AV1", packetize=lambda frame: av1(frame, counted=True)), pictures("AV1", 20))
    recorded.play()
    assert len(recorded.file().picture_times) == 20


RUBBISH = st.lists(
    st.tuples(
        st.sampled_from([*VIDEO, "opus"]),
        st.one_of(st.binary(max_size=40), st.sampled_from([b"\x90\x80\x80\x01\x10\2\0\x9d\1*\x40\1\xf0\0"])),
        st.integers(0, 0xFFFF),
        st.integers(0, 0xFFFFFFFF),
        st.booleans(),
    ),
    max_size=60,
)


@given(RUBBISH)
@settings(max_examples=150, deadline=None)
def test_rubbish_is_no_error(
    tmp_path_factory: pytest.TempPathFactory, rubbish: list[tuple[str, bytes, int, int, bool]]
) -> None:
    recorded = Recorded(tmp_path_factory.mktemp("rubbish"))
    sources = {name: Sender(name) for name in [*VIDEO, "opus"]}
    together = {"video": "VP8", "audio": "opus"}
    known: dict[str, Source] = {}
    for index, (name, payload, number, timestamp, marker) in enumerate(rubbish):
        kind = "audio" if name == "opus" else "video"
        source = known.setdefault(name, Source(kind, sources[name].parameters, together | {kind: name}))
        packet = RtpPacket(96, int(marker), number, timestamp, 1, payload)
        recorded.send(source, [packet], index * 0.05)
    recorded.play(10)
    recorded.take.close()

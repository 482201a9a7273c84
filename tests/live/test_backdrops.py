from __future__ import annotations

import asyncio
import gc
import io
import threading
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from cyclorama.backgrounds.base import Painting, Progress, Prompt
from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.backgrounds.library import Library
from cyclorama.backgrounds.video import Clip
from cyclorama.errors import (
    CycloramaError,
    InvalidRequest,
    NotFound,
    TooLarge,
    Unavailable,
    UnsupportedMedia,
)
from cyclorama.live import Engine, FakeSink, FakeSource, backdrops
from cyclorama.live.backdrops import Blur, Colour, Kind, NoBackground, Picture, Transparent, Video
from cyclorama.live.backdrops.decoding import Loop, frames
from cyclorama.matting.fake import FakeMatter
from cyclorama.picture import Compositor, Frame, Matrix
from tests.backgrounds.test_upload import png_header
from tests.media import moving
from tests.picture.samples import Input, frame

if TYPE_CHECKING:
    from cyclorama.live.base import Backdrop

pytestmark = pytest.mark.unit

SIZE = (160, 90)


class Shown(Compositor):
    """A compositor that remembers which pictures it was given."""

    def __init__(self) -> None:
        super().__init__(Input())
        self.pictures: list[Frame] = []

    def set_video(self, first: Frame) -> None:
        self.pictures.append(first)
        super().set_video(first)

    def set_video_frame(self, frame: Frame) -> None:
        self.pictures.append(frame)
        super().set_video_frame(frame)


def number(frame: Frame) -> int:
    """Which frame of `moving.video` it is."""
    grey = float(frame.planes[0][:, : frame.width // 8].mean())
    luma = [16 + 219 / 255 * (20 + 215 * each // (moving.LEVELS - 1)) for each in range(moving.LEVELS)]
    return int(np.abs(np.array(luma) - grey).argmin())


def alone(backdrop: Backdrop) -> tuple[int, ...]:
    """The colour in the middle of what a compositor shows before a matte came."""
    compositor = Compositor(Input())
    backdrop.set(compositor)
    compositor.take_frame(frame(*SIZE))
    y, u, v = compositor.composite().planes
    return int(y[45, 80]), int(u[22, 40]), int(v[22, 40])


def png(colour: str = "navy", size: tuple[int, int] = SIZE) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("blur", Kind.BLUR),
        (" Blur ", Kind.BLUR),
        ("none", Kind.NONE),
        ("transparent", Kind.TRANSPARENT),
        ("#00ff00", Kind.COLOUR),
        ("#green", Kind.COLOUR),
        ("library:01a1fd4194c1", Kind.LIBRARY),
        ("beach.png", Kind.FILE),
        ("Beach.JPG", Kind.FILE),
        ("clip.webm", Kind.FILE),
        ("my pictures/beach", Kind.FILE),
        ("./beach", Kind.FILE),
        ("~/beach.mp4", Kind.FILE),
        ("a beach at sunset, no people. 8 p.m.", Kind.PROMPT),
        ("blurred lights", Kind.PROMPT),
        ("St. Pancras", Kind.PROMPT),
    ],
)
def test_a_text_means_one_thing(text: str, kind: Kind) -> None:
    assert backdrops.kind_of(text) is kind


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("beach.png", NotFound, "There is no file beach.png"),
        ("no/such/folder/beach", NotFound, "leave out slashes"),
        ("./folder", InvalidRequest, "is a folder"),
        ("#12345", InvalidRequest, "#rrggbb"),
        ("library:ff", NotFound, "cyclorama backgrounds list"),
        ("library:", NotFound, "cyclorama backgrounds list"),
        ("library:" + "f" * 22, NotFound, "cyclorama backgrounds list"),
        ("", InvalidRequest, "prompt"),
        ("words.png", UnsupportedMedia, "not one picture"),
        ("cut.png", InvalidRequest, "cut short"),
        ("cut.mp4", UnsupportedMedia, "can be read"),
        ("playlist.mp4", UnsupportedMedia, "neither a picture"),
        ("large.png", TooLarge, "64 megapixels"),
        ("sound.mp4", UnsupportedMedia, "neither a picture"),
    ],
)
def test_what_is_wrong_is_said_in_words(text: str, error: type[CycloramaError], says: str) -> None:
    Path("folder").mkdir()
    Path("words.png").write_text("not a picture")
    Path("cut.png").write_bytes(png()[:-40])
    Path("cut.mp4").write_bytes(moving.video("mp4", "libx264")[:900])
    Path("playlist.mp4").write_text("#EXTM3U\n#EXTINF:1,\nhttp://localhost:1/a.ts\n#EXT-X-ENDLIST\n")
    Path("large.png").write_bytes(png_header(9000, 9000))
    Path("sound.mp4").write_bytes(_sound())
    with pytest.raises(error, match=says):
        backdrops.open_backdrop(text)


def _sound() -> bytes:
    import av
    from av.audio.stream import AudioStream

    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        stream = file.add_stream("aac", rate=48000)
        assert isinstance(stream, AudioStream)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 9600), np.int16), "s16", "mono")
        silence.sample_rate = 48000
        file.mux(stream.encode(silence))
        file.mux(stream.encode())
    return out.getvalue()


def test_plain_ones() -> None:
    assert isinstance(backdrops.open_backdrop("blur"), Blur)
    assert isinstance(backdrops.open_backdrop("none"), NoBackground)
    nothing = backdrops.open_backdrop("transparent")
    assert isinstance(nothing, Transparent)
    assert nothing.transparent
    green = backdrops.open_backdrop("#0f0")
    assert (green.name, green.transparent) == ("#00ff00", False)
    assert alone(green) == pytest.approx((145, 54, 34), abs=1)
    with pytest.raises(InvalidRequest, match="0 to 255"):
        Colour(0, 0, 256)


def test_a_picture_is_turned_upright() -> None:
    image = Image.new("RGB", (90, 160), "red")
    image.paste("blue", (0, 80, 90, 160))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it a quarter clockwise: what is below comes to the left
    image.save("photo.jpg", exif=exif, quality=95)
    photo = backdrops.open_backdrop("photo.jpg")
    assert photo.name == "photo.jpg"
    compositor = Compositor(Input())
    photo.set(compositor)
    compositor.take_frame(frame(160, 90))
    left, right = (compositor.composite().planes[2][22, column] for column in (10, 70))
    assert left < 128 < right


def test_one_picture_serves_several_streams() -> None:
    picture = Picture(Image.new("RGB", (64, 64), (0, 255, 0)), "green")
    assert alone(picture) == alone(picture) == pytest.approx((145, 54, 34), abs=1)


def test_a_prompt_is_painted_with_progress() -> None:
    heard: list[Progress] = []
    backdrop = backdrops.open_backdrop(
        "beach at sunset", size=(5000, 20), generator=FakeGenerator("fake"), seed=1, on_progress=heard.append
    )
    assert isinstance(backdrop, Picture)
    assert backdrop.name == "beach at sunset"
    assert heard


def test_what_is_painted_is_kept_where_that_is_wished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    library = Library.at(tmp_path / "library")

    def paint(*, keep: bool) -> Backdrop:
        fake = FakeGenerator("fake")
        return backdrops.open_backdrop("misty forest", generator=fake, seed=3, library=library, keep=keep)

    paint(keep=False)
    assert asyncio.run(library.list()) == []
    paint(keep=True)
    [kept] = asyncio.run(library.list())
    assert (kept.prompt, kept.seed, kept.generator) == ("misty forest", 3, "fake")

    async def full(*_: object) -> None:
        raise Unavailable("The disk is full.")

    monkeypatch.setattr(library, "add", full)
    assert paint(keep=True).name == "misty forest"
    assert "not kept in the library. The disk is full." in caplog.text


def test_from_afar_a_path_is_a_prompt() -> None:
    Path("beach.png").write_bytes(png())
    painted = backdrops.open_backdrop("beach.png", files=False, generator=FakeGenerator("fake"))
    assert isinstance(painted, Picture)
    assert alone(painted) != alone(backdrops.open_backdrop("beach.png"))


def test_a_painting_is_cancelled_by_who_hears_of_it() -> None:
    class Enough(Exception):
        pass

    def enough(_: Progress) -> None:
        raise Enough

    with pytest.raises(Enough):
        backdrops.open_backdrop("beach", generator=FakeGenerator("fake", pause=600), on_progress=enough)


def test_what_the_library_has(tmp_path: Path) -> None:
    library = Library.at(tmp_path / "library")
    prompt = Prompt(text="a green wall", width=64, height=64)
    data = moving.video("mp4", "libx264")

    async def kept() -> tuple[str, str]:
        still = await library.add(Painting(Image.new("RGB", (64, 64), (0, 255, 0))), prompt, "fake")
        clip = await library.add_video(Clip(data, "video/mp4", Image.new("RGB", (64, 64))), prompt, "upload")
        return still.id, clip.id

    still, clip = asyncio.run(kept())
    wall = backdrops.open_backdrop(f"library:{still}", library=library)
    assert wall.name == "a green wall"
    assert alone(wall) == pytest.approx((145, 54, 34), abs=1)
    assert isinstance(backdrops.open_backdrop(f"library:{clip}", library=library), Video)
    assert isinstance(backdrops.open_backdrop(f"library:{still[:-1]}", library=library), Picture)
    with pytest.raises(InvalidRequest, match="Give more"):
        backdrops.open_backdrop(f"library:{still[:8]}", library=library)


@pytest.mark.parametrize(("kind", "codec"), [("mp4", "libx264"), ("webm", "libvpx"), ("gif", "gif")])
def test_a_video_goes_round_without_a_seam(kind: str, codec: str) -> None:
    pix_fmt = "rgb8" if kind == "gif" else "yuv420p"
    data = moving.video(kind, codec, pix_fmt=pix_fmt, rate=25)
    Path("clip").write_bytes(data)
    video = Video("clip", live=False)
    stream = Shown()
    video.set(stream)
    seen = []
    for moment in range(3 * moving.LEVELS):
        video.advance(stream, (moment + 0.5) / 25)
        seen.append(number(stream.pictures[-1]))
    assert seen == [*range(moving.LEVELS)] * 3
    assert len(stream.pictures) == 3 * moving.LEVELS + 1, "each picture is fitted once"
    video.close()


def test_a_recording_waits_for_its_frame_however_far_it_is() -> None:
    data = moving.video(rate=25)
    video = Video(data, live=False)
    stream = Shown()
    video.set(stream)
    for moment in (0, 5, 30, 1000, 100_003, 100_004):
        video.advance(stream, (moment + 0.5) / 25)
        assert number(stream.pictures[-1]) == moment % moving.LEVELS
    video.close()


def test_several_streams_have_their_own_moments() -> None:
    video = Video(moving.video(rate=25), live=False)
    one, other = Shown(), Shown()
    video.set(one)
    video.advance(one, 4.5 / 25)
    video.set(other)
    video.advance(other, 1.5 / 25)
    video.advance(one, 5.5 / 25)
    assert [number(stream.pictures[-1]) for stream in (one, other)] == [5, 1]
    video.close()


def test_live_nobody_waits_for_a_video() -> None:
    loop = Loop(Path("there is none"), None, exact=False)
    assert loop.at(0) is None
    loop.close()


def test_live_a_stall_makes_a_video_late_and_nothing_else() -> None:
    loop = Loop(moving.video(rate=25), None, exact=False)
    before = _wait_for(loop, 0)
    loop.at(0.02)
    after = _wait_for(loop, 1000.0)
    assert number(before) == 0
    assert number(after) <= 1, "it goes on where it was"
    step = Fraction(1, 25)
    for moment in range(1, 20):
        _settle(loop)
        shown = loop.at(float(1000 + moment * step))
        assert shown is not None
        assert number(shown) == (number(after) + moment) % moving.LEVELS
    loop.close()


def _settle(loop: Loop) -> None:
    with loop._changed:
        assert loop._changed.wait_for(lambda: len(loop._coming) > 2, 20)


def _wait_for(loop: Loop, seconds: float) -> Frame:
    _settle(loop)
    frame = loop.at(seconds)
    assert frame is not None
    return frame


def test_a_clock_that_went_back_does_not_stop_a_video() -> None:
    loop = Loop(moving.video(rate=25), None, exact=False)
    seen = [number(_wait_for(loop, seconds)) for seconds in (100.0, 100.05, 100.09, 20.0, 20.05, 20.09)]
    assert seen == [0, 1, 2, 2, 3, 4]
    loop.close()


def test_a_forgotten_video_leaves_no_thread() -> None:
    video: Video | None = Video(moving.video())
    stream: Shown | None = Shown()
    other = Shown()
    assert video is not None
    assert stream is not None
    video.set(stream)
    video.set(other)
    _await(2)
    del stream
    gc.collect()
    _await(1)
    video.set(other)
    video = None
    gc.collect()
    _await(0)


def _decoding() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "backdrop"]


def _await(count: int) -> None:
    for thread in _decoding()[: len(_decoding()) - count]:
        thread.join(0.2)
    for _ in range(100):
        if len(_decoding()) == count:
            return
        threading.Event().wait(0.05)
    raise AssertionError(_decoding())


def test_a_phones_video_stands_upright() -> None:
    data = moving.on_its_side(moving.video("mp4", "libx264"))
    _, _, first = next(iter(frames(data)))
    assert (first.width, first.height) == (72, 128)
    # It is shown turned a quarter clockwise: what was at the left is at the top.
    assert first.planes[0][:16].mean() < 50 < 60 < first.planes[0][64:].mean()
    Path("phone.mp4").write_bytes(data)
    assert alone(backdrops.open_backdrop("phone.mp4")) == alone(Video(data))


def test_a_much_larger_video_is_made_smaller_in_its_thread() -> None:
    data = moving.video("mp4", "libx264", (640, 360), frames=2)
    _, _, first = next(iter(frames(data, (160, 120))))
    assert (first.width, first.height) == (214, 120)
    whole = next(iter(frames(data)))[2]
    assert (first.matrix, first.full_range) == (whole.matrix, whole.full_range)
    for small, large in zip(first.planes, whole.planes, strict=True):
        assert small.mean() == pytest.approx(large.mean(), abs=1.5)
    _, _, untagged = next(iter(frames(moving.video("mp4", "libx264", (1280, 720), frames=1), (320, 180))))
    assert (untagged.height, untagged.matrix) == (180, Matrix.BT709)
    _, _, same = next(iter(frames(data, (600, 300))))
    assert (same.width, same.height) == (640, 360)


def test_ten_bits_are_read() -> None:
    data = moving.video("mp4", "libx264", pix_fmt="yuv420p10le")
    assert [number(each) for _, _, each in frames(data)] == [*range(moving.LEVELS)]


def test_a_video_that_breaks_off_goes_round_with_what_there_is() -> None:
    data = moving.video("webm", "libvpx")
    video = Video(data[: len(data) * 9 // 10], live=False)
    stream = Shown()
    video.set(stream)
    for moment in range(100):
        video.advance(stream, moment / 30)
    assert len({number(each) for each in stream.pictures}) > 2
    video.close()


def test_each_frame_of_a_recording_has_its_own_frame_of_the_video() -> None:
    sink = FakeSink()
    video = Video(moving.video(rate=30), live=False)
    Engine(FakeSource(30, size=(128, 72)), sink, background=video, matter=FakeMatter()).run()
    assert [number(each) for each in sink.frames] == [each % moving.LEVELS for each in range(30)]


def test_backgrounds_are_changed_while_it_runs() -> None:
    sink = FakeSink()
    others: list[Backdrop] = [Picture(Image.new("RGB", (64, 36), "white")), Blur(), Colour(0, 0, 0)]
    video = Video(moving.video(rate=30))
    with Engine(FakeSource(None, live=True), sink, background=video, matter=FakeMatter()) as engine:
        for backdrop in (*others, video):
            seen = sink.count
            assert sink.wait_for(lambda sink: sink.count >= seen + 16)  # noqa: B023 (called at once)
            engine.background = backdrop
        assert sink.wait_for(lambda sink: sink.count >= seen + 32)
    corners = [int(each.planes[0][:8, :8].mean()) for each in sink.frames]
    assert max(corners) > 230
    assert min(corners) <= 17

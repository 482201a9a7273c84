from __future__ import annotations

import io
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from cyclorama.backgrounds import upload, video
from cyclorama.errors import CycloramaError, InvalidRequest, TooLarge, UnsupportedMedia
from tests.media import moving

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.unit


def pictures(data: bytes) -> list[float]:
    """The grey at the left of each frame: which one it is."""
    with av.open(io.BytesIO(data), "r") as file:
        assert [stream.type for stream in file.streams] == ["video"]
        return [float(frame.to_ndarray(format="gray")[:, :8].mean()) for frame in file.decode(video=0)]


@pytest.mark.parametrize(
    ("kind", "codec", "media_type"),
    [
        ("mp4", "libx264", "video/mp4"),
        ("webm", "libvpx", "video/webm"),
        ("webm", "libvpx-vp9", "video/webm"),
        ("mp4", "libsvtav1", "video/mp4"),
        ("mov", "libx264", "video/mp4"),
    ],
)
def test_what_browsers_play_is_kept_without_the_rest(kind: str, codec: str, media_type: str) -> None:
    data = moving.video(kind, codec, frames=6, sound=codec in {"libx264", "libvpx"})
    clip = video.decode(data)
    assert (clip.media_type, clip.image.mode, clip.image.size) == (media_type, "RGB", (128, 72))
    assert np.abs(np.asarray(clip.image).astype(int) - moving.bands(128, 72, 0)).mean() < 8
    assert b"secret" not in clip.data
    greys = pictures(clip.data)
    assert len(greys) == 6
    assert greys == sorted(greys)
    assert greys == pytest.approx(pictures(_video_alone(data)), abs=0.5)
    assert video.decode(clip.data).data == clip.data


def _video_alone(data: bytes) -> bytes:
    out = io.BytesIO()
    with av.open(io.BytesIO(data), "r") as file, av.open(out, "w", format="matroska") as copy:
        target = copy.add_stream_from_template(file.streams.video[0], opaque=True)
        for packet in file.demux(file.streams.video[0]):
            if packet.dts is not None:
                packet.stream = target
                copy.mux(packet)
    return out.getvalue()


def test_a_phones_video_comes_upright_and_stays_so() -> None:
    clip = video.decode(moving.on_its_side(moving.video("mp4", "libx264")))
    assert clip.image.size == (72, 128)
    # Turned clockwise, what was at the left is at the top.
    assert np.asarray(clip.image)[:20].mean() < 60 < np.asarray(clip.image)[-20:].mean()
    assert video.decode(clip.data).image.size == (72, 128)


def test_pictures_are_no_videos() -> None:
    assert [upload.video_kind(data) for data in (b"", b"\x89PNG\r\n\x1a\n", b"\x1aE\xdf\xa3matroska")] == [
        ""
    ] * 3


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: moving.video("mp4", "mpeg4"), UnsupportedMedia, "MPEG4.*Convert"),
        (lambda: moving.video("mp4", "libx264", pix_fmt="yuv444p"), UnsupportedMedia, "yuv444p.*Convert"),
        (lambda: moving.video("mp4", "libx264", frames=62 * 30), TooLarge, "60 seconds"),
        (lambda: moving.video("webm", frames=60, rate=120), TooLarge, "120 pictures a second"),
        (lambda: moving.video("webm", size=(2720, 1440), frames=1), TooLarge, "2720x1440"),
        (lambda: moving.video("webm", size=(128, 48)), InvalidRequest, "128x48"),
        (lambda: moving.video("mp4", "libx264")[:1200], UnsupportedMedia, "no video"),
        (lambda: moving.video("webm")[:400], InvalidRequest, "broken"),
    ],
)
def test_what_is_no_good_is_refused_in_words(
    make: Callable[[], bytes], error: type[CycloramaError], words: str
) -> None:
    data = make()
    with pytest.raises(error, match=words):
        video.decode(data)


@pytest.mark.parametrize("source", [("mp4", "libx264"), ("webm", "libvpx-vp9")])
def test_rubbish_is_refused_or_taken_but_breaks_nothing(source: tuple[str, str]) -> None:
    data, random = moving.video(*source), np.random.default_rng(1)
    for _ in range(150):
        broken = bytearray(data)
        for place in random.integers(0, len(data), 6):
            broken[place] = random.integers(0, 256)
        if random.random() < 0.3:
            del broken[random.integers(0, len(data)) :]
        if not upload.video_kind(bytes(broken)):
            continue
        try:
            clip = video.decode(bytes(broken))
        except CycloramaError:
            continue
        assert clip.image.width * clip.image.height <= video.MAX_PIXELS

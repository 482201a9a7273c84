"""A creator's own video, taken apart as the untrusted data that it is."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
from av.video.stream import VideoStream
from PIL import Image

from cyclorama.backgrounds.base import MAX_MOVING_PIXELS, MAX_PROMPT, MAX_SIDE, MIN_SIDE
from cyclorama.backgrounds.upload import video_kind
from cyclorama.errors import InvalidRequest, TooLarge, UnsupportedMedia

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from av.container import InputContainer
    from av.packet import Packet

MAX_SECONDS = 60
MAX_PIXELS = MAX_MOVING_PIXELS
MAX_RATE = 61.0  # pictures a second
MAX_FIRST = 200  # packets until the first picture
CODECS = {"h264": "H.264", "vp8": "VP8", "vp9": "VP9", "av1": "AV1"}
TYPES = {"mp4": "video/mp4", "webm": "video/webm"}
DEMUXERS = {"mp4": "mov", "webm": "matroska"}
PLAIN = {"yuv420p", "yuvj420p", "yuva420p"}  # 8 bits, which every browser's decoder takes
CONVERT = "ffmpeg -i FILE -an -c:v libx264 -pix_fmt yuv420p out.mp4"


@dataclass(frozen=True)
class Clip:
    """A video that can be a background.

    Attributes:
        data: the file: the video as it came, without sound and without what else was in it.
        media_type: "video/mp4" or "video/webm".
        image: its first picture, RGB, upright.
    """

    data: bytes
    media_type: str
    image: Image.Image


def decode(data: bytes, keep: Collection[str] = ()) -> Clip:
    """Look through an MP4 or WebM and keep its pictures: no sound, no place, no camera's name.

    One picture is decoded, the first; the others are copied as they are. `video_kind` has known the data.

    Args:
        data: the file.
        keep: the names, in capitals, of what it says of itself that is kept, as much as a prompt may have.

    Raises:
        TooLarge: longer than a minute, or with more than 2560x1440 pixels or 60 pictures a second.
        UnsupportedMedia: no video in it, or none that browsers play.
        InvalidRequest: broken, cut short, or too small.
    """
    kind = video_kind(data)
    try:
        with av.open(io.BytesIO(data), "r", format=DEMUXERS[kind]) as file:
            stream = _checked(file)
            image = _first_picture(file, stream)
            file.seek(0)
            said = {name.upper(): value[:MAX_PROMPT] for name, value in file.metadata.items()}
            tags = {name: value for name, value in said.items() if name in keep}
            return Clip(_without_the_rest(file, stream, kind, tags), TYPES[kind], image)
    except (av.error.FFmpegError, OSError, ValueError, OverflowError) as error:
        raise _broken() from error


def tagged(data: bytes, tags: Mapping[str, str]) -> bytes:
    """Return a WebM of ours that says more of itself: `tags`, names in capitals and their values."""
    with av.open(io.BytesIO(data), "r", format=DEMUXERS["webm"]) as file:
        return _without_the_rest(file, file.streams.video[0], "webm", tags)


def _checked(file: InputContainer) -> VideoStream:
    stream = next(iter(file.streams.video), None)
    # A stream of unknown coding, or of a broken header, has no decoder, whatever the types say.
    if not isinstance(stream, VideoStream) or not (codec := stream.codec_context):
        raise UnsupportedMedia("There is no video in the file that can be read. Choose another.")
    name = codec.codec.canonical_name
    if name not in CODECS:
        raise UnsupportedMedia(
            f"The video is coded as {name.upper()}, which not every browser plays. Convert it, for example: "
            + CONVERT
        )
    if codec.pix_fmt not in PLAIN:
        raise UnsupportedMedia(
            f"The video's colours ({codec.pix_fmt}) are none that browsers play. Convert it, for example: "
            + CONVERT
        )
    _check_size(codec.width, codec.height)
    # Beyond what is said here, nothing of it is decoded: a picture in the midst may claim another size.
    codec.options = {"max_pixels": str(MAX_PIXELS * 2)}
    codec.thread_count = 1
    return stream


def _check_size(width: int, height: int) -> None:
    if min(width, height) < MIN_SIDE:
        raise InvalidRequest(f"The video is {width}x{height}; at least 64 px a side are needed.")
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise TooLarge(
            f"The video is {width}x{height}; at most 2560x1440 can be played beside you. Make it smaller, "
            "for example: ffmpeg -i FILE -an -vf scale=-2:1080 out.mp4"
        )


def _first_picture(file: InputContainer, stream: VideoStream) -> Image.Image:
    for count, packet in enumerate(file.demux(stream)):
        for frame in packet.decode():
            _check_size(frame.width, frame.height)
            image = Image.fromarray(frame.to_ndarray(format="rgb24"))
            return image.rotate(frame.rotation, expand=True) if frame.rotation else image
        if count == MAX_FIRST:
            break
    raise _broken()


def _without_the_rest(file: InputContainer, stream: VideoStream, kind: str, tags: Mapping[str, str]) -> bytes:
    """Return the file with this stream alone, its packets as they are, and what it shall say of itself."""
    out = io.BytesIO()
    # Bit-exact: the same file in gives the same file out.
    with av.open(out, "w", format=kind, container_options={"fflags": "bitexact"}) as copy:
        target = copy.add_stream_from_template(stream, opaque=True)
        copy.metadata.update(tags)
        for packet in _bounded(file, stream):
            packet.stream = target
            copy.mux(packet)
    return out.getvalue()


def _bounded(file: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    if stream.time_base is None:
        raise _broken()
    count, first, last = 0, None, 0
    for packet in file.demux(stream):
        if packet.dts is None or packet.pts is None:  # the last one is empty
            continue
        first = packet.pts if first is None else min(first, packet.pts)
        last = max(last, packet.pts + (packet.duration or 0))
        count += 1
        seconds = float((last - first) * stream.time_base)
        if seconds > MAX_SECONDS + 1 or count > MAX_SECONDS * MAX_RATE:
            raise TooLarge(
                f"The video is longer than {MAX_SECONDS} seconds. It plays over and over, so a short piece "
                "will do: ffmpeg -i FILE -an -t 20 out.mp4"
            )
        yield packet
    if count == 0 or first is None:
        raise _broken()
    rate = count / max(seconds, 1e-3)
    if count > 2 and rate > MAX_RATE:
        raise TooLarge(
            f"The video has {rate:.0f} pictures a second; at most 60 can be played beside you. "
            "Take some out: ffmpeg -i FILE -an -r 30 out.mp4"
        )


def _broken() -> InvalidRequest:
    return InvalidRequest("The video is broken or cut short, so nothing was stored. Save it again and retry.")

"""A creator's own picture or video, decoded as the untrusted data that it is."""

from __future__ import annotations

import asyncio
import io
import math
import warnings
from typing import TYPE_CHECKING

from PIL import Image, ImageOps, UnidentifiedImageError

from cyclorama.backgrounds.base import MAX_PIXELS, MAX_SIDE, MIN_SIDE, Painting, Prompt
from cyclorama.errors import InvalidRequest, TooLarge, UnsupportedMedia

if TYPE_CHECKING:
    from cyclorama.backgrounds.background import Background
    from cyclorama.backgrounds.library import Library
    from cyclorama.backgrounds.video import Clip

NAME = "upload"  # stands for the generator of what a creator brought
UNNAMED = "Your own picture"
UNNAMED_VIDEO = "Your own video"
MAX_BYTES = 20 * 1000 * 1000
MAX_DECODED_PIXELS = 64_000_000  # the largest phone and system cameras; 192 MB while decoding
FORMATS = ("PNG", "JPEG", "WEBP")


async def keep(
    library: Library, data: bytes, name: str, *, videos: bool = True, pixels: int = MAX_DECODED_PIXELS
) -> Background:
    """Keep an uploaded picture or video under a name, which may be empty.

    Args:
        library: takes it.
        data: the file.
        name: what it is called.
        videos: whether videos are taken.
        pixels: how many are decoded at most; with transparency, each takes up to 20 bytes of memory.

    Raises:
        UnsupportedMedia: it is a video, and `videos` are not taken.
        TooLarge, UnsupportedMedia, InvalidRequest: it is no good; see `decode` and `video.decode`.
        Unavailable: the store does not take it.
    """
    if not videos and video_kind(data):
        raise UnsupportedMedia(
            "This is a video, and this studio takes pictures only. Choose a PNG, JPEG or WebP; for videos, "
            "run a studio on a machine of your own: cyclorama studio."
        )
    read = await asyncio.to_thread(_read, data, pixels)
    image = read if isinstance(read, Image.Image) else read.image
    unnamed = UNNAMED if read is image else UNNAMED_VIDEO
    prompt = Prompt(text=name.strip() or unnamed, width=image.width, height=image.height)
    if isinstance(read, Image.Image):
        return await library.add(Painting(image), prompt, NAME)
    return await library.add_video(read, prompt, NAME)


def _read(data: bytes, pixels: int) -> Image.Image | Clip:
    if not video_kind(data):
        return decode(data, pixels)
    if len(data) > MAX_BYTES:
        raise TooLarge(
            "The video is larger than 20 MB. Make it shorter or smaller, for example: "
            "ffmpeg -i FILE -an -t 20 -vf scale=-2:720 out.mp4"
        )
    # PyAV comes with it, for which nobody need wait who has no video.
    from cyclorama.backgrounds import video

    return video.decode(data)


def video_kind(data: bytes) -> str:
    """Return "mp4", "webm", or "" for what begins like neither."""
    if data[4:8] == b"ftyp":
        return "mp4"
    return "webm" if data.startswith(b"\x1aE\xdf\xa3") and b"webm" in data[:64] else ""


def decode(data: bytes, pixels: int = MAX_DECODED_PIXELS) -> Image.Image:
    """Decode an uploaded picture to RGB, upright, made smaller where it is larger than a background may be.

    Nothing of the file but its pixels is kept: no place, no camera's name. Transparent parts become black.

    Raises:
        TooLarge: more than 20 MB, or more than 64 megapixels, or than `pixels` that have to be decoded:
            of a JPEG, only every second, fourth or eighth is.
        UnsupportedMedia: not a PNG, JPEG or WebP.
        InvalidRequest: broken, cut short, or too small.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("The file is larger than 20 MB. Save it smaller, or as JPEG, and try again.")
    try:
        with warnings.catch_warnings():
            # Pillow's own alarm about pixel bombs: our limit below is lower.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many(MAX_DECODED_PIXELS) from error
    except UnidentifiedImageError as error:
        raise UnsupportedMedia(
            "The file is not a PNG, JPEG or WebP picture, nor an MP4 or WebM video. Save it as one of these."
        ) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise _broken() from error
    if image.width * image.height > MAX_DECODED_PIXELS:
        raise _too_many(MAX_DECODED_PIXELS)
    try:
        image.draft("RGB", _fitting(image.size))
        if image.width * image.height > pixels:
            raise _too_many(pixels)
        image.load()
        upright = ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise _broken() from error
    wanted = _fitting(upright.size)
    if min(wanted) < MIN_SIDE:
        raise InvalidRequest(
            f"The picture is {upright.width}x{upright.height}; at least 64 px a side are needed."
        )
    flat = opaque(upright)
    return flat if flat.size == wanted else flat.resize(wanted, Image.Resampling.LANCZOS, reducing_gap=3)


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    scale = min(1.0, MAX_SIDE / max(size), math.sqrt(MAX_PIXELS / (width * height)))
    return int(width * scale), int(height * scale)


def opaque(image: Image.Image) -> Image.Image:
    """Return the picture as RGB; transparent parts become black."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        rgba = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, "black"), rgba).convert("RGB")
    return image.convert("RGB")


def _too_many(pixels: int) -> TooLarge:
    return TooLarge(
        f"The picture has more than {pixels // 1_000_000} megapixels. Make it smaller and try again."
    )


def _broken() -> InvalidRequest:
    return InvalidRequest("The picture is broken or cut short. Save it again and retry.")

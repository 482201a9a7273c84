from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from cyclorama.backgrounds import upload
from cyclorama.errors import CycloramaError, InvalidRequest, TooLarge, UnsupportedMedia

pytestmark = pytest.mark.unit


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_reads_the_usual_kinds(kind: str) -> None:
    image = upload.decode(encoded(Image.new("RGB", (200, 100), "navy"), kind))
    assert (image.mode, image.size) == ("RGB", (200, 100))


def test_large_pictures_are_made_to_fit_and_keep_their_shape() -> None:
    image = upload.decode(encoded(Image.new("RGB", (6000, 3000)), "JPEG"))
    assert image.size[0] * image.size[1] <= 8_300_000
    assert image.size[0] / image.size[1] == pytest.approx(2, rel=0.01)


def test_phone_pictures_come_upright_and_say_nothing_of_where_they_were_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turned a quarter
    exif[0x010F] = "Some camera"
    image = upload.decode(encoded(Image.new("RGB", (200, 100)), "JPEG", exif=exif))
    assert image.size == (100, 200)
    assert b"Some camera" not in encoded(image, "PNG")


def test_transparent_parts_become_black() -> None:
    image = upload.decode(encoded(Image.new("RGBA", (64, 64), (255, 0, 0, 0)), "PNG"))
    assert image.getpixel((1, 1)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", UnsupportedMedia),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UnsupportedMedia),
        (b"%PDF-1.4", UnsupportedMedia),
        (encoded(Image.new("RGB", (64, 64)), "GIF"), UnsupportedMedia),
        (encoded(Image.effect_noise((300, 300), 50), "PNG")[:5000], InvalidRequest),
        (encoded(Image.effect_noise((300, 300), 50), "JPEG")[:5000], InvalidRequest),
        (encoded(Image.effect_noise((300, 300), 50), "WEBP")[:5000], InvalidRequest),
        (encoded(Image.new("RGB", (63, 300)), "PNG"), InvalidRequest),
        (encoded(Image.new("RGB", (20_000, 70)), "PNG"), InvalidRequest),
        (png_header(9000, 9000), TooLarge),
        (png_header(50_000, 50_000), TooLarge),
        (b"\0" * 20_000_001, TooLarge),
    ],
)
def test_what_is_no_good_is_refused_in_words(data: bytes, error: type[CycloramaError]) -> None:
    with pytest.raises(error):
        upload.decode(data)

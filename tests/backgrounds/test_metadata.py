from __future__ import annotations

import io
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cyclorama import __version__
from cyclorama.backgrounds import metadata, png
from cyclorama.backgrounds.base import Painting, Prompt

pytestmark = pytest.mark.unit

KINDS = ["png", "webp", "jpeg"]
IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
OURS = "{urn:cyclorama:1.0/}"
PROMPT = Prompt(text="beach", negative="people", style="ink", width=64, height=64, seed=7)


def painting(**more: Any) -> Painting:
    return Painting(Image.new("RGB", (64, 64), "teal"), **more)


def said(data: bytes) -> dict[str, str]:
    """Return what a picture says of itself, as a stranger's XML parser reads it."""
    image = Image.open(io.BytesIO(data))
    packet = image.info.get("xmp", image.info.get("XML:com.adobe.xmp", b""))
    if not packet:
        return {}
    text = packet if isinstance(packet, str) else packet.decode()
    description = ElementTree.fromstring(text)[0][0]  # noqa: S314 - our own
    return {element.tag: element.text or "" for element in description}


@pytest.mark.parametrize("kind", KINDS)
def test_a_models_picture_says_so_in_every_format(kind: str) -> None:
    made = painting(learned=True, model="some/model", seed=8)
    assert said(metadata.encode(made, PROMPT, "diffusers", kind)) == {
        f"{XMP}CreatorTool": f"Cyclorama {__version__}",
        f"{IPTC}DigitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        f"{IPTC}AISystemUsed": "some/model",
        f"{IPTC}AIPromptInformation": "beach",
        f"{OURS}Generator": "diffusers",
        f"{OURS}Model": "some/model",
        f"{OURS}Prompt": "beach",
        f"{OURS}NegativePrompt": "people",
        f"{OURS}Style": "ink",
        f"{OURS}Seed": "8",
    }


def test_scenery_says_that_a_program_drew_it_and_no_model() -> None:
    fields = said(metadata.encode(painting(), PROMPT, "scenery", "png"))
    assert fields[f"{IPTC}DigitalSourceType"].endswith("/algorithmicMedia")
    assert f"{IPTC}AISystemUsed" not in fields


@pytest.mark.parametrize("kind", KINDS)
def test_an_upload_says_nothing(kind: str) -> None:
    assert said(metadata.encode(painting(), PROMPT, "upload", kind)) == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["&" * 2000, "<" * 2000, "\U0001f3d6" * 2000, "]]>" * 600, "?>" * 900])
def test_the_longest_prompts_fit(kind: str, text: str) -> None:
    prompt = PROMPT.model_copy(update={"text": text, "negative": text})
    data = metadata.encode(painting(learned=True), prompt, "bedrock", kind)
    assert said(data)[f"{OURS}Prompt"] == text
    assert said(data)[f"{IPTC}AIPromptInformation"] == text
    Image.open(io.BytesIO(data)).load()


# Surrogates are there as well: a name from a file system may hold them.
@settings(deadline=None, max_examples=200)
@given(text=st.text(st.characters(), max_size=200))
def test_no_prompt_breaks_the_packet(text: str) -> None:
    prompt = PROMPT.model_copy(update={"text": text})
    fields = said(metadata.encode(painting(), prompt, "scenery", "png"))
    sayable = "".join(c for c in text if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff"))
    expected = sayable.replace("\ufffe", "").replace("\uffff", "")
    # What XML makes of the end of a line.
    assert fields.get(f"{OURS}Prompt", "") == expected.replace("\r\n", "\n").replace("\r", "\n")


@settings(deadline=None, max_examples=50)
@given(
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    seed=st.integers(0, 2**32 - 1),
    levels=st.sampled_from([1, 2, 256]),
)
def test_png_keeps_every_pixel(width: int, height: int, seed: int, levels: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, levels, (height, width, 3), np.uint8)
    image = Image.open(io.BytesIO(png.encode(Image.fromarray(pixels), "<x/>")))
    assert (image.format, image.mode, image.info["XML:com.adobe.xmp"]) == ("PNG", "RGB", "<x/>")
    assert np.array_equal(np.asarray(image), pixels)


def test_png_is_read_by_a_decoder_that_checks_every_sum() -> None:
    import av

    pixels = np.random.default_rng(0).integers(0, 256, (90, 160, 3), np.uint8)
    decoder = av.CodecContext.create("png", "r")
    [frame] = decoder.decode(av.Packet(png.encode(Image.fromarray(pixels))))
    assert np.array_equal(frame.to_ndarray(format="rgb24"), pixels)

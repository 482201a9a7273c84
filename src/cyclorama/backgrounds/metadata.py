"""Pictures say how they were made: an XMP packet inside them, in the words of the IPTC.

It has `Iptc4xmpExt:DigitalSourceType`, by which others recognise what no camera took, and, where a trained
model made it, the two properties of the IPTC Photo Metadata Standard 2025.1 that name model and prompt.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from cyclorama import __version__
from cyclorama.backgrounds import png, upload

if TYPE_CHECKING:
    from cyclorama.backgrounds.base import Painting, Prompt

META = "adobe:ns:meta/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XMP = "http://ns.adobe.com/xap/1.0/"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
OURS = "urn:cyclorama:1.0/"
PREFIXES = {"x": META, "rdf": RDF, "xmp": XMP, "Iptc4xmpExt": IPTC, "cyclorama": OURS}
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"  # a name: nothing is fetched from there
QUALITY = 92
# All that XML 1.0 cannot say, not even as a reference.
UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

for prefix, namespace in PREFIXES.items():
    ElementTree.register_namespace(prefix, namespace)


def encode(painting: Painting, prompt: Prompt, generator: str, kind: str) -> bytes:
    """Encode a painting as `kind`: png, webp or jpeg; the last two lose a little. What moves also as webm.

    Its metadata says what made it, unless it is an upload, of which nobody knows.
    """
    if kind == "webm" and painting.video is not None:
        # PyAV comes with it, for which nobody need wait who has stills.
        from cyclorama.backgrounds import video

        said = _said(painting, prompt, generator)
        return video.tagged(painting.video, {_tag(name): value for (_, name), value in said.items()})
    packet = "" if generator == upload.NAME else _packet(painting, prompt, generator)
    if kind == "png":
        return png.encode(painting.image, packet)
    out = io.BytesIO()
    # WebP's method 0 takes half the time of the default, for a file that is a little larger.
    painting.image.save(out, kind.upper(), quality=QUALITY, method=0, xmp=packet.encode())
    return out.getvalue()


def _packet(painting: Painting, prompt: Prompt, generator: str) -> str:
    said = _said(painting, prompt, generator)
    root = ElementTree.Element(f"{{{META}}}xmpmeta")
    rdf = ElementTree.SubElement(root, f"{{{RDF}}}RDF")
    about = ElementTree.SubElement(rdf, f"{{{RDF}}}Description", {f"{{{RDF}}}about": ""})

    for (namespace, name), value in said.items():
        ElementTree.SubElement(about, f"{{{namespace}}}{name}").text = value
    xml = ElementTree.tostring(root, encoding="unicode")
    # The marks by which a reader that does not know the file's format finds the packet (XMP, part 1, 7.3).
    return f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{xml}<?xpacket end="r"?>'


def _said(painting: Painting, prompt: Prompt, generator: str) -> dict[tuple[str, str], str]:
    """Return what is said of a painting: namespaces and names, and their values."""
    learned = painting.learned
    said = {
        (XMP, "CreatorTool"): f"Cyclorama {__version__}",
        (IPTC, "DigitalSourceType"): SOURCE_TYPES
        + ("trainedAlgorithmicMedia" if learned else "algorithmicMedia"),
        (IPTC, "AISystemUsed"): (painting.model or generator) if learned else "",
        (IPTC, "AIPromptInformation"): prompt.text if learned else "",
        (OURS, "Generator"): generator,
        (OURS, "Model"): painting.model,
        (OURS, "Prompt"): prompt.text,
        (OURS, "NegativePrompt"): prompt.negative,
        (OURS, "Style"): prompt.style,
        (OURS, "Seed"): str(prompt.seed if painting.seed is None else painting.seed),
    }
    return {name: UNSAYABLE.sub("", value) for name, value in said.items() if value}


def _tag(name: str) -> str:
    """Return what a property of XMP is called in a WebM: its words in capitals, joined by underscores."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


TAGS = frozenset(
    map(
        _tag,
        (
            *("CreatorTool", "DigitalSourceType", "AISystemUsed", "AIPromptInformation"),
            *("Generator", "Model", "Prompt", "NegativePrompt", "Style", "Seed"),
        ),
    )
)
"""Of a WebM, what says how it was made."""

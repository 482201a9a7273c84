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
    """Encode a painting as `kind`: png, webp or jpeg; the last two lose a little.

    Its metadata says what made it, unless it is an upload, of which nobody knows.
    """
    packet = "" if generator == upload.NAME else _packet(painting, prompt, generator)
    if kind == "png":
        return png.encode(painting.image, packet)
    out = io.BytesIO()
    # WebP's method 0 takes half the time of the default, for a file that is a little larger.
    painting.image.save(out, kind.upper(), quality=QUALITY, method=0, xmp=packet.encode())
    return out.getvalue()


def _packet(painting: Painting, prompt: Prompt, generator: str) -> str:
    root = ElementTree.Element(f"{{{META}}}xmpmeta")
    rdf = ElementTree.SubElement(root, f"{{{RDF}}}RDF")
    about = ElementTree.SubElement(rdf, f"{{{RDF}}}Description", {f"{{{RDF}}}about": ""})

    def say(namespace: str, name: str, value: str) -> None:
        if value:
            ElementTree.SubElement(about, f"{{{namespace}}}{name}").text = UNSAYABLE.sub("", value)

    say(XMP, "CreatorTool", f"Cyclorama {__version__}")
    say(
        IPTC,
        "DigitalSourceType",
        SOURCE_TYPES + ("trainedAlgorithmicMedia" if painting.learned else "algorithmicMedia"),
    )
    if painting.learned:
        say(IPTC, "AISystemUsed", painting.model or generator)
        say(IPTC, "AIPromptInformation", prompt.text)
    say(OURS, "Generator", generator)
    say(OURS, "Model", painting.model)
    say(OURS, "Prompt", prompt.text)
    say(OURS, "NegativePrompt", prompt.negative)
    say(OURS, "Style", prompt.style)
    say(OURS, "Seed", str(prompt.seed if painting.seed is None else painting.seed))
    xml = ElementTree.tostring(root, encoding="unicode")
    # The marks by which a reader that does not know the file's format finds the packet (XMP, part 1, 7.3).
    return f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{xml}<?xpacket end="r"?>'

"""Make `person.webp`: the portrait of `skimage.data.astronaut()`, cut out with a soft matte.

Run once, in an environment of its own; the project needs none of these packages:

    pip install scikit-image pymatting ai-edge-litert pillow
    python make_person.py selfie_multiclass_256x256.tflite

The model says where the person is; where it is sure, and not near the outline, that stands. The outline
itself (a narrow band, wider in the hair) is found by closed-form matting, and its colours are estimated
anew, so that nothing of the studio behind her remains in half-transparent pixels.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image, ImageDraw
from pymatting import estimate_alpha_cf, estimate_foreground_ml
from scipy import ndimage
from skimage import data

BOTTOM = 347  # below this row the helmet covers her
RIGHT = 384
BAND, HAIR_BAND = 3, 6
HAIR = (140, 0, 316, 145)
INSIDE = [(128, 205), (160, 168), (188, 180), (250, 180), (290, 215), (290, 260), (240, 290), (170, 270)]


def sureness(model: str, picture: Image.Image) -> np.ndarray:
    """How sure the multiclass model is of a person, 0..1, at the picture's size."""
    interpreter = Interpreter(model)
    interpreter.allocate_tensors()
    small = np.asarray(picture.resize((256, 256), Image.Resampling.LANCZOS), np.float32)
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], ((small - 127.5) / 127.5)[None])
    interpreter.invoke()
    logits = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0]
    sure = 1 / (1 + np.exp(-1.5 * (logits[..., 1:].max(-1) - logits[..., 0])))
    return np.asarray(Image.fromarray(sure).resize(picture.size, Image.Resampling.BICUBIC))


def trimap(sure: np.ndarray) -> np.ndarray:
    """0 where there is no person, 1 where there is, 0.5 where the matting has to find out."""
    inside = Image.new("1", sure.shape[::-1])
    ImageDraw.Draw(inside).polygon(INSIDE, fill=1)
    person = (sure > 0.5) | np.asarray(inside)
    labels, _ = ndimage.label(person)
    person = ndimage.binary_fill_holes(labels == labels[230, 230])
    distance = ndimage.distance_transform_edt(person) + ndimage.distance_transform_edt(~person)
    band = np.full(sure.shape, BAND)
    band[HAIR[1] : HAIR[3], HAIR[0] : HAIR[2]] = HAIR_BAND
    return np.where(distance <= band, 0.5, person.astype(float))


def main(model: str) -> None:
    """Write `person.webp` into the folder that it is called in."""
    portrait = Image.fromarray(data.astronaut())
    known = trimap(sureness(model, portrait))
    rgb = np.asarray(portrait)[:BOTTOM, :RIGHT] / 255
    alpha = estimate_alpha_cf(rgb, known[:BOTTOM, :RIGHT])
    alpha = np.clip((alpha - 0.04) / 0.92, 0, 1)
    colours = estimate_foreground_ml(rgb, alpha)
    cut = np.dstack([colours, alpha])
    cut[alpha == 0] = 0
    columns = np.flatnonzero(alpha.max(0))
    rows = np.flatnonzero(alpha.max(1))
    cut = cut[rows[0] :, columns[0] : columns[-1] + 1]
    picture = Image.fromarray((np.clip(cut, 0, 1) * 255).round().astype(np.uint8))
    picture.save(Path("person.webp"), quality=92, alpha_quality=100, method=6)


if __name__ == "__main__":
    main(sys.argv[1])

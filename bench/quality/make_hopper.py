"""Make `hopper.webp`: the portrait of Grace Hopper by the United States Navy, cut out with a soft matte.

Run once, in an environment of its own. The portrait, in the public domain, comes with Matplotlib as
`mpl-data/sample_data/grace_hopper.jpg`:

    pip install matplotlib pymatting scipy ai-edge-litert pillow
    python bench/quality/make_hopper.py selfie_multiclass_256x256.tflite grace_hopper.jpg

As in `tests/media/make_person.py`, the model says where she is, and closed-form matting finds the outline
within a narrow band, which is wider at her hair. The model's outline was looked at all round, enlarged.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image
from pymatting import estimate_alpha_cf, estimate_foreground_ml
from scipy import ndimage

BOTTOM = 588
"""Below it the model is unsure of the uniform."""
BAND, HAIR_BAND = 2, 6
HAIR = (145, 145, 205, 310), (330, 150, 390, 320)
"""Left, top, right, bottom."""
SHIFTS = 0, 8, 16, 24


def margin(model: str, portrait: Image.Image) -> np.ndarray:
    """Return how much the person's logit is above the background's, over shifts and mirror images."""
    interpreter = Interpreter(model)
    interpreter.allocate_tensors()
    entrance = interpreter.get_input_details()[0]["index"]
    exit_ = interpreter.get_output_details()[0]["index"]
    width, height = portrait.size
    found = []
    for shift in SHIFTS:
        moved = portrait.crop((-shift, -shift, width + SHIFTS[-1] - shift, height + SHIFTS[-1] - shift))
        for mirrored in (False, True):
            seen = np.asarray(moved.resize((256, 256), Image.Resampling.LANCZOS), np.float32)
            seen = seen[:, ::-1] if mirrored else seen
            interpreter.set_tensor(entrance, ((seen - 127.5) / 127.5)[None])
            interpreter.invoke()
            logits = interpreter.get_tensor(exit_)[0]
            sure = np.ascontiguousarray(logits[..., 1:].max(-1) - logits[..., 0])
            large = np.asarray(Image.fromarray(sure).resize(moved.size, Image.Resampling.BICUBIC))
            large = large[:, ::-1] if mirrored else large
            found.append(large[shift : shift + height, shift : shift + width])
    return np.mean(found, 0)


def main(model: str, photograph: str) -> None:
    """Write `hopper.webp` beside this file."""
    portrait = Image.open(photograph).convert("RGB")
    labels, _ = ndimage.label(margin(model, portrait) > 0)
    person = labels == labels[400, 256]
    person = ndimage.binary_fill_holes(np.pad(person, ((0, 1), (0, 0)), constant_values=True))[:-1]
    distance = ndimage.distance_transform_edt(person) + ndimage.distance_transform_edt(~person)
    band = np.full(person.shape, BAND)
    for left, top, right, bottom in HAIR:
        band[top:bottom, left:right] = HAIR_BAND
    known = np.where(distance <= band, 0.5, person.astype(float))[:BOTTOM]
    rgb = np.asarray(portrait)[:BOTTOM] / 255
    alpha = np.clip((estimate_alpha_cf(rgb, known) - 0.04) / 0.92, 0, 1)
    cut = np.dstack([estimate_foreground_ml(rgb, alpha), alpha])
    cut[alpha == 0] = 0
    rows, columns = np.flatnonzero(alpha.max(1)), np.flatnonzero(alpha.max(0))
    cut = cut[rows[0] :, columns[0] : columns[-1] + 1]
    picture = Image.fromarray((np.clip(cut, 0, 1) * 255).round().astype(np.uint8))
    picture.save(Path(__file__).with_name("hopper.webp"), quality=90, alpha_quality=100, method=6)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

"""What each step of the kernel means, in float64 and without a thought for speed.

Planes are 2-D arrays of codes, 0 to 255; RGB pictures are (height, width, 3), 0 to 255; mattes are 0 to 1.
Nothing is rounded here: the kernel's fixed point is allowed to differ by what the tests state.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cyclorama.picture import Look, Matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

Array = NDArray[np.float64]
Planes = tuple[Array, Array, Array]


@dataclass(frozen=True)
class Coding:
    """How RGB becomes Y'CbCr codes: ITU-R BT.601-7 (2.5) and BT.709-6 (3), 8 bits."""

    matrix: Matrix = Matrix.BT601
    full_range: bool = False

    @property
    def weights(self) -> tuple[float, float, float]:
        """Kr, Kg, Kb: how much of luma each primary is."""
        red, blue = (0.2126, 0.0722) if self.matrix is Matrix.BT709 else (0.299, 0.114)
        return red, 1 - red - blue, blue

    @property
    def black(self) -> float:
        return 0 if self.full_range else 16

    @property
    def luma_size(self) -> float:
        """Codes of luma for one level of grey."""
        return 1 if self.full_range else 219 / 255

    @property
    def chroma_size(self) -> float:
        return 1 if self.full_range else 224 / 255


def rgb_to_yuv(rgb: Array, coding: Coding) -> Array:
    """(..., 3) RGB to (..., 3) codes."""
    red, green, blue = coding.weights
    r, g, b = np.moveaxis(rgb, -1, 0)
    luma = red * r + green * g + blue * b
    return np.stack(
        [
            coding.black + coding.luma_size * luma,
            128 + coding.chroma_size * (b - luma) / (2 - 2 * blue),
            128 + coding.chroma_size * (r - luma) / (2 - 2 * red),
        ],
        axis=-1,
    )


def yuv_to_rgb(yuv: Array, coding: Coding) -> Array:
    """(..., 3) codes to (..., 3) RGB, unclipped: the same three lines, solved for RGB."""
    red, green, blue = coding.weights
    y, u, v = np.moveaxis(yuv, -1, 0)
    luma = (y - coding.black) / coding.luma_size
    b = luma + (2 - 2 * blue) * (u - 128) / coding.chroma_size
    r = luma + (2 - 2 * red) * (v - 128) / coding.chroma_size
    return np.stack([r, (luma - red * r - blue * b) / green, b], axis=-1)


def halves(picture: Array) -> Array:
    """The mean of each 2x2; where a side is odd, its last row or column counts twice."""
    height, width = picture.shape[:2]
    even = np.pad(picture, [(0, height % 2), (0, width % 2)] + [(0, 0)] * (picture.ndim - 2), "edge")
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4


def rgb_to_planes(rgb: Array, coding: Coding) -> Planes:
    """Y at full size; U and V of the mean of each 2x2."""
    small = rgb_to_yuv(halves(rgb), coding)
    return rgb_to_yuv(rgb, coding)[..., 0], small[..., 1], small[..., 2]


def planes_to_rgb(planes: Planes, coding: Coding) -> Array:
    """Each chroma sample serves its 2x2 pixels."""
    y, u, v = planes
    height, width = y.shape
    large = [plane.repeat(2, 0).repeat(2, 1)[:height, :width] for plane in (u, v)]
    return np.clip(yuv_to_rgb(np.stack([y, *large], axis=-1), coding), 0, 255)


def tent_integral(t: float) -> float:
    """The integral of max(0, 1 - |t|) from minus infinity."""
    t = min(max(t, -1.0), 1.0)
    return (1 + t) ** 2 / 2 if t < 0 else 1 - (1 - t) ** 2 / 2


def spread(count: int, start: float, span: float, length: int) -> Array:
    """Weights (count, length) that resample a line.

    `count` new samples share [start, start + span) of the old line. Each is the linear interpolation of the
    old samples, averaged over as much of the new sample's width as exceeds one old sample: plain
    interpolation when enlarging, nearly the mean over the area when making smaller, the line itself when
    nothing changes. Beyond the ends the last sample goes on.
    """
    scale = span / count
    excess = scale - 1 if scale > 1.01 else 0.0
    weights = np.zeros((count, length))
    for i in range(count):
        centre = start + (i + 0.5) * scale - 0.5
        low, high = centre - excess / 2, centre + excess / 2
        for j in range(floor(low), ceil(high) + 1):
            if excess:
                weight = (tent_integral(high - j) - tent_integral(low - j)) / excess
            else:
                weight = max(0.0, 1 - abs(centre - j))
            weights[i, min(max(j, 0), length - 1)] += weight
    return weights


@dataclass(frozen=True)
class Window:
    """A part of a picture, in its pixels."""

    left: float
    top: float
    width: float
    height: float


def covering(old_width: int, old_height: int, width: int, height: int, look: Look) -> Window:
    """Return the largest part that has the shape of width x height, placed by the focus."""
    scale = min(old_width / width, old_height / height)
    w, h = scale * width, scale * height
    return Window((old_width - w) * look.focus_x, (old_height - h) * look.focus_y, w, h)


def resample(picture: Array, window: Window, width: int, height: int) -> Array:
    """A part of a picture, (height, width[, channels]), at another size."""
    across = spread(width, window.left, window.width, picture.shape[1])
    down = spread(height, window.top, window.height, picture.shape[0])
    fitted: Array = np.einsum("yj,ji...,xi->yx...", down, picture, across, optimize=True)
    return fitted


def cover(rgb: Array, width: int, height: int, look: Look = Look()) -> Array:  # noqa: B008 (frozen)
    """Scale to cover width x height, both ways alike, and keep what the focus says."""
    return resample(rgb, covering(rgb.shape[1], rgb.shape[0], width, height, look), width, height)


def resample_planes(planes: Planes, window: Window, width: int, height: int) -> Planes:
    """Chroma has half the samples, rounded up, each of which covers two pixels."""
    columns, rows = (width + 1) // 2, (height + 1) // 2
    half = Window(
        window.left / 2,
        window.top / 2,
        window.width / width * columns,
        window.height / height * rows,
    )
    y, u, v = planes
    return (
        resample(y, window, width, height),
        resample(u, half, columns, rows),
        resample(v, half, columns, rows),
    )


def recode(planes: Planes, before: Coding, after: Coding) -> Planes:
    """The same colours in another coding, unclipped within; each chroma sample serves its 2x2 pixels."""
    y, u, v = planes
    large = [plane.repeat(2, 0).repeat(2, 1)[: y.shape[0], : y.shape[1]] for plane in (u, v)]
    luma = rgb_to_yuv(yuv_to_rgb(np.stack([y, *large], axis=-1), before), after)[..., 0]
    small = rgb_to_yuv(yuv_to_rgb(np.stack([u, u, v], axis=-1), before), after)
    return np.clip(luma, 0, 255), np.clip(small[..., 1], 0, 255), np.clip(small[..., 2], 0, 255)


BACKING, WIDEST, DARKER = 32, 128, 0.5
"""The blurred copy behind a picture that is shown whole: rows of its luma, most columns, brightness."""


def smooth(plane: Array, times: int, centre: float) -> Array:
    """1 2 1 both ways, `times` times: each adds half a sample of variance. Then darker around `centre`."""
    for _ in range(times):
        for axis in (1, 0):
            padded = np.pad(plane, [(1, 1) if axis == each else (0, 0) for each in (0, 1)], "edge")
            lines = np.moveaxis(padded, axis, 0)
            plane = np.moveaxis((lines[:-2] + 2 * lines[1:-1] + lines[2:]) / 4, 0, axis)
    return centre + (plane - centre) * DARKER


def fit(
    source: Array | Planes, width: int, height: int, coding: Coding, look: Look, before: Coding
) -> Planes:
    """A picture, RGB or planes with the coding `before`, behind a frame of width x height."""

    def put(window: Window, width: int, height: int) -> Planes:
        if isinstance(source, tuple):
            return recode(resample_planes(source, window, width, height), before, coding)
        return rgb_to_planes(resample(source, window, width, height), coding)

    old_height, old_width = (source[0] if isinstance(source, tuple) else source).shape[:2]
    window = covering(old_width, old_height, width, height, look)
    if not look.contain:
        return put(window, width, height)

    def side(size: float, whole: int) -> int:
        return whole if size > whole - 1 else min(max(2 * floor(size / 2 + 0.5), 2), whole)

    scale = min(width / old_width, height / old_height)
    inner_width, inner_height = side(scale * old_width, width), side(scale * old_height, height)
    columns = 2 * min(max(floor(BACKING * width / height / 2 + 0.5), 1), WIDEST // 2)
    y, u, v = put(window, columns, BACKING)
    small = smooth(y, 8, coding.black), smooth(u, 2, 128), smooth(v, 2, 128)
    planes = resample_planes(small, Window(0, 0, columns, BACKING), width, height)
    inner = put(Window(0, 0, old_width, old_height), inner_width, inner_height)
    left, top = (width - inner_width) // 2 // 2 * 2, (height - inner_height) // 2 // 2 * 2
    for plane, part, size in zip(planes, inner, (1, 2, 2), strict=True):
        x, y_ = left // size, top // size
        plane[y_ : y_ + part.shape[0], x : x + part.shape[1]] = part
    return planes


def thumbnail(planes: Planes, width: int, height: int) -> Planes:
    """The whole frame at the model's size, stretched to it, as three planes of that size."""
    frame_height, frame_width = planes[0].shape

    def whole(plane: Array, part: float) -> Array:
        down = spread(height, 0, frame_height * part, plane.shape[0])
        across = spread(width, 0, frame_width * part, plane.shape[1])
        return down @ plane @ across.T

    y, u, v = planes
    # Chroma samples cover two pixels; those at the end of an odd side reach half a sample beyond the frame.
    return whole(y, 1), whole(u, 0.5), whole(v, 0.5)


def model_input(small: Planes, coding: Coding, mean: float, scale: float) -> Array:
    rgb = np.clip(yuv_to_rgb(np.stack(small, axis=-1), coding), 0, 255)
    return (rgb - mean) / scale


def motion(luma: Array, before: Array) -> Array:
    """Levels of luma that changed: blurred 1 2 1 both ways, then the largest within two pixels."""
    height, width = luma.shape
    padded = np.pad(luma - before, 1, "edge")
    down = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    change = np.abs(down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]) / 16
    wide = np.pad(change, 2)
    shifted = [wide[y : y + height, x : x + width] for y in range(5) for x in range(5)]
    largest: Array = np.max(np.stack(shifted), axis=0)
    return largest


FLOOR, GAIN, NOISE = 0.25, 0.12, 2.0
"""What a still place takes of a new matte; how much more for each level of luma that changed beyond noise."""
CUT = 0.6
"""How much of the picture changes at a cut."""


def steady(confidence: Array, luma: Array, before: Array, state: Array) -> Array:
    """Where something moves the new confidence counts at once, elsewhere it seeps in; after a cut at once."""
    moved = motion(luma, before)
    if (moved > NOISE + (1 - FLOOR) / GAIN).mean() > CUT:
        return confidence
    gate = np.clip(FLOOR + GAIN * np.maximum(0, moved - NOISE), FLOOR, 1)
    return gate * confidence + (1 - gate) * state


@dataclass(frozen=True)
class Placement:
    """What of the camera is seen at a pixel: x + across * (column + .5) of its width; down alike."""

    x: float
    across: float
    y: float
    down: float


def placement(look: Look, width: int, height: int) -> Placement:
    """Scaled about the middle of the lower edge, mirrored about the middle, moved by pairs of pixels."""

    def pairs(move: float, size: int) -> float:
        return 2 * floor(abs(move) * size / 2 + 0.5) * (1 if move > 0 else -1) / size

    x = 0.5 + (-0.5 - pairs(look.x, width)) / look.scale
    across = 1 / (look.scale * width)
    if look.mirror:
        x, across = 1 - x, -across
    return Placement(x, across, 1 + (-1 - pairs(look.y, height)) / look.scale, 1 / (look.scale * height))


def place(frame: Planes, look: Look) -> Planes:
    """The camera's picture where the look places it; beyond its ends it goes on."""
    height, width = frame[0].shape
    at = placement(look, width, height)

    def along(count: int, start: float, step: float, size: int, part: float) -> Array:
        start, span = start * size * part, step * count * size
        if span < 0:
            return spread(count, start + span, -span, count)[::-1]
        return spread(count, start, span, count)

    def whole(plane: Array, part: float) -> Array:
        down = along(plane.shape[0], at.y, at.down, height, part)
        across = along(plane.shape[1], at.x, at.across, width, part)
        placed: Array = down @ plane @ across.T
        return placed

    y, u, v = frame
    return whole(y, 1), whole(u, 0.5), whole(v, 0.5)


FADE = 0.05
"""How much of the picture's size fades out at an edge that is inside the output."""


def inside(look: Look, width: int, height: int) -> Array:
    """How much of the camera's picture there is at each pixel: 0 outside, soft at its own edges."""

    def along(count: int, start: float, step: float) -> Array:
        place = start + step * (np.arange(count) + 0.5)
        ends = sorted([start, start + step * count])
        near = np.clip(place / FADE, 0, 1) if ends[0] < -1e-4 else np.ones(count)
        return near * np.clip((1 - place) / FADE, 0, 1) if ends[1] > 1 + 1e-4 else near

    at = placement(look, width, height)
    return along(height, at.y, at.down)[:, None] * along(width, at.x, at.across)[None, :]


class Plate:
    """What is known of the room behind a fixed camera: its colours at the model's size, and how often seen.

    A pixel is room where the confidence of it and its neighbours is below .2. Where the room is known and the
    model unsure, the odds of a person are multiplied by a ratio of likelihoods, 1/64 to 64, that is 1
    where the colour is 14 codes of luma, or 6 of chroma, away from the room's.
    """

    ROOM, SURE, SCALES, LEAST = 0.2, 0.004, (14, 6, 6), 1 / 8
    KNOWN, FOLLOW, OTHER, FORGET, MOVED, ENOUGH = 3, 0.1, 9, 0.25, 12, 128

    def __init__(self, width: int, height: int) -> None:
        self.colour = np.zeros((3, height, width))
        self.seen = np.zeros((height, width))

    def decide(self, confidence: Array, small: Planes) -> Array:
        """Return the confidence with what the plate knows; learn."""
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(confidence, 1, "edge"), (3, 3))
        room = windows.max((-1, -2)) < self.ROOM
        judged = room & (self.seen >= self.KNOWN)
        if judged.sum() * self.ENOUGH >= judged.size and judged.any():
            gain = small[0][judged].sum() / self.colour[0][judged].sum()
            off = np.abs(small[0] - gain * self.colour[0])[judged] > self.MOVED
            if off.mean() > self.FORGET:
                self.seen[:], self.colour[:] = 0, 0
            else:
                self.colour[0] *= gain
        change = np.stack(small) - self.colour
        away = sum((part / scale) ** 2 for part, scale in zip(change, self.SCALES, strict=True))
        likelier = ((away + self.LEAST) / (1 + self.LEAST * away)) ** 2
        fused = confidence * likelier / (confidence * likelier + 1 - confidence)
        known = self.seen >= self.KNOWN
        decided = np.where(known & (confidence > self.SURE) & (confidence < 1 - self.SURE), fused, confidence)

        anew = (self.seen == 0) | (known & (away > self.OTHER))
        share = np.where(anew, 1, np.maximum(self.FOLLOW, 1 / (self.seen + 1)))
        self.colour += np.where(room, share, 0) * change
        self.seen = np.where(room, np.where(anew, 1, self.seen + 1), self.seen)
        return decided


def enlarge(
    small: Array, width: int, height: int, part: float = 1, placement: Placement | None = None
) -> Array:
    """Bilinear, to width x height samples; `part` is .5 for chroma, whose samples cover two pixels.

    width, height: of the frame. placement: of what is seen in it; left out: all, as it is.
    """
    at = placement or Placement(0, 1 / width, 0, 1 / height)
    count_x, count_y = (width, height) if part == 1 else ((width + 1) // 2, (height + 1) // 2)

    def line(count: int, start: float, step: float, length: int) -> Array:
        weights = np.zeros((count, length))
        for i in range(count):
            place = min(max((start + step * (i + 0.5) / part) * length - 0.5, 0), length - 1)
            first = min(int(place), length - 2)
            weights[i, first], weights[i, first + 1] = first + 1 - place, place - first
        return weights

    down = line(count_y, at.y, at.down, small.shape[0])
    return down @ small @ line(count_x, at.x, at.across, small.shape[1]).T


def confidence(logits: Array) -> Array:
    """(..., 6) logits, the background's first, to how surely a pixel is a person."""
    surely: Array = 1 / (1 + np.exp(-1.5 * (logits[..., 1:].max(-1) - logits[..., 0])))
    return surely


NEARLY = 0.05
"""What counts as 0, and as 1."""


def between_levels(matte: Array, look: Look) -> Array:
    """0 below the look's lower level, 1 above the upper one, linear between them."""
    half = min(max(0.6 * look.softness, 0.02), 0.6)
    low, high = 0.6 - half, min(0.6 + half, 1)
    return np.clip((matte - low) / (high - low), 0, 1)


def level(matte: Array, look: Look) -> Array:
    """Confidence to alpha."""
    alpha = between_levels(matte, look)
    return np.where(alpha < NEARLY, 0, np.where(alpha > 1 - NEARLY, 1, alpha))


RADIUS, FLATNESS = 2, 40
"""The guided filter: pixels to each side; epsilon, a variance of codes below which colour says little."""


def around(plane: Array) -> Array:
    """The mean of (2 RADIUS + 1)^2 pixels; beyond its borders a plane goes on."""
    size = 2 * RADIUS + 1
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(plane, RADIUS, "edge"), (size, size))
    mean: Array = windows.mean((-1, -2))
    return mean


def guided(alpha: Array, small: Planes) -> Array:
    """(4, height, width): y, u, v, rest, so that alpha = y (Y - 128) + u (U - 128) + v (V - 128) + rest.

    The guided filter with a colour guide: He, Sun, Tang, "Guided Image Filtering", TPAMI 2013, equations 19
    to 21. `small` is the frame at the size of the matte.
    """
    guide = np.stack(small) - 128
    means = np.stack([around(plane) for plane in guide])
    mean = around(alpha)
    with_alpha = np.stack([around(plane * alpha) for plane in guide]) - means * mean
    spread = np.empty((*alpha.shape, 3, 3))
    for i in range(3):
        for j in range(3):
            spread[..., i, j] = around(guide[i] * guide[j]) - means[i] * means[j] + FLATNESS * (i == j)
    slopes = np.moveaxis(np.linalg.solve(spread, np.moveaxis(with_alpha, 0, -1)[..., None])[..., 0], -1, 0)
    rest = mean - (slopes * means).sum(0)
    return np.stack([around(plane) for plane in (*slopes, rest)])


TAIL = 0.1
"""Alphas this near to 0 and 1 become 0 and 1."""


def refined(matte: Array, look: Look, frame: Planes) -> Array:
    """At the frame's size: the guided filter's lines, enlarged and applied to the frame's own colours."""
    height, width = frame[0].shape
    small = thumbnail(frame, matte.shape[1], matte.shape[0])
    at = placement(look, width, height)
    lines = (enlarge(plane, width, height, placement=at) for plane in guided(level(matte, look), small))
    y, u, v, rest = lines
    placed = place(frame, look)
    u_large, v_large = (plane.repeat(2, 0).repeat(2, 1)[:height, :width] for plane in placed[1:])
    fitted = y * (placed[0] - 128) + u * (u_large - 128) + v * (v_large - 128) + rest
    return np.clip((fitted - TAIL) / (1 - 2 * TAIL), 0, 1)


def alpha(matte: Array, look: Look, frame: Planes) -> Array:
    """What is shown: nothing beyond the camera's picture."""
    height, width = frame[0].shape
    return refined(matte, look, frame) * inside(look, width, height)


def mix(over: Array, under: Array, weight: Array | float) -> Array:
    return over * weight + under * (1 - weight)


def box(line: Array, sigma: float) -> Array:
    """One of three boxes that together are nearly a Gaussian of `sigma`, along the last axis.

    The box has whole pixels up to `radius` and a part of a pixel at both ends, chosen so that its variance is
    a third of the Gaussian's: Gwosdek, Grewenig, Bruhn, Weickert, "Theoretical Foundations of Gaussian
    Convolution by Extended Box Filtering", SSVM 2011.
    """
    variance = sigma**2 / 3
    radius = floor((sqrt(12 * variance + 1) - 1) / 2)
    end = (2 * radius + 1) * (radius * (radius + 1) - 3 * variance) / (6 * (variance - (radius + 1) ** 2))
    kernel = np.array([end, *[1.0] * (2 * radius + 1), end])
    padded = np.pad(line, [(0, 0)] * (line.ndim - 1) + [(radius + 1, radius + 1)], "edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(kernel), axis=-1)
    blurred: Array = windows @ kernel / kernel.sum()
    return blurred


def gaussian(plane: Array, sigma: tuple[float, float]) -> Array:
    """Nearly a Gaussian; sigma across and down, in samples."""
    for _ in range(3):
        plane = box(box(plane, sigma[0]).T, sigma[1]).T
    return plane


def blur(cells: Planes, person: Array, bokeh: float, coding: Coding, sigma: tuple[float, float]) -> Planes:
    """The mean colour of the room around each cell.

    The person and what is next to it count for nearly nothing, bright cells for more:
    a lens adds up light, not codes.
    """
    height, width = person.shape
    wide = np.pad(person, 1, "edge")
    covered = np.max([wide[y : y + height, x : x + width] for y in range(3) for x in range(3)], axis=0)
    light = np.clip((cells[0] - coding.black) / (255 * coding.luma_size), 0, 1)
    weight = ((1 - covered) ** 4 + 1 / 1024) * (1 + 24 * bokeh * light**4)
    total = gaussian(weight, sigma)
    y, u, v = (gaussian(plane * weight, sigma) / total for plane in cells)
    return y, u, v


STRONGEST = 0.04
"""Standard deviation of the strongest blur, in heights of the frame."""


def blurred_room(
    frame: Planes,
    matte: Array | None,
    look: Look,
    model: tuple[int, int],
    coding: Coding = Coding(),
) -> Planes:
    """A frame's backdrop: its thumbnail in cells of 2x2, blurred and made as large as the frame again."""
    width, height = model
    frame_height, frame_width = frame[0].shape
    strength = look.blur * STRONGEST * frame_height
    y, u, v = (halves(plane) for plane in thumbnail(frame, width, height))
    person = np.zeros_like(y) if matte is None else halves(between_levels(matte, look))
    sigma = (strength * width / frame_width / 2, strength * height / frame_height / 2)
    small = blur((y, u, v), person, look.bokeh, coding, sigma)
    parts: Sequence[float] = (1, 0.5, 0.5)
    y, u, v = (enlarge(p, frame_width, frame_height, part) for p, part in zip(small, parts, strict=True))
    return y, u, v


def shrunk(plane: Array, ratio: float, width: int, height: int) -> Array:
    """The mean of what each sample of a plane made smaller by `ratio` on each side covers."""

    def means(lines: Array, count: int) -> Array:
        weights = np.zeros((count, len(lines)))
        for i in range(count):
            for j in range(floor(i * ratio), min(ceil((i + 1) * ratio), len(lines))):
                weights[i, j] = min((i + 1) * ratio, j + 1) - max(i * ratio, j)
        return np.tensordot(weights / ratio, lines, 1)

    return np.swapaxes(means(np.swapaxes(means(plane, height), 0, 1), width), 0, 1)

"""Make the golden vectors anew: `python -m tests.golden.make`.

`golden.json` holds cases that both suites play, Python's and the page's: a model, the frames' shape, steps.
`golden.bin` holds what the steps take and what the float64 reference says they give. Each result also has the
SHA-256 of what the kernel itself gave: both engines must give these bytes exactly.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cyclorama.picture import Format, Look, Matrix
from tests.golden.play import play
from tests.picture import compositing, reference, reference_key, samples
from tests.picture.compositing import Backlight
from tests.picture.reference import Coding, Planes
from tests.picture.reference_carry import CUT, carry, flow
from tests.picture.reference_person import Person, main_person
from tests.picture.samples import Input

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

HERE = Path(__file__).parent

WITHIN = {"input": 2 / 255, "output": 2.5, "rgba": 5.0, "alpha": 3.5}


def packed(planes: Planes, kind: Format) -> NDArray[np.float64]:
    """Planes one after another, as they lie in memory."""
    y, u, v = planes
    rest = [np.stack([u, v], axis=-1)] if kind is Format.NV12 else [u, v]
    return np.concatenate([plane.ravel() for plane in (y, *rest)])


def describe(kind: Format, size: tuple[int, int], coding: Coding) -> dict[str, Any]:
    """What frames look like, in the page's words."""
    return {
        "format": kind.name,
        "width": size[0],
        "height": size[1],
        "matrix": coding.matrix.name.lower(),
        "fullRange": coding.full_range,
    }


class Case:
    """One stream through the reference, writing down what goes in and what comes out."""

    def __init__(
        self, name: str, blob: bytearray, kind: Format, size: tuple[int, int], coding: Coding
    ) -> None:
        self.model, self.look, self.blob = Input(), Look(), blob
        self.kind, self.size, self.coding = kind, size, coding
        self.steps: list[dict[str, Any]] = []
        self.description = {
            "name": name,
            "model": asdict(self.model),
            "shape": describe(kind, size, coding),
            "steps": self.steps,
        }
        self.out = Format.NV12 if kind is Format.NV12 else Format.I420
        self.matte: NDArray[np.float64] | None = None
        self.person = Person(self.model.width, self.model.height)
        self.frames = 1  # taken since the last matte; the empty frame at the start is one
        self.known: NDArray[np.float64] | None = None  # the matte of the frame that `luma` is of
        self.plate = reference.Plate(self.model.width, self.model.height)
        self.luma: NDArray[np.float64] = np.zeros((self.model.height, self.model.width))
        self.sent: reference.Planes | None = None
        self.before: tuple[str, Any] = ("colour", np.zeros(3))
        self.newest: tuple[str, Any] = self.before
        self.light_before = self.light_newest = Backlight()
        self.person_light: compositing.Light | None = None
        self.first = True

    def data(self, array: NDArray[Any]) -> list[int]:
        """Keep an array; return its offset and length in bytes."""
        self.blob.extend(bytes(-len(self.blob) % 4))
        start = len(self.blob)
        self.blob.extend(array.tobytes())
        return [start, array.nbytes]

    def take_frame(self, seed: int, moved: int = 0, screen: tuple[int, ...] = ()) -> None:
        """A frame of noise; `moved` pairs of pixels to the right; before a screen of this colour."""
        frame = samples.frame(*self.size, self.kind, self.coding, seed)
        if screen:
            frame = samples.before_screen(frame, self.codes(screen))
        if moved:
            step = [moved * 2 * plane.shape[1] // self.size[0] for plane in frame.planes]
            planes = [np.roll(plane, n, 1) for plane, n in zip(frame.planes, step, strict=True)]
            frame = replace(frame, planes=tuple(planes))
        flat = np.concatenate([np.ascontiguousarray(plane).ravel() for plane in frame.planes])
        self.steps.append({"do": "takeFrame", "data": self.data(flat)})
        if self.kind in (Format.RGBA, Format.BGRA):
            # The kernel keeps frames as bytes.
            y, u, v = (
                np.floor(plane + 0.5) for plane in reference.rgb_to_planes(samples.rgb(frame), self.coding)
            )
            self.room: Planes = (y, u, v)
        else:
            self.room = samples.planes(frame)
        self.small = reference.thumbnail(self.room, self.model.width, self.model.height)
        wanted = reference.model_input(self.small, self.coding, self.model.mean, self.model.scale)
        self.expect("input", wanted.astype(np.float32))
        self.frames += 1

    def codes(self, rgb: Sequence[float]) -> reference.Array:
        return np.floor(reference.rgb_to_yuv(np.array(rgb, np.float64), self.coding) + 0.5)

    def take_matte(self, *centres: float) -> None:
        """A matte with somebody at each of these places."""
        answer = np.max([samples.person(self.model, centre, 0.6) for centre in centres], axis=0)
        self.steps.append({"do": "takeMatte", "data": self.data(answer)})
        confidence = answer.astype(np.float64)
        seen = self.small if self.sent is None else self.sent
        confidence = self.plate.decide(confidence, seen)
        if self.look.solo >= 0.5:
            confidence = main_person(confidence, self.frames, self.person)
        self.frames = 0
        luma = seen[0]
        if self.matte is not None and self.known is not None:
            confidence = reference.steady(confidence, luma, self.luma, self.known)
        self.known = confidence
        self.luma, self.sent = luma, None
        self.use_matte(carried=luma is not self.small[0])

    def send_frame(self) -> None:
        self.steps.append({"do": "sendFrame"})
        self.sent = self.small

    def carry_matte(self) -> None:
        self.steps.append({"do": "carryMatte"})
        self.use_matte(carried=True)

    def use_matte(self, *, carried: bool) -> None:
        assert self.known is not None
        self.matte = self.known
        if carried:
            motions, torn = flow(self.small[0], self.luma)
            assert torn < CUT
            self.matte = carry(self.known, self.luma, self.small[0], motions)
        _, cells, coverage = compositing.edge_of(self.room, self.matte, self.look)
        now = compositing.light_of(cells, coverage, self.coding.black)
        self.person_light = compositing.follow(self.person_light, now)

    def reset_matte(self) -> None:
        self.steps.append({"do": "resetMatte"})
        self.matte = None
        self.person = Person(self.model.width, self.model.height)
        self.plate = reference.Plate(self.model.width, self.model.height)

    def set_picture(self, width: int, height: int) -> None:
        rgba = samples.picture(width, height, 4)
        self.steps.append({"do": "setPicture", "data": self.data(rgba), "width": width, "height": height})
        self.next_backdrop("picture", rgba[..., :3].astype(np.float64))

    def video(
        self, seed: int, size: tuple[int, int], kind: Format, coding: Coding, step: str = "setVideoFrame"
    ) -> None:
        """A frame of a video in place of the one before; `setVideo` begins one."""
        frame = samples.frame(*size, kind, coding, seed)
        shape = describe(kind, size, coding)
        flat = np.concatenate([np.ascontiguousarray(plane).ravel() for plane in frame.planes])
        self.steps.append({"do": step, "data": self.data(flat), "shape": shape})
        if step == "setVideo":
            self.next_backdrop("video", (samples.planes(frame), coding))
            return
        self.newest = ("video", (samples.planes(frame), coding))
        self.light_newest = self.light(follow=True)

    def set_colour(self, *rgb: int) -> None:
        self.steps.append({"do": "setColour", "rgb": rgb})
        self.next_backdrop("colour", np.array(rgb, np.float64))

    def set_blur(self) -> None:
        self.steps.append({"do": "setBlur"})
        self.next_backdrop("blur", np.zeros(0))

    def set_look(self, look: Look) -> None:
        self.steps.append({"do": "setLook", "look": asdict(look)})
        before, self.look = self.look, look
        if any(getattr(before, name) != getattr(look, name) for name in ("contain", "focus_x", "focus_y")):
            self.light_newest = self.light(follow=True)

    def set_none(self) -> None:
        self.steps.append({"do": "setNone"})
        self.next_backdrop("none", np.zeros(0))

    def set_transparent(self) -> None:
        self.steps.append({"do": "setTransparent"})
        self.next_backdrop("nothing", np.zeros(0))

    def next_backdrop(self, kind: str, value: Any) -> None:
        """Cases composite after each, so there is always one that was seen."""
        self.before, self.newest = self.newest, (kind, value)
        self.light_before, self.light_newest = self.light_newest, self.light()

    def seen(self, backdrop: tuple[str, Any], matte: NDArray[np.float64] | None) -> Planes:
        kind, value = backdrop
        width, height = self.size
        if kind == "none":
            return self.room
        if kind == "nothing":
            return reference.rgb_to_planes(np.zeros((height, width, 3)), self.coding)
        if kind == "blur":
            model = (self.model.width, self.model.height)
            return reference.blurred_room(self.room, matte, self.look, model, self.coding)
        if kind == "colour":
            return reference.rgb_to_planes(np.full((height, width, 3), value), self.coding)
        picture, coding = value if kind == "video" else (value, self.coding)
        return reference.fit(picture, width, height, self.coding, self.look, coding)

    def light(self, *, follow: bool = False) -> Backlight:
        """The newest backdrop's light; in place of another picture it is followed slowly."""
        kind, _ = self.newest
        if kind not in {"picture", "video"}:
            return Backlight(despill=kind != "none")
        model = (self.model.width, self.model.height)
        light = compositing.backlight(self.seen(self.newest, None), self.coding, model)
        if follow:
            mean = compositing.follow(self.light_newest.mean, light.mean)
            light = replace(light, mean=mean or light.mean)
        return light

    def composite(self, mix: float = 1, alone: bool = False) -> None:
        self.steps.append({"do": "backgroundAlone" if alone else "composite", "mix": mix})
        matte = None if alone else self.matte
        new, light = self.seen(self.newest, matte), self.light_newest
        cut = self.newest[0] == "nothing"
        if not self.first and mix < 1 and "nothing" not in {self.newest[0], self.before[0]}:
            old = self.seen(self.before, matte)
            y, u, v = (reference.mix(a, b, mix) for a, b in zip(new, old, strict=True))
            new = (y, u, v)
            light = compositing.mix_backlights(self.light_before, light, mix)
        self.first = False
        within = WITHIN["output"]
        alpha: NDArray[np.float64] = np.zeros(self.size[::-1])
        if matte is not None and cut:
            # Where little is there of the person, alpha's rounding counts sixteenfold.
            (new, alpha), within = compositing.cut_out(self.room, matte, self.look, self.coding), 12
        elif matte is not None and self.look.key >= 0.5:
            new, within = self.keyed(new, matte), 6
        elif matte is not None:
            new = compositing.blend(self.room, new, matte, self.look, light, self.person_light, self.coding)
        self.planes = new
        self.expect("output", np.floor(packed(new, self.out) + 0.5).astype(np.uint8), within)
        if cut:
            self.expect("alpha", np.floor(alpha + 0.5).astype(np.uint8))

    def keyed(self, behind: Planes, matte: NDArray[np.float64]) -> Planes:
        """The person before a real screen; luma at an edge is brought out threefold."""
        colour = self.codes([self.look.key_red, self.look.key_green, self.look.key_blue])
        there, plate, where = reference_key.look_for_screen(self.small, matte, colour, used=False)
        assert there
        alpha, clean = reference_key.key(self.room, plate, where, self.look)
        return reference_key.blend(clean, alpha, behind, self.look)

    def read_rgba(self) -> None:
        rgb = reference.planes_to_rgb(self.planes, self.coding)
        alpha = np.full((*rgb.shape[:2], 1), 255)
        wanted = np.concatenate([np.floor(rgb + 0.5), alpha], axis=-1).astype(np.uint8)
        self.expect("rgba", wanted)

    def expect(self, what: str, wanted: NDArray[Any], within: float | None = None) -> None:
        self.steps.append({"expect": what, "data": self.data(wanted), "within": within or WITHIN[what]})


def cases(blob: bytearray) -> list[dict[str, Any]]:
    everything = Case("every step of a stream", blob, Format.I420, (64, 48), Coding())
    everything.set_colour(200, 30, 90)
    everything.take_frame(1)
    everything.composite()
    everything.take_matte(0.4)
    everything.composite()
    everything.take_frame(2)
    everything.take_matte(0.6)
    everything.composite()
    everything.set_picture(50, 20)
    everything.composite(0.25)
    everything.composite(alone=True)
    everything.reset_matte()
    everything.composite(1)
    everything.read_rgba()

    company = Case("only the main person", blob, Format.I420, (64, 36), Coding())
    company.set_colour(0, 0, 255)
    company.take_frame(6)
    company.take_matte(0.35, 1)
    company.composite()
    company.set_look(Look(solo=0))
    company.take_frame(7)
    company.take_matte(0.35, 1)
    company.composite()

    slow = Case("a model slower than the camera", blob, Format.NV12, (64, 36), Coding())
    slow.set_colour(0, 90, 30)
    slow.take_frame(8)
    slow.take_matte(0.4)
    slow.take_frame(8, 2)
    slow.send_frame()
    slow.carry_matte()
    slow.composite()
    slow.take_frame(8, 3)
    slow.take_matte(0.46)
    slow.composite()

    screen = Case("a green screen", blob, Format.I420, (64, 36), Coding(Matrix.BT709))
    screen.set_colour(200, 60, 160)
    screen.set_look(Look(key=1, key_red=30, key_green=170, key_blue=70))
    screen.take_frame(9, screen=(30, 170, 70))
    screen.take_matte(0.5)
    screen.composite()
    screen.set_look(replace(screen.look, mirror=1))
    screen.take_matte(0.5)
    screen.composite()

    blurred = Case("a blurred room of odd size", blob, Format.NV12, (67, 39), Coding(Matrix.BT709, True))
    blurred.set_blur()
    blurred.take_frame(3)
    blurred.composite(0)
    blurred.take_matte(0.5)
    blurred.composite()
    blurred.set_none()
    blurred.composite(0.5)
    blurred.read_rgba()

    placed = Case("a person placed elsewhere", blob, Format.NV12, (54, 41), Coding())
    placed.set_look(Look(scale=0.7, x=-0.2, y=-0.1, mirror=1))
    placed.set_picture(20, 20)
    placed.take_frame(6)
    placed.take_matte(0.5)
    placed.composite()
    placed.set_look(Look(scale=1.6, x=0.1, y=0.3))
    placed.take_matte(0.5)
    placed.composite()

    packed_frames = Case("frames of BGRA", blob, Format.BGRA, (33, 21), Coding(Matrix.BT709))
    packed_frames.set_picture(10, 30)
    packed_frames.take_frame(4)
    packed_frames.take_matte(0.5)
    packed_frames.composite()

    learned = Case("a room that is learned", blob, Format.I420, (64, 36), Coding())
    learned.set_colour(0, 90, 200)
    for centre in (0.3, 0.3, 0.3, 0.3, 0.7):
        learned.take_frame(6)
        learned.take_matte(centre)
    learned.composite()
    lit = Case("a person in the light of a picture", blob, Format.NV12, (96, 54), Coding(Matrix.BT709))
    lit.set_picture(20, 11)
    lit.take_frame(6)
    lit.take_matte(0.5)
    lit.composite()
    lit.set_look(Look(despill=0.7, wrap=1, match=1, contact=1, bokeh=1))
    lit.take_frame(7)
    lit.take_matte(0.6)
    lit.composite()
    lit.set_colour(0, 200, 40)
    lit.composite(0.5)
    lit.composite()
    lit.set_picture(11, 20)
    lit.composite(0.25)
    lit.composite()
    lit.set_blur()
    lit.composite(0.75)

    dot = Case("a single pixel", blob, Format.I420, (1, 1), Coding(full_range=True))
    dot.set_colour(1, 2, 250)
    dot.take_frame(5)
    dot.take_matte(0.5)
    dot.composite()
    dot.read_rgba()

    fitted = Case("a picture fitted anew, and a video", blob, Format.I420, (64, 40), Coding())
    fitted.set_look(Look(focus_x=0))
    fitted.set_picture(70, 20)
    fitted.take_frame(6)
    fitted.take_matte(0.5)
    fitted.composite()
    fitted.set_look(Look(contain=1))
    fitted.composite()
    fitted.video(7, (64, 40), Format.NV12, Coding(Matrix.BT709), "setVideo")
    fitted.composite(0.5)
    fitted.video(8, (64, 40), Format.NV12, Coding(Matrix.BT709))
    fitted.composite(0.75)
    fitted.composite()
    fitted.video(9, (31, 45), Format.I420, Coding(full_range=True))
    fitted.composite()
    fitted.set_look(Look(focus_y=1))
    fitted.composite(alone=True)
    nothing = Case("a person before nothing", blob, Format.NV12, (67, 39), Coding(Matrix.BT709))
    nothing.set_picture(20, 20)
    nothing.take_frame(6)
    nothing.composite()
    nothing.set_transparent()
    nothing.composite()
    nothing.take_matte(0.5)
    nothing.composite(0.5)
    nothing.composite(alone=True)
    nothing.set_look(Look(scale=0.7, x=-0.2, y=-0.1, mirror=1, despill=0.5))
    nothing.take_matte(0.5)
    nothing.composite()
    nothing.set_colour(0, 90, 30)
    nothing.composite(0.5)

    played = (
        everything,
        company,
        slow,
        screen,
        blurred,
        placed,
        packed_frames,
        lit,
        learned,
        dot,
        fitted,
        nothing,
    )
    return [case.description for case in played]


def main() -> None:
    blob = bytearray()
    played = cases(blob)
    for case in played:
        for step, given in play(case, bytes(blob)):
            step["sha256"] = hashlib.sha256(given.tobytes()).hexdigest()
    HERE.joinpath("golden.bin").write_bytes(blob)
    HERE.joinpath("golden.json").write_text(json.dumps(played, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

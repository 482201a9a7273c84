/** Moving and sizing the person in the picture by hand; in widths and heights of the picture. */
import { DEFAULT_LOOK, nearest, stepOf, type Look } from "../picture/look";

export type Place = Pick<Look, "x" | "y" | "scale">;

export const HOME: Place = { x: DEFAULT_LOOK.x, y: DEFAULT_LOOK.y, scale: DEFAULT_LOOK.scale };

/** Nearer than this the person is drawn into the middle. */
const SNAP = 0.03;

const snapped = (value: number, home: number) => (Math.abs(value - home) < SNAP ? home : value);

/** Moved by so much from where a drag began. */
export function dragged(from: Place, right: number, down: number): Place {
  return {
    ...from,
    x: nearest("x", snapped(from.x + right, HOME.x)),
    y: nearest("y", snapped(from.y + down, HOME.y)),
  };
}

export function sized(from: Place, factor: number): Place {
  return { ...from, scale: nearest("scale", snapped(from.scale * factor, HOME.scale)) };
}

/** What a turn of the wheel, or a pinch on a trackpad, does to the size. */
export function wheelFactor(event: Pick<WheelEvent, "deltaY" | "deltaMode" | "ctrlKey">): number {
  const lines = event.deltaMode === 0 ? event.deltaY / 40 : event.deltaY;
  // a pinch comes in smaller numbers
  return Math.exp(-lines * (event.ctrlKey ? 0.25 : 0.03));
}

/** With the shift key. */
const LEAP = 10;

/** Where a key takes the person, or null where it is none of ours. The preview may be mirrored. */
export function keyed(
  from: Place,
  { key, shiftKey }: Pick<KeyboardEvent, "key" | "shiftKey">,
  mirrored: boolean,
): Place | null {
  const step = (name: keyof Place, direction: 1 | -1): Place => ({
    ...from,
    [name]: nearest(name, from[name] + direction * stepOf(name) * (shiftKey ? LEAP : 1)),
  });
  switch (key) {
    case "ArrowLeft":
      return step("x", mirrored ? 1 : -1);
    case "ArrowRight":
      return step("x", mirrored ? -1 : 1);
    case "ArrowUp":
      return step("y", -1);
    case "ArrowDown":
      return step("y", 1);
    // with and without the shift key
    case "+":
    case "=":
      return step("scale", 1);
    case "-":
    case "_":
      return step("scale", -1);
    case "Home":
      return HOME;
    default:
      return null;
  }
}

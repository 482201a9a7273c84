import { type Shrink, shrunk } from "./shrinker";

/** How large the picture is and how many frames it has. */
export interface Rung {
  shrink: Shrink;
  /** Null: all that the camera gives. */
  fps: number | null;
}

interface Size {
  width: number;
  height: number;
}

/** Of a camera of 1920x1080: 1280x720, 960x540 and 640x360. */
const SHRINKS: readonly Shrink[] = [1.5, 2, 3];
const SMALLEST = 640;
const RATES = [20, 15];

export const TOP: Rung = { shrink: 1, fps: null };

/** What may be taken away one after the other: the picture's size, then its rate. The best comes first. */
export function ladderOf(camera: Size): Rung[] {
  const long = Math.max(camera.width, camera.height);
  const sizes = SHRINKS.filter((shrink) => long / shrink >= SMALLEST).map((shrink) => ({
    shrink,
    fps: null,
  }));
  const smallest = sizes.at(-1) ?? TOP;
  return [TOP, ...sizes, ...RATES.map((fps) => ({ ...smallest, fps }))];
}

/**
 * How many times the share of the time that a frame takes on one rung it will take on another.
 *
 * @param fixed the part of a frame that does not depend on its size, 0 to 1: the model's
 * @param cameraFps what `fps: null` means
 */
export function growth(from: Rung, to: Rung, fixed: number, cameraFps: number): number {
  const pixels = (from.shrink / to.shrink) ** 2;
  const rate = (to.fps ?? cameraFps) / (from.fps ?? cameraFps);
  return (fixed + (1 - fixed) * pixels) * rate;
}

/** What the creator is told of a step. */
export function stepInWords(from: Rung, to: Rung, camera: Size): string {
  const { width, height } = shrunk(camera, to.shrink);
  if (to.shrink > from.shrink)
    return `Your computer is busy: the picture is now ${width} by ${height} so that it stays smooth.`;
  if (to.shrink < from.shrink) return `There is room again: the picture is now ${width} by ${height}.`;
  if (to.fps !== null && to.fps < (from.fps ?? Infinity))
    return `Your computer is busy: the picture now has ${to.fps} frames a second, evenly spaced, so that none are lost.`;
  return to.fps === null
    ? "There is room again: the picture has every frame of the camera."
    : `There is room again: the picture has ${to.fps} frames a second.`;
}

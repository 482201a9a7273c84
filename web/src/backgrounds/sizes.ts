const MIN_SIDE = 64;
const MAX_SIDE = 4096;
const MAX_PIXELS = 8_300_000;

export interface Size {
  width: number;
  height: number;
}

export const DEFAULT_SIZE = { width: 1280, height: 720 } as const satisfies Size;

/** Sizes to choose from, beside the camera's own. */
export const PRESETS: readonly (Size & { name: string })[] = [
  { name: "Wide, 720p", width: 1280, height: 720 },
  { name: "Wide, 1080p", width: 1920, height: 1080 },
  { name: "Portrait", width: 720, height: 1280 },
  { name: "Square", width: 1024, height: 1024 },
];

/** The size to ask a background in, for a camera of this size: its shape, even, within the server's limits. */
export function backgroundSize(width: number | undefined, height: number | undefined): Size {
  if (!width || !height) return DEFAULT_SIZE;
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height), Math.sqrt(MAX_PIXELS / (width * height)));
  const side = (n: number) => Math.max(MIN_SIDE, Math.floor((n * scale) / 2) * 2);
  return { width: side(width), height: side(height) };
}

export function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

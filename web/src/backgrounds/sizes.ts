const MIN_SIDE = 64;
const MAX_SIDE = 4096;
const MAX_PIXELS = 8_300_000;

export const DEFAULT_SIZE = { width: 1280, height: 720 } as const;

/** The size to ask a background in, for a camera of this size: its shape, even, within the server's limits. */
export function backgroundSize(
  width: number | undefined,
  height: number | undefined,
): { width: number; height: number } {
  if (!width || !height) return DEFAULT_SIZE;
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height), Math.sqrt(MAX_PIXELS / (width * height)));
  const side = (n: number) => Math.max(MIN_SIDE, Math.floor((n * scale) / 2) * 2);
  return { width: side(width), height: side(height) };
}

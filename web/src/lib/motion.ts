const still = matchMedia("(prefers-reduced-motion: reduce)");

/** A transition's milliseconds, or none for those who asked for less motion. */
export function calm(milliseconds: number): number {
  return still.matches ? 0 : milliseconds;
}

import { isNumber, isString } from "../lib/prefs";

/** What the creator chose to stand in front of. `none` shows the room. */
export type Choice =
  | { kind: "background"; id: string }
  | { kind: "colour"; hex: string }
  | { kind: "blur"; strength: number }
  | { kind: "none" };

/** A calm backdrop for when there is no other. */
export const FALLBACK = { kind: "colour", hex: "#2b4a5e" } as const satisfies Choice;

const HEX = /^#[0-9a-f]{6}$/i;

/** Whether a remembered value may be taken up again. The room is never shown because of an earlier visit. */
export function isSafeChoice(value: unknown): value is Exclude<Choice, { kind: "none" }> {
  const choice = (value ?? {}) as Record<string, unknown>;
  switch (choice.kind) {
    case "background":
      return isString(choice.id) && choice.id !== "";
    case "colour":
      return isString(choice.hex) && HEX.test(choice.hex);
    case "blur":
      return isNumber(choice.strength) && choice.strength > 0 && choice.strength <= 1;
    default:
      return false;
  }
}

export function sameChoice(a: Choice, b: Choice): boolean {
  return a.kind === b.kind && (a.kind !== "background" || b.kind !== "background" || a.id === b.id);
}

/** "#ff8000" -> [255, 128, 0]. */
export function rgbOf(hex: string): readonly [number, number, number] {
  const n = Number.parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

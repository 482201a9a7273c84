import { isString } from "../lib/prefs";

/** What the creator chose to stand in front of. `none` shows the room. */
export type Choice =
  { kind: "background"; id: string } | { kind: "colour"; hex: string } | { kind: "blur" } | { kind: "none" };

/** Choices that do not show the room. */
export type SafeChoice = Exclude<Choice, { kind: "none" }>;

/**
 * What is on air. `preview` is a picture that went there while it was still being made; no library has it. `named` is
 * what an engine was given where it runs.
 */
export type OnAir = Choice | { kind: "preview" } | { kind: "named"; name: string };

/** A calm backdrop for when there is no other. */
export const FALLBACK = { kind: "colour", hex: "#2b4a5e" } as const satisfies Choice;

const HEX = /^#[0-9a-f]{6}$/i;

/** Whether a remembered value may be taken up again. The room is never shown because of an earlier visit. */
export function isSafeChoice(value: unknown): value is SafeChoice {
  const choice = (value ?? {}) as Record<string, unknown>;
  switch (choice.kind) {
    case "background":
      return isString(choice.id) && choice.id !== "";
    case "colour":
      return isString(choice.hex) && HEX.test(choice.hex);
    case "blur":
      return true;
    default:
      return false;
  }
}

/** Whether it can be chosen again. */
export function isChoice(onAir: OnAir): onAir is Choice {
  return onAir.kind !== "preview" && onAir.kind !== "named";
}

export function sameChoice(a: OnAir, b: OnAir): boolean {
  return a.kind === b.kind && (a.kind !== "background" || b.kind !== "background" || a.id === b.id);
}

/** "#ff8000" -> [255, 128, 0]. */
export function rgbOf(hex: string): readonly [number, number, number] {
  const n = Number.parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

/** [255, 128, 0] -> "#ff8000". */
export function hexOf(rgb: readonly number[]): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

import { DEFAULT_LOOK, fitsField, isLookField, LOOK_NAMES, type Look } from "../../picture/look";
import type { Choice, OnAir } from "../choice";
import type { Figure } from "../figures";
import type { EngineState } from "../../backgrounds/engine-types";

const LIBRARY = "library:";
const HEX = /^#[0-9a-f]{6}$/i;

/** What an engine is to be told, so that it shows this; null for what it takes from nobody but who sits there. */
export function backgroundOf(choice: Choice): string | null {
  switch (choice.kind) {
    case "background":
      return LIBRARY + choice.id;
    case "colour":
      return choice.hex;
    case "blur":
      return "blur";
    case "none":
      return null;
  }
}

/** What is behind what an engine says of its background. */
export function choiceOf(background: string): OnAir {
  if (background.startsWith(LIBRARY)) return { kind: "background", id: background.slice(LIBRARY.length) };
  if (HEX.test(background)) return { kind: "colour", hex: background };
  if (background === "blur" || background === "none") return { kind: background };
  return { kind: "named", name: background };
}

/** An engine's look; it may know other fields than this page does. */
export function lookOf(fields: Record<string, number>): Look {
  const known = Object.entries(fields).filter(([name, value]) => isLookField(name) && fitsField(name, value));
  return { ...DEFAULT_LOOK, ...Object.fromEntries(known) };
}

/** The fields in which they differ. */
export function changesOf(from: Look, to: Look): Partial<Look> {
  return Object.fromEntries(
    LOOK_NAMES.filter((name) => from[name] !== to[name]).map((name) => [name, to[name]]),
  );
}

const STAGES: Record<string, string> = {
  decode: "Decode",
  take: "Take in",
  matte: "Matte",
  composite: "Composite",
  out: "Out",
};

const ms = (value: number) => `${value.toFixed(1)} ms`;

/** What the overlay shows of an engine, in its order. */
export function engineFigures({ stats, model, width, height, outputs }: EngineState): Figure[] {
  return [
    { name: "Picture", value: `${width} × ${height}, ${Math.round(stats.fps)} fps` },
    { name: "Source", value: `${stats.source_state || "unknown"}, ${stats.dropped} dropped` },
    { name: "Late", value: `${stats.late} of ${stats.frames}` },
    { name: "Cut-out", value: model },
    ...(stats.matte_age_ms === null
      ? []
      : [{ name: "Matte age", value: `${Math.round(stats.matte_age_ms)} ms` }]),
    ...Object.entries(stats.stages).map(([stage, value]): Figure => ({
      name: STAGES[stage] ?? stage,
      value: ms(value),
      part: true,
    })),
    ...outputs.map(({ name, state, bits_per_second }): Figure => {
      const rate = bits_per_second ? `, ${(bits_per_second / 1e6).toFixed(1)} Mb/s` : "";
      return { name, value: state + rate };
    }),
  ];
}

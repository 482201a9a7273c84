/** The cases that Python's suite plays too (tests/golden/make.py says what they hold). */
import blobUrl from "../../tests/golden/golden.bin?url&inline";
import cases from "../../tests/golden/golden.json";
import wasmUrl from "../../src/cyclorama/picture/kernel.wasm?url&inline";
import type { Look } from "../src/picture/look";
import type { FrameShape, ModelShape } from "../src/picture/kernel";

/** Where something lies in the blob: offset and length in bytes. */
type Span = [number, number];

export type Step =
  | { do: "takeFrame" | "takeMatte"; data: Span }
  | { do: "sendFrame" | "carryMatte" | "resetMatte" | "setBlur" | "setNone" | "setTransparent" }
  | { do: "setPicture"; data: Span; width: number; height: number }
  | { do: "setVideo" | "setVideoFrame"; data: Span; shape: FrameShape }
  | { do: "setColour"; rgb: [number, number, number] }
  | { do: "setLook"; look: Look }
  | { do: "composite" | "backgroundAlone"; mix: number }
  | { do?: never; expect: "input" | "output" | "rgba" | "alpha"; data: Span; within: number; sha256: string };

export interface Case {
  name: string;
  model: ModelShape;
  shape: FrameShape;
  steps: Step[];
}

async function bytes(dataUrl: string): Promise<ArrayBuffer> {
  return (await fetch(dataUrl)).arrayBuffer();
}

export const golden = cases as unknown as Case[];
export const blob = await bytes(blobUrl);
export const wasm = await bytes(wasmUrl);

export async function sha256(data: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

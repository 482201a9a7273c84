import table from "../../../src/cyclorama/matting/models.json";
import type { ModelShape } from "./kernel";
import type { ModelName, Tier } from "./types";

export type Accelerator = Tier["accelerator"];

/** A model as the Python package describes it. Input: RGB, `(value - mean) / scale`. */
export interface Model {
  name: ModelName;
  /** The server has it; what the query says makes it good for ever. */
  url: string;
  shape: ModelShape;
}

function modelOf(name: ModelName): Model {
  const { file, sha256, input, channels } = table[name];
  return { name, url: `/models/${file}?sha256=${sha256}`, shape: { ...input, channels } };
}

export const MODELS: Readonly<Record<ModelName, Model>> = {
  landscape: modelOf("landscape"),
  square: modelOf("square"),
  multiclass: modelOf("multiclass"),
};

/** The light model that sees most of a picture of this shape: a rotated phone changes it. */
export function lightModelFor(width: number, height: number): ModelName {
  return width >= 1.2 * height ? "landscape" : "square";
}

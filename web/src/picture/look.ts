import table from "../../../src/cyclorama/picture/look.json";

/** What the creator can change about the picture, as the kernel defines it. */
export type LookField = keyof typeof table;

export interface LookRange {
  default: number;
  least: number;
  most: number;
  /** 0 is off, 1 is on. */
  switch: boolean;
  about: string;
}

/** Of each field, in the kernel's order. */
export const LOOK_FIELDS: Readonly<Record<LookField, LookRange>> = table;

export type Look = Readonly<Record<LookField, number>>;

export const DEFAULT_LOOK: Look = Object.fromEntries(
  Object.entries(LOOK_FIELDS).map(([name, range]) => [name, range.default]),
) as Look;

/** The fields as the kernel takes them. */
export function lookValues(look: Look): number[] {
  return (Object.keys(LOOK_FIELDS) as LookField[]).map((name) => look[name]);
}

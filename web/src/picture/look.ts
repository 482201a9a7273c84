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

export const LOOK_NAMES = Object.keys(LOOK_FIELDS) as readonly LookField[];

export type Look = Readonly<Record<LookField, number>>;

export const DEFAULT_LOOK: Look = Object.fromEntries(
  Object.entries(LOOK_FIELDS).map(([name, range]) => [name, range.default]),
) as Look;

/** The fields as the kernel takes them. */
export function lookValues(look: Look): number[] {
  return LOOK_NAMES.map((name) => look[name]);
}

export function isLookField(name: string): name is LookField {
  return Object.hasOwn(LOOK_FIELDS, name);
}

/** Whether a value from outside can be this field's. */
export function fitsField(name: LookField, value: unknown): value is number {
  const { least, most, switch: isSwitch } = LOOK_FIELDS[name];
  if (typeof value !== "number" || !(value >= least && value <= most)) return false;
  return !isSwitch || value === 0 || value === 1;
}

/** The nearest value that the field may have, on its steps. */
export function nearest(name: LookField, value: number): number {
  const { least, most } = LOOK_FIELDS[name];
  const step = stepOf(name);
  const stepped = Number((Math.round(value / step) * step).toFixed(3));
  return Math.min(most, Math.max(least, stepped));
}

/** The power of ten that is about a hundredth of the range. */
export function stepOf(name: LookField): number {
  const { least, most, switch: isSwitch } = LOOK_FIELDS[name];
  return isSwitch ? 1 : 10 ** Math.round(Math.log10((most - least) / 100));
}

/** The fields that are not at their defaults. */
export function changedFields(look: Look): LookField[] {
  return LOOK_NAMES.filter((name) => look[name] !== LOOK_FIELDS[name].default);
}

/** Only some fields of a look. */
export function pick(look: Look, names: readonly LookField[]): Partial<Look> {
  return Object.fromEntries(names.map((name) => [name, look[name]]));
}

import { recall, remember } from "../lib/prefs";
import {
  changedFields,
  DEFAULT_LOOK,
  fitsField,
  isLookField,
  pick,
  type Look,
  type LookField,
} from "../picture/look";

/** A camera as the browser names it. */
export interface Camera {
  id: string;
  label: string;
}

/** Only what is not at its default is kept: who never touched a field gets the better default that is to come. */
interface Kept extends Camera {
  look: Partial<Look>;
}

const KEY = "looks";
/** The cameras that were used last. */
const MOST = 20;

const isList = (value: unknown): value is unknown[] => Array.isArray(value);

/** The look that was kept for a camera. Browsers may name a camera anew; then one with the same label counts. */
export function lookFor(camera: Camera): Look | null {
  const all = keptLooks();
  const kept =
    all.find((one) => isSame(one, camera)) ?? all.find(({ label }) => label !== "" && label === camera.label);
  return kept ? { ...DEFAULT_LOOK, ...kept.look } : null;
}

export function keepLook(camera: Camera, look: Look): void {
  const { id, label } = camera;
  const others = keptLooks().filter((one) => !isSame(one, camera));
  remember(KEY, [{ id, label, look: pick(look, changedFields(look)) }, ...others].slice(0, MOST));
}

function keptLooks(): Kept[] {
  return recall(KEY, [], isList).flatMap((one) => {
    const { id, label, look } = (one ?? {}) as Record<string, unknown>;
    if (typeof id !== "string" || typeof label !== "string") return [];
    return [{ id, label, look: soundFields(look) }];
  });
}

/** Of fields that an older or newer page has kept, those that can be taken up. */
function soundFields(look: unknown): Partial<Look> {
  const sound: Partial<Record<LookField, number>> = {};
  for (const [name, value] of Object.entries(look ?? {}))
    if (isLookField(name) && fitsField(name, value)) sound[name] = value;
  return sound;
}

function isSame(one: Camera, other: Camera): boolean {
  return one.id === other.id && (one.id !== "" || one.label === other.label);
}

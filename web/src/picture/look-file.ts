/**
 * Looks as files; docs/look.md describes the format. Python reads them by the same rules (`Look.from_json`), and
 * the same examples test both.
 */
import { DEFAULT_LOOK, fitsField, isLookField, LOOK_FIELDS, type Look, type LookField } from "./look";

const VERSION = 1;
const EXPORT_ONE = "Take a file that the studio exported, or that Look.to_json() made.";

/** Why a text is no look, in words. */
export class UnreadableLook extends Error {}

/** The text of a file. All fields are in it: one that left defaults out would change with them. */
export function writeLook(look: Look): string {
  return `${JSON.stringify({ cyclorama: "look", version: VERSION, look }, null, 2)}\n`;
}

/** Fields that the text lacks have their defaults. Throws `UnreadableLook`. */
export function readLook(text: string): Look {
  const file = objectOf(parse(text));
  if (file?.cyclorama !== "look")
    throw new UnreadableLook(`This is not a look: it lacks "cyclorama": "look". ${EXPORT_ONE}`);
  if (file.version !== VERSION)
    throw new UnreadableLook(
      `The look has not the "version" that is read here, which is ${VERSION}. Update Cyclorama, or export the look anew.`,
    );
  const look = objectOf(file.look);
  if (!look) throw new UnreadableLook(`The file has no "look": {name: number}. ${EXPORT_ONE}`);
  for (const [name, value] of Object.entries(look)) {
    if (!isLookField(name))
      throw new UnreadableLook(
        `A look has no "${name}". There are: ${Object.keys(LOOK_FIELDS).join(", ")}. A newer Cyclorama may know more.`,
      );
    if (!fitsField(name, value)) throw new UnreadableLook(complaint(name));
  }
  return { ...DEFAULT_LOOK, ...look };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableLook(`This is not JSON, so it holds no look. ${EXPORT_ONE}`);
  }
}

function objectOf(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

function complaint(name: LookField): string {
  const { least, most, default: usual, switch: isSwitch, about } = LOOK_FIELDS[name];
  return isSwitch
    ? `${name} is a switch, 0 (off) or 1 (on): ${about}.`
    : `${name} takes a number from ${least} to ${most}, and ${usual} is usual: ${about}.`;
}

/** What a key asks for in the studio. */
export type Command =
  | "describe"
  | "library"
  | "upload"
  | "microphone"
  | "camera"
  | "live"
  | "mirror"
  | "look"
  | "figures"
  | "copy-link"
  | "invite"
  | "record"
  | "next-background"
  | "previous-background"
  | "theme"
  | "help";

export interface Shortcut {
  keys: string;
  command: Command;
  does: string;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: "B", command: "describe", does: "Describe a background" },
  { keys: "A", command: "library", does: "All your backgrounds" },
  { keys: "U", command: "upload", does: "Use a picture of your own" },
  { keys: "]", command: "next-background", does: "Next background" },
  { keys: "[", command: "previous-background", does: "Previous background" },
  { keys: "M", command: "microphone", does: "Microphone on or off" },
  { keys: "V", command: "camera", does: "Camera on or off" },
  { keys: "L", command: "live", does: "Go live, or leave" },
  { keys: "C", command: "copy-link", does: "Copy the viewer link" },
  { keys: "I", command: "invite", does: "Invite a guest" },
  { keys: "R", command: "record", does: "Record, or stop recording" },
  { keys: "K", command: "look", does: "Change your look" },
  { keys: "S", command: "figures", does: "Figures over the preview" },
  { keys: "X", command: "mirror", does: "Mirror my preview" },
  { keys: "T", command: "theme", does: "Dark or light" },
  { keys: "?", command: "help", does: "This sheet" },
];

type KeyPress = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "repeat" | "defaultPrevented" | "isComposing" | "target"
>;

/** The command a key press asks for, or null: while typing, with Ctrl, Alt or Command held, on repeats. */
export function commandFor(press: KeyPress): Command | null {
  if (press.defaultPrevented || press.repeat || press.isComposing) return null;
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  if (isTyping(press.target)) return null;
  const key = press.key.toUpperCase();
  return SHORTCUTS.find((shortcut) => shortcut.keys === key)?.command ?? null;
}

// keys that type into a text box, or that jump to an option in a select, belong to that control
const NOT_TYPED = new Set(["button", "checkbox", "color", "file", "radio", "range", "reset", "submit"]);

function isTyping(target: EventTarget | null): boolean {
  const element = target as (Partial<HTMLInputElement> & { isContentEditable?: boolean }) | null;
  if (!element?.tagName) return false;
  if (element.isContentEditable === true || element.tagName === "TEXTAREA" || element.tagName === "SELECT")
    return true;
  return element.tagName === "INPUT" && !NOT_TYPED.has(element.type ?? "text");
}

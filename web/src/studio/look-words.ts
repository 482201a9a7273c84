import type { LookField } from "../picture/look";

/** What a creator calls a field, and what it does for them. */
export interface Words {
  name: string;
  does: string;
}

/** How the background fits is chosen beside the backgrounds. */
export type PanelField = Exclude<LookField, "contain" | "focus_x" | "focus_y">;

export const WORDS: Readonly<Record<PanelField, Words>> = {
  softness: { name: "Softness", does: "How gradually your edge fades out: low is crisp, high is soft." },
  despill: { name: "Clean edges", does: "Takes your room's colour out of your hair and edges." },
  wrap: { name: "Light wrap", does: "Lets the background's light fall on your edges." },
  match: { name: "Match the light", does: "Draws your brightness and colours towards the background's." },
  contact: { name: "Shadow", does: "How dark a shadow you cast on the background." },
  blur: { name: "Strength", does: "How strongly your room is blurred, where your background is Blur." },
  bokeh: { name: "Bright spots", does: "How much lights stand out of the blur, as through a lens." },
  scale: { name: "Size", does: "100 % is as the camera sees you." },
  x: { name: "Left and right", does: "Where you stand, seen as viewers see you." },
  y: { name: "Up and down", does: "Lower down cuts you off at the picture's edge." },
  mirror: { name: "Mirror for viewers", does: "Viewers get you mirrored, and text on you reads backwards." },
  solo: { name: "Who is shown", does: "The main person is the largest and most central one." },
  key: {
    name: "I have a green screen",
    does: "Its colour is cut out in place of what a model finds, as long as it is seen.",
  },
  key_red: { name: "Red", does: "The screen's colour." },
  key_green: { name: "Green", does: "The screen's colour." },
  key_blue: { name: "Blue", does: "The screen's colour." },
  key_range: { name: "Range", does: "How far a colour may be from the screen's and still be cut out." },
};

export type GroupId = "edges" | "light" | "blur" | "you" | "who" | "screen";

export interface Group {
  id: GroupId;
  title: string;
  fields: readonly PanelField[];
}

/** Every field of the panel is in one group. */
export const GROUPS: readonly Group[] = [
  { id: "edges", title: "Edges", fields: ["softness", "despill", "wrap"] },
  { id: "light", title: "Light", fields: ["match", "contact"] },
  { id: "blur", title: "Blur", fields: ["blur", "bokeh"] },
  { id: "you", title: "You in the picture", fields: ["scale", "x", "y", "mirror"] },
  { id: "who", title: "Who is shown", fields: ["solo"] },
  {
    id: "screen",
    title: "Green screen",
    fields: ["key", "key_red", "key_green", "key_blue", "key_range"],
  },
];

/** Fields that go both ways from the middle. */
const SIGNED: readonly LookField[] = ["x", "y"];

/** 0.25 -> "25 %", or "+25 %" where it can be less than none. */
export function inPercent(name: LookField, value: number): string {
  const sign = SIGNED.includes(name) && value > 0 ? "+" : "";
  return `${sign}${Math.round(value * 100)} %`.replace("-", "−");
}

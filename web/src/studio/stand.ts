import type { Scene } from "./scene.svelte";

/** What the creator stands in and can change: the camera's picture, made in this page, or an engine's, made elsewhere. */
export type Stand = Pick<
  Scene,
  | "picture"
  | "previewTrack"
  | "state"
  | "stats"
  | "choice"
  | "look"
  | "trial"
  | "canTry"
  | "complaint"
  | "choose"
  | "tryChoice"
  | "tryPicture"
  | "endTrial"
  | "airTrial"
  | "setLook"
  | "isChosen"
>;

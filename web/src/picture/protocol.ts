import type { Look } from "./look";
import type { Backdrop, PictureState, PictureStats, TrialBackdrop, VideoTrouble } from "./types";

/** From the page to the picture's worker. */
export type ToWorker =
  /** First of all, after `ready`: where finished frames go; null: they are sent as `frame`. */
  | { kind: "start"; output: WritableStream<VideoFrame> | null; look: Look }
  /** Another camera, or none. On the canvas path its frames come as `frame`. */
  | { kind: "camera"; present: boolean; frames: ReadableStream<VideoFrame> | null }
  | { kind: "frame"; frame: VideoFrame }
  /** `wish` counts what was wished for, on air and to be tried: an answer may come late. */
  | { kind: "backdrop"; backdrop: Backdrop; wish: number }
  | { kind: "look"; look: Look }
  /** `output`: where its frames go, with the first backdrop of a trial; null: they are sent as `trial-frame`. */
  | { kind: "trial"; backdrop: TrialBackdrop; wish: number; output?: WritableStream<VideoFrame> | null }
  | { kind: "trial-end" };

/** From the picture's worker to the page. `frame`, `trial-frame` and `beat` on the canvas path only. */
export type FromWorker =
  | { kind: "ready" }
  | { kind: "state"; state: PictureState }
  | { kind: "stats"; stats: Omit<PictureStats, "path"> }
  | { kind: "frame"; frame: VideoFrame }
  | { kind: "trial-frame"; frame: VideoFrame }
  | { kind: "trial-failed" }
  | { kind: "video"; trouble: VideoTrouble; wish: number }
  | { kind: "beat" };

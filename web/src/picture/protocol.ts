import type { Look } from "./look";
import type { Backdrop, ModelName, Pace, PictureState, PictureStats, Tier, TrialBackdrop } from "./types";

/** From the page to the picture's worker. */
export type ToWorker =
  /** First of all, after `ready`: where finished frames go; null: they are sent as `frame`. */
  | {
      kind: "start";
      output: WritableStream<VideoFrame> | null;
      look: Look;
      wish: "auto" | ModelName;
      pace: Pace;
    }
  /** Another camera, or none. On the canvas path its frames come as `frame`. */
  | { kind: "camera"; present: boolean; frames: ReadableStream<VideoFrame> | null }
  | { kind: "frame"; frame: VideoFrame }
  | { kind: "backdrop"; backdrop: Backdrop }
  | { kind: "look"; look: Look }
  | { kind: "model"; wish: "auto" | ModelName }
  | { kind: "pace"; pace: Pace }
  /** The page is hidden, or seen again. */
  | { kind: "hidden"; hidden: boolean }
  /** `output`: where its frames go, with the first backdrop of a trial; null: they are sent as `trial-frame`. */
  | { kind: "trial"; backdrop: TrialBackdrop; output?: WritableStream<VideoFrame> | null }
  | { kind: "trial-end" };

/** From the picture's worker to the page. `frame`, `trial-frame` and `beat` on the canvas path only. */
export type FromWorker =
  | { kind: "ready" }
  | { kind: "state"; state: PictureState }
  | { kind: "stats"; stats: Omit<PictureStats, "path"> }
  | { kind: "tier"; tier: Tier; message: string }
  | { kind: "frame"; frame: VideoFrame }
  | { kind: "trial-frame"; frame: VideoFrame }
  | { kind: "trial-failed" }
  | { kind: "beat" };

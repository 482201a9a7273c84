import type { Look } from "./look";
import type { Outlet } from "./path";
import type {
  Backdrop,
  ModelName,
  Pace,
  PictureState,
  PictureStats,
  Tier,
  TrialBackdrop,
  VideoTrouble,
} from "./types";

/** From the page to the picture's worker. */
export type ToWorker =
  /** First of all, after `ready`. */
  | {
      kind: "start";
      output: Outlet;
      look: Look;
      wish: "auto" | ModelName;
      pace: Pace;
    }
  /** Another camera, or none: its frames, or the track that gives them; null: they come as `frame`. */
  | { kind: "camera"; present: boolean; frames: ReadableStream<VideoFrame> | MediaStreamTrack | null }
  | { kind: "frame"; frame: VideoFrame }
  /** `turn` counts what was wished for, on air and to be tried: an answer may come late. */
  | { kind: "backdrop"; backdrop: Backdrop; turn: number }
  | { kind: "look"; look: Look }
  | { kind: "find-screen" }
  | { kind: "model"; wish: "auto" | ModelName }
  | { kind: "pace"; pace: Pace }
  /** The page is hidden, or seen again. */
  | { kind: "hidden"; hidden: boolean }
  /** `output`: where its frames go, with the first backdrop of a trial; null: they are sent as `trial-frame`. */
  | { kind: "trial"; backdrop: TrialBackdrop; turn: number; output?: WritableStream<VideoFrame> | null }
  | { kind: "trial-end" };

/** From the picture's worker to the page. */
export type FromWorker =
  /** `makesTracks`: it has track processors and generators of its own. */
  | { kind: "ready"; makesTracks: boolean }
  /** Where the output is a `track`: the one it made. */
  | { kind: "track"; track: MediaStreamTrack }
  | { kind: "state"; state: PictureState }
  | { kind: "stats"; stats: Omit<PictureStats, "path"> }
  | { kind: "screen"; colour: [number, number, number] | null }
  | { kind: "tier"; tier: Tier; message: string }
  | { kind: "frame"; frame: VideoFrame }
  | { kind: "trial-frame"; frame: VideoFrame }
  | { kind: "trial-failed" }
  | { kind: "video"; trouble: VideoTrouble; turn: number }
  /** On air is seen what was wished for then, and nothing of what was before. */
  | { kind: "settled"; turn: number }
  /** It lives, and so many pictures were taken from it. At every tick of its clock where it sends its frames. */
  | { kind: "beat"; pictures: number };

import type { Look } from "./look";

/** What stands behind the person. `none` shows the room: only ever by the creator's explicit choice. */
export type Backdrop =
  | { kind: "image"; bitmap: ImageBitmap }
  /** An MP4 or WebM file, shown over and over, without its sound. */
  | { kind: "video"; blob: Blob }
  | { kind: "colour"; rgb: readonly [number, number, number] }
  | { kind: "blur" }
  | { kind: "none" };

/** What may be tried: anything but the room. */
export type TrialBackdrop = Exclude<Backdrop, { kind: "none" }>;

/** What cuts the person out: a name in models.json. */
export type ModelName = "landscape" | "square" | "multiclass";

/** What the picture is made with at the moment. `width` and `height` are the published picture's. */
export interface Tier {
  model: ModelName;
  accelerator: "webgpu" | "wasm";
  width: number;
  height: number;
}

/**
 * The way of a frame: taken in (copied, made small for the model), the model, the matte (refined and steadied), the
 * composite, and out (made a frame and written to the track).
 */
export type Stage = "take" | "model" | "matte" | "composite" | "out";

/**
 * How frames and mattes meet. `matched`: a frame waits for its own matte, and the rate follows the model where that is
 * slower than the camera. `carried`: frames between two mattes show the last one, carried to them by motion.
 */
export type Pace = "matched" | "carried";

export interface PictureStats {
  /** Composited frames per second, over the last second. */
  fps: number;
  /** Median milliseconds from a frame to its matte, over the last second. */
  matteMs: number;
  /** Median milliseconds of a frame in the worker, all in all, over the last second. */
  frameMs: number;
  width: number;
  height: number;
  tier: Tier;
  /** Median milliseconds of each stage a frame, over the last second. */
  stages: Record<Stage, number>;
  /** Camera frames that were not shown, in the last second. */
  dropped: number;
  /** Median milliseconds from the coming of the frame that a matte was made from to the picture that shows it. */
  matteAgeMs: number;
  /** Camera frames a second, over the last second. */
  cameraFps: number;
  /** Which way pixels take in and out of the page. */
  path: "track-processor" | "worker-track" | "canvas";
}

/**
 * How the picture is doing. In every state but `live` (and `no-matte`, chosen by the creator) the published
 * track carries the background alone.
 *
 * - `loading`: the model is not there yet.
 * - `no-camera`: no camera track is set, or it is muted, or it gives no frames.
 * - `live`: the person stands in front of the background.
 * - `no-matte`: "no background" was chosen, the room is shown.
 * - `stalled`: segmentation has given no matte for 300 ms.
 * - `failed`: segmentation does not work here; `message` says why and what to do.
 */
export interface PictureState {
  kind: "loading" | "no-camera" | "live" | "no-matte" | "stalled" | "failed";
  message: string;
}

/** What became of a video backdrop, in words for the creator. */
export interface VideoTrouble {
  message: string;
  /** Whether it was meant for the trial. */
  trial: boolean;
  /** Nothing of it is shown: the backdrop before is there still. */
  lost: boolean;
}

export interface PictureEvents {
  stats: PictureStats;
  state: PictureState;
  /** Every step to another tier, and in plain words why; `message` is "" where nothing needs to be said. */
  tier: { tier: Tier; message: string };
  /** What `findScreen` found: RGB, 0 to 255; null where no screen is seen. */
  screen: readonly [number, number, number] | null;
  /** The picture had to begin anew after a crash and has another track: publish and preview this one instead. */
  track: MediaStreamTrack;
  /** A video backdrop is not shown as it should be. */
  video: VideoTrouble;
  /** The newest backdrop is seen on air, and nothing of the one before. */
  settled: null;
  /** Another track shows the trial, or none does: it has ended, or it could not be shown. */
  trial: MediaStreamTrack | null;
}

/** The live picture: a camera goes in, a track of composited frames comes out. */
export interface Picture {
  /** The composited track. It stays the same one when camera or backdrop change; publish and preview it. */
  readonly track: MediaStreamTrack;
  readonly state: PictureState;
  /** Take frames from this camera track, which stays the caller's to stop; null: background alone. */
  setCamera(track: MediaStreamTrack | null): void;
  /** Crossfade to another backdrop. The first one comes at once. The bitmap becomes the picture's own. */
  setBackdrop(backdrop: Backdrop): void;
  /**
   * Show the same picture before this backdrop on a track of its own, `trial`, which is to be previewed and never
   * published; null ends it. `track` goes on as it is. The bitmap becomes the picture's own.
   */
  setTrial(backdrop: TrialBackdrop | null): void;
  /** Null while nothing is tried. */
  readonly trial: MediaStreamTrack | null;
  /** Change how the person is put before the backdrop; it shows with the next picture. */
  setLook(look: Look): void;
  /** Measure the colour of a real screen behind the person; the answer comes as `screen`. */
  findScreen(): void;
  /** Cut out with this model, or with the best that this machine carries. Until another is there the old one goes on. */
  setModel(wish: "auto" | ModelName): void;
  /** How frames and mattes meet where the model is slower than the camera. */
  setPace(pace: Pace): void;
  on<K extends keyof PictureEvents>(event: K, listener: (value: PictureEvents[K]) => void): () => void;
  close(): void;
}

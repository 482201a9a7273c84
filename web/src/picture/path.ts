import type { ToWorker } from "./protocol";
import type { PictureStats } from "./types";

export type Send = (message: ToWorker, transfer?: Transferable[]) => void;

/** How pictures get from the camera to the worker and from there to the published track. */
export interface Path {
  readonly name: PictureStats["path"];
  readonly track: MediaStreamTrack;
  /** Where a worker puts finished frames, for it alone. May change `track`. */
  output(): Outlet;
  setCamera(track: MediaStreamTrack | null): void;
  show(frame: VideoFrame): void;
  /** The worker has made its track, which `track` is from now on. */
  made(track: MediaStreamTrack): void;
  openTrial(): TrialOutput;
  /** Called by the worker's clock, which runs on in a hidden tab. */
  beat(): void;
  close(): void;
}

/** A stream to write frames to, a `track` that the worker makes itself, or null: it sends its frames to `show`. */
export type Outlet = WritableStream<VideoFrame> | "track" | null;

/** A second output, for a trial. */
export interface TrialOutput {
  readonly track: MediaStreamTrack;
  /** Where the worker writes frames; null: it sends them to `show`. */
  readonly stream: WritableStream<VideoFrame> | null;
  show(frame: VideoFrame): void;
  close(): void;
}

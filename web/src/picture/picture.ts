import { canvasPath } from "./canvas-path";
import { DEFAULT_LOOK, type Look } from "./look";
import type { FromWorker, ToWorker } from "./protocol";
import { FIRST_RETRY_MS, LAST_RETRY_MS } from "./segmenter";
import { hasTrackProcessor, trackPath } from "./track-path";
import type {
  Backdrop,
  ModelName,
  Pace,
  Picture,
  PictureEvents,
  PictureState,
  PictureStats,
  TrialBackdrop,
} from "./types";

export type Send = (message: ToWorker, transfer?: Transferable[]) => void;

/** How pictures get from the camera to the worker and from there to the published track. */
export interface Path {
  readonly name: PictureStats["path"];
  readonly track: MediaStreamTrack;
  /** Where a worker writes finished frames, for it alone; null: it sends them to `show`. May change `track`. */
  output(): WritableStream<VideoFrame> | null;
  setCamera(track: MediaStreamTrack | null): void;
  show(frame: VideoFrame): void;
  openTrial(): TrialOutput;
  /** Called by the worker's clock, which runs on in a hidden tab. */
  beat(): void;
  close(): void;
}

/** A second output, for a trial. */
export interface TrialOutput {
  readonly track: MediaStreamTrack;
  /** Where the worker writes frames; null: it sends them to `show`. */
  readonly stream: WritableStream<VideoFrame> | null;
  show(frame: VideoFrame): void;
  close(): void;
}

export interface PictureOptions {
  /** Left out: track processors where the browser has them, else a canvas. */
  path?: PictureStats["path"];
}

type Listeners = { [K in keyof PictureEvents]: Set<(value: PictureEvents[K]) => void> };

/** A worker that gave no figures in three of these is dead; they come once a second. */
const CHECK_MS = 2_000;
const MISSED_CHECKS = 3;

/** Owns the worker: starts it, tells it what the page wants, and puts another in its place when it dies. */
class LivePicture implements Picture {
  state: PictureState = { kind: "loading", message: "" };
  readonly #listeners: Listeners = {
    stats: new Set(),
    state: new Set(),
    tier: new Set(),
    track: new Set(),
    trial: new Set(),
  };
  readonly #path: Path;
  #worker: Worker | null = null;
  /** The worker has loaded and was given the output; before that there is nobody to talk to. */
  #started = false;
  #camera: MediaStreamTrack | null = null;
  #backdrop: Backdrop | null = null;
  #look = DEFAULT_LOOK;
  #wish: "auto" | ModelName = "auto";
  #pace: Pace = "carried";
  #trialBackdrop: TrialBackdrop | null = null;
  /** Of this worker; null until there is something to try and a worker to do it. */
  #trialOutput: TrialOutput | null = null;
  /** Checks since the last sign of life; null before the first figures, when all it does is load. */
  #missed: number | null = null;
  #retryMs = FIRST_RETRY_MS;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #check: ReturnType<typeof setInterval>;

  constructor(name: PictureStats["path"]) {
    const send: Send = (message, transfer) => {
      this.#post(message, transfer);
    };
    this.#path = name === "canvas" ? canvasPath(send) : trackPath(send);
    this.#check = setInterval(() => {
      if (this.#missed === null) return;
      this.#missed += 1;
      if (this.#missed > MISSED_CHECKS) this.#relaunch("its worker gives no sign of life");
    }, CHECK_MS);
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#launch();
  }

  readonly #onVisibility = (): void => {
    if (this.#started) this.#post({ kind: "hidden", hidden: document.hidden });
  };

  get track(): MediaStreamTrack {
    return this.#path.track;
  }

  setCamera(track: MediaStreamTrack | null): void {
    this.#camera = track;
    if (this.#started) this.#path.setCamera(track);
  }

  setBackdrop(backdrop: Backdrop): void {
    const before = this.#backdrop;
    this.#backdrop = backdrop;
    if (this.#started) this.#sendBackdrop();
    letGo(before, backdrop);
  }

  setLook(look: Look): void {
    this.#look = look;
    if (this.#started) this.#post({ kind: "look", look });
  }

  setModel(wish: "auto" | ModelName): void {
    this.#wish = wish;
    if (this.#started) this.#post({ kind: "model", wish });
  }

  setPace(pace: Pace): void {
    this.#pace = pace;
    if (this.#started) this.#post({ kind: "pace", pace });
  }

  get trial(): MediaStreamTrack | null {
    return this.#trialOutput?.track ?? null;
  }

  setTrial(backdrop: TrialBackdrop | null): void {
    const before = this.#trialBackdrop;
    this.#trialBackdrop = backdrop;
    if (backdrop === null) this.#endTrial();
    else if (this.#started) this.#sendTrial(backdrop);
    letGo(before, backdrop);
  }

  on<K extends keyof PictureEvents>(event: K, listener: (value: PictureEvents[K]) => void): () => void {
    this.#listeners[event].add(listener);
    return () => {
      this.#listeners[event].delete(listener);
    };
  }

  close(): void {
    clearInterval(this.#check);
    clearTimeout(this.#retry);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.#stop();
    this.#trialOutput?.close();
    this.#path.close();
    letGo(this.#backdrop, null);
    letGo(this.#trialBackdrop, null);
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  #launch(): void {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      this.#hear(data);
    };
    worker.onerror = (event) => {
      this.#relaunch(event.message || "its program could not be loaded");
    };
  }

  #start(): void {
    const before = this.track;
    const output = this.#path.output();
    this.#post(
      { kind: "start", output, look: this.#look, wish: this.#wish, pace: this.#pace },
      output ? [output] : [],
    );
    this.#started = true;
    this.#onVisibility();
    if (this.#backdrop) this.#sendBackdrop();
    if (this.#camera) this.#path.setCamera(this.#camera);
    this.#restartTrial();
    if (this.track === before) return;
    this.#tell("track", this.track);
    before.stop();
  }

  #stop(): void {
    if (this.#worker) {
      this.#worker.onmessage = this.#worker.onerror = null;
      this.#worker.terminate();
    }
    this.#worker = null;
    this.#started = false;
    this.#missed = null;
  }

  #relaunch(why: string): void {
    this.#stop();
    const message = `The picture stopped: ${why}. It starts again by itself; if it stays like this, reload the page.`;
    this.#setState({ kind: "failed", message });
    this.#retry = setTimeout(() => {
      this.#launch();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  /** The bitmap is copied, not given away: another worker may need it. */
  #sendBackdrop(): void {
    if (this.#backdrop) this.#post({ kind: "backdrop", backdrop: this.#backdrop });
  }

  /** The first backdrop of a trial brings the worker an output, and the page another track. */
  #sendTrial(backdrop: TrialBackdrop): void {
    if (this.#trialOutput) {
      this.#post({ kind: "trial", backdrop });
      return;
    }
    const output = this.#path.openTrial();
    const { stream } = output;
    this.#trialOutput = output;
    this.#post({ kind: "trial", backdrop, output: stream }, stream ? [stream] : []);
    this.#tell("trial", output.track);
  }

  /** With another worker: what a dead one wrote to cannot be had back. */
  #restartTrial(): void {
    const before = this.#trialOutput;
    this.#trialOutput = null;
    if (this.#trialBackdrop) this.#sendTrial(this.#trialBackdrop);
    before?.close();
  }

  #endTrial(): void {
    const output = this.#trialOutput;
    this.#trialOutput = null;
    if (!output) return;
    this.#post({ kind: "trial-end" });
    this.#tell("trial", null);
    // a video that shows it lets go of it first, or goes dark for a moment
    setTimeout(() => {
      output.close();
    });
  }

  #hear(message: FromWorker): void {
    if (message.kind === "ready") this.#start();
    else if (message.kind === "state") this.#setState(message.state);
    else if (message.kind === "stats") {
      this.#missed = 0;
      this.#retryMs = FIRST_RETRY_MS;
      this.#tell("stats", { ...message.stats, path: this.#path.name });
    } else if (message.kind === "tier") {
      const { tier, message: why } = message;
      this.#tell("tier", { tier, message: why });
    } else if (message.kind === "frame") this.#path.show(message.frame);
    else if (message.kind === "trial-frame") this.#showTrial(message.frame);
    else if (message.kind === "trial-failed") this.setTrial(null);
    else this.#path.beat();
  }

  /** Frames of a trial that has ended may still be on their way. */
  #showTrial(frame: VideoFrame): void {
    if (this.#trialOutput) this.#trialOutput.show(frame);
    else frame.close();
  }

  #setState(state: PictureState): void {
    this.state = state;
    this.#tell("state", state);
  }

  #tell<K extends keyof PictureEvents>(event: K, value: PictureEvents[K]): void {
    for (const listener of this.#listeners[event]) listener(value);
  }
}

/** The bitmap of a backdrop that another one has replaced is not needed any more. */
function letGo(before: Backdrop | null, now: Backdrop | null): void {
  if (before?.kind !== "image") return;
  if (now?.kind !== "image" || now.bitmap !== before.bitmap) before.bitmap.close();
}

/** Starts at once; camera and backdrop may come before or after the model is there, in any order. */
export function createPicture(options: PictureOptions = {}): Picture {
  return new LivePicture(options.path ?? (hasTrackProcessor() ? "track-processor" : "canvas"));
}

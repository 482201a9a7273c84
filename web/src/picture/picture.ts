import { canvasOutput, canvasPath } from "./canvas-path";
import { firstFrame } from "./first-frame";
import { WorkerLife } from "./life";
import { DEFAULT_LOOK, type Look } from "./look";
import type { Path, Send, TrialOutput } from "./path";
import type { FromWorker } from "./protocol";
import { hasTrackProcessor, trackPath } from "./track-path";
import type {
  Backdrop,
  ModelName,
  Pace,
  Picture,
  PictureEvents,
  PictureState,
  TrialBackdrop,
  VideoTrouble,
} from "./types";
import { BEAT_MS } from "./watchdog";
import { canTransfer, workerPath } from "./worker-path";

export interface PictureOptions {
  /** Left out: track processors where the browser has them, else a canvas. */
  path?: "track-processor" | "canvas";
}

type Listeners = { [K in keyof PictureEvents]: Set<(value: PictureEvents[K]) => void> };

/** A worker's own track that has taken no picture in this time takes none, in milliseconds. */
const UNSEEN_MS = 3_000;

/** Tells the worker what the page wants, and each one that takes its place all of it again. */
class LivePicture implements Picture {
  state: PictureState = { kind: "loading", message: "" };
  readonly #listeners: Listeners = {
    stats: new Set(),
    state: new Set(),
    screen: new Set(),
    settled: new Set(),
    tier: new Set(),
    track: new Set(),
    trial: new Set(),
    video: new Set(),
  };
  readonly #life: WorkerLife;
  #path: Path;
  #camera: MediaStreamTrack | null = null;
  #backdrop: Backdrop | null = null;
  /** Count what was wished for: an answer may come late. */
  #turn = 0;
  #trialTurn = 0;
  #look = DEFAULT_LOOK;
  #wish: "auto" | ModelName = "auto";
  #pace: Pace = "carried";
  #trialBackdrop: TrialBackdrop | null = null;
  /** Of this worker; null until there is something to try and a worker to do it. */
  #trialOutput: TrialOutput | null = null;
  #mayTakeWorkersTracks: boolean;
  /** Beats of a worker with a track of its own, before that has taken a picture. */
  #idleBeats = 0;

  constructor(path: PictureOptions["path"]) {
    const name = path ?? (hasTrackProcessor() ? "track-processor" : "canvas");
    this.#mayTakeWorkersTracks = path === undefined && name === "canvas";
    this.#path = name === "canvas" ? canvasPath(this.#post) : trackPath(this.#post);
    const make = () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#life = new WorkerLife(make, {
      ready: ({ makesTracks }) => {
        this.#start(makesTracks);
      },
      heard: (message) => {
        this.#hear(message);
      },
      died: (why) => {
        if (this.#path.name === "worker-track") this.#returnToCanvas();
        this.#setState({ kind: "failed", message: stopped(why) });
      },
    });
    document.addEventListener("visibilitychange", this.#onVisibility);
  }

  readonly #onVisibility = (): void => {
    this.#post({ kind: "hidden", hidden: document.hidden });
  };

  get track(): MediaStreamTrack {
    return this.#path.track;
  }

  setCamera(track: MediaStreamTrack | null): void {
    this.#camera = track;
    if (this.#life.serves) this.#path.setCamera(track);
  }

  setBackdrop(backdrop: Backdrop): void {
    const before = this.#backdrop;
    this.#backdrop = backdrop;
    this.#turn += 1;
    if (this.#life.serves) this.#sendBackdrop();
    letGo(before, backdrop);
  }

  setLook(look: Look): void {
    this.#look = look;
    if (this.#life.serves) this.#post({ kind: "look", look });
  }

  findScreen(): void {
    this.#post({ kind: "find-screen" });
  }

  setModel(wish: "auto" | ModelName): void {
    this.#wish = wish;
    if (this.#life.serves) this.#post({ kind: "model", wish });
  }

  setPace(pace: Pace): void {
    this.#pace = pace;
    if (this.#life.serves) this.#post({ kind: "pace", pace });
  }

  get trial(): MediaStreamTrack | null {
    return this.#trialOutput?.track ?? null;
  }

  setTrial(backdrop: TrialBackdrop | null): void {
    const before = this.#trialBackdrop;
    this.#trialBackdrop = backdrop;
    this.#trialTurn += 1;
    if (backdrop === null) this.#endTrial();
    else if (this.#life.serves) this.#sendTrial(backdrop);
    letGo(before, backdrop);
  }

  on<K extends keyof PictureEvents>(event: K, listener: (value: PictureEvents[K]) => void): () => void {
    this.#listeners[event].add(listener);
    return () => {
      this.#listeners[event].delete(listener);
    };
  }

  close(): void {
    this.#life.close();
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.#trialOutput?.close();
    this.#path.close();
    letGo(this.#backdrop, null);
    letGo(this.#trialBackdrop, null);
  }

  readonly #post: Send = (message, transfer) => {
    this.#life.post(message, transfer);
  };

  #start(makesTracks: boolean): void {
    if (makesTracks && this.#mayTakeWorkersTracks && this.#path.name === "canvas") this.#leaveCanvas();
    const before = this.track;
    const output = this.#path.output();
    this.#post(
      { kind: "start", output, look: this.#look, wish: this.#wish, pace: this.#pace },
      output === null || output === "track" ? [] : [output],
    );
    this.#onVisibility();
    if (this.#backdrop) this.#sendBackdrop();
    if (this.#camera) this.#path.setCamera(this.#camera);
    this.#restartTrial();
    this.#tellTrack(before);
  }

  #leaveCanvas(): void {
    const { track } = this.#path;
    if (!canTransfer(track.clone())) return;
    this.#idleBeats = 0;
    this.#path = workerPath(this.#post, track, canvasOutput);
  }

  /** A worker's own track was no good here, for whatever reason: the canvas is slower, and works everywhere. */
  #returnToCanvas(): void {
    const before = this.track;
    this.#mayTakeWorkersTracks = false;
    this.#path = canvasPath(this.#post);
    this.#tellTrack(before);
  }

  /** A track that has taken nothing for so long takes nothing at all. */
  #seeFlow(pictures: number): void {
    this.#idleBeats = pictures === 0 ? this.#idleBeats + 1 : 0;
    if (this.#path.name === "worker-track" && this.#idleBeats * BEAT_MS > UNSEEN_MS)
      this.#life.dismiss("its track takes no pictures");
  }

  #tellTrack(before: MediaStreamTrack): void {
    if (this.track === before) return;
    this.#tell("track", this.track);
    before.stop();
  }

  /** The bitmap is copied, not given away: another worker may need it. */
  #sendBackdrop(): void {
    if (this.#backdrop) this.#post({ kind: "backdrop", backdrop: this.#backdrop, turn: this.#turn });
  }

  /** The first backdrop of a trial brings the worker an output, and the page another track. */
  #sendTrial(backdrop: TrialBackdrop): void {
    if (this.#trialOutput) {
      this.#post({ kind: "trial", backdrop, turn: this.#trialTurn });
      return;
    }
    const output = this.#path.openTrial();
    const { stream } = output;
    this.#trialOutput = output;
    this.#post({ kind: "trial", backdrop, turn: this.#trialTurn, output: stream }, stream ? [stream] : []);
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

  #hear(message: Exclude<FromWorker, { kind: "ready" }>): void {
    if (message.kind === "state") this.#setState(message.state);
    else if (message.kind === "stats") this.#tell("stats", { ...message.stats, path: this.#path.name });
    else if (message.kind === "track") {
      const before = this.track;
      this.#path.made(message.track);
      this.#tellTrack(before);
    } else if (message.kind === "screen") this.#tell("screen", message.colour);
    else if (message.kind === "tier") {
      const { tier, message: why } = message;
      this.#tell("tier", { tier, message: why });
    } else if (message.kind === "frame") this.#path.show(message.frame);
    else if (message.kind === "trial-frame") this.#showTrial(message.frame);
    else if (message.kind === "trial-failed") this.setTrial(null);
    else if (message.kind === "settled") {
      if (message.turn === this.#turn) this.#tell("settled", null);
    } else if (message.kind === "video") void this.#hearOfVideo(message.trouble, message.turn);
    else {
      this.#path.beat();
      this.#seeFlow(message.pictures);
    }
  }

  /** What cannot be played is shown as a picture, where the browser gives its first one. */
  async #hearOfVideo(trouble: VideoTrouble, turn: number): Promise<void> {
    const { message, trial, lost } = trouble;
    const backdrop = trial ? this.#trialBackdrop : this.#backdrop;
    const current = () => turn === (trial ? this.#trialTurn : this.#turn);
    if (!current() || backdrop?.kind !== "video") return;
    if (!lost) {
      this.#tell("video", trouble);
      return;
    }
    const bitmap = await firstFrame(backdrop.blob).catch(() => null);
    if (!current()) bitmap?.close();
    else if (bitmap) {
      const still: Backdrop = { kind: "image", bitmap };
      if (trial) this.setTrial(still);
      else this.setBackdrop(still);
      this.#tell("video", {
        message: `${message} Its first picture stands still instead.`,
        trial,
        lost: false,
      });
    } else this.#tell("video", trouble);
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

function stopped(why: string): string {
  return `The picture stopped: ${why}. It starts again by itself; if it stays like this, reload the page.`;
}

/** The bitmap of a backdrop that another one has replaced is not needed any more. */
function letGo(before: Backdrop | null, now: Backdrop | null): void {
  if (before?.kind !== "image") return;
  if (now?.kind !== "image" || now.bitmap !== before.bitmap) before.bitmap.close();
}

/** Starts at once; camera and backdrop may come before or after the model is there, in any order. */
export function createPicture(options: PictureOptions = {}): Picture {
  return new LivePicture(options.path);
}

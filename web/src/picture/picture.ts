import { canvasPath } from "./canvas-path";
import type { FromWorker, ToWorker } from "./protocol";
import { hasTrackProcessor, trackPath } from "./track-path";
import type { Backdrop, Picture, PictureEvents, PictureState, PictureStats } from "./types";

export type Send = (message: ToWorker, transfer?: Transferable[]) => void;

/** How pictures get from the camera to the worker and from there to the published track. */
export interface Path {
  readonly name: PictureStats["path"];
  readonly track: MediaStreamTrack;
  /** For the first message to a worker: where finished frames go; null: to `show`. */
  readonly output: WritableStream<VideoFrame> | null;
  setCamera(track: MediaStreamTrack | null): void;
  show(frame: VideoFrame): void;
  /** Called by the worker's clock, which runs on in a hidden tab. */
  beat(): void;
  close(): void;
}

export interface PictureOptions {
  /** Left out: track processors where the browser has them, else a canvas. */
  path?: PictureStats["path"];
}

type Listeners = { [K in keyof PictureEvents]: Set<(value: PictureEvents[K]) => void> };

class LivePicture implements Picture {
  state: PictureState = { kind: "loading", message: "" };
  readonly #listeners: Listeners = { stats: new Set(), state: new Set() };
  readonly #worker: Worker;
  readonly #path: Path;

  constructor(name: PictureStats["path"]) {
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    const send: Send = (message, transfer = []) => {
      this.#worker.postMessage(message, transfer);
    };
    this.#path = name === "canvas" ? canvasPath(send) : trackPath(send);
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      this.#hear(data);
    };
    this.#worker.onerror = (event) => {
      this.#setState({
        kind: "failed",
        message: `The picture stopped (${event.message || "its program could not be loaded"}). Reload the page.`,
      });
    };
    const { output } = this.#path;
    send({ kind: "start", output }, output ? [output] : []);
  }

  get track(): MediaStreamTrack {
    return this.#path.track;
  }

  setCamera(track: MediaStreamTrack | null): void {
    this.#path.setCamera(track);
  }

  setBackdrop(backdrop: Backdrop): void {
    const message: ToWorker = { kind: "backdrop", backdrop };
    this.#worker.postMessage(message, backdrop.kind === "image" ? [backdrop.bitmap] : []);
  }

  on<K extends keyof PictureEvents>(event: K, listener: (value: PictureEvents[K]) => void): () => void {
    this.#listeners[event].add(listener);
    return () => {
      this.#listeners[event].delete(listener);
    };
  }

  close(): void {
    this.#path.close();
    const message: ToWorker = { kind: "close" };
    this.#worker.postMessage(message);
  }

  #hear(message: FromWorker): void {
    if (message.kind === "state") this.#setState(message.state);
    else if (message.kind === "stats") this.#tell("stats", { ...message.stats, path: this.#path.name });
    else if (message.kind === "frame") this.#path.show(message.frame);
    else this.#path.beat();
  }

  #setState(state: PictureState): void {
    this.state = state;
    this.#tell("state", state);
  }

  #tell<K extends keyof PictureEvents>(event: K, value: PictureEvents[K]): void {
    for (const listener of this.#listeners[event]) listener(value);
  }
}

/** Starts at once; camera and backdrop may come before or after the model is there, in any order. */
export function createPicture(options: PictureOptions = {}): Picture {
  return new LivePicture(options.path ?? (hasTrackProcessor() ? "track-processor" : "canvas"));
}

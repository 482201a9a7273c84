import { TICK_MS } from "./bus";
import { Director, failure } from "./director";
import { Compositor as Kernel } from "./kernel";
import { model } from "./model";
import { KernelPainter } from "./painter";
import { Preparing } from "./preparing";
import type { FromWorker, ToWorker } from "./protocol";
import type { WorkerScope } from "./scope";
import { FIRST_RETRY_MS, LAST_RETRY_MS, WorkerSegmenter } from "./segmenter";

const STATS_MS = 1_000;
/** What a trial begins with while its video is being opened. */
const SLATE = { kind: "colour", rgb: [32, 34, 38] } as const;

const scope = self as unknown as WorkerScope<ToWorker, FromWorker>;

function say(message: FromWorker): void {
  scope.postMessage(message, "frame" in message ? [message.frame] : []);
}

type Start = Extract<ToWorker, { kind: "start" }>;

type Output = (frame: VideoFrame) => void;

/** Where finished frames go. Both ways take the frame over. */
function outputTo(stream: WritableStream<VideoFrame> | null, kind: "frame" | "trial-frame"): Output {
  if (!stream)
    return (frame) => {
      say({ kind, frame });
    };
  const writer = stream.getWriter();
  return (frame) => {
    if ((writer.desiredSize ?? 0) > 0)
      writer.write(frame).catch(() => {
        frame.close();
      });
    else frame.close();
  };
}

/** Handles one frame after the other; of those that come meanwhile only the newest waits. */
class Inlet {
  readonly #take: (frame: VideoFrame) => Promise<void>;
  #newest: VideoFrame | null = null;
  #busy = false;
  #reader: ReadableStreamDefaultReader<VideoFrame> | null = null;

  constructor(take: (frame: VideoFrame) => Promise<void>) {
    this.#take = take;
  }

  /** Frames of another camera follow. */
  change(frames: ReadableStream<VideoFrame> | null): void {
    this.#newest?.close();
    this.#newest = null;
    this.#reader?.cancel().catch(() => undefined);
    this.#reader = frames?.getReader() ?? null;
    if (this.#reader) void this.#read(this.#reader);
  }

  push(frame: VideoFrame): void {
    this.#newest?.close();
    this.#newest = frame;
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let frame = this.#next(); frame; frame = this.#next()) await this.#take(frame);
    this.#busy = false;
  }

  #next(): VideoFrame | null {
    const frame = this.#newest;
    this.#newest = null;
    return frame;
  }

  async #read(reader: ReadableStreamDefaultReader<VideoFrame>): Promise<void> {
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        if (reader === this.#reader) this.push(value);
        else value.close();
      }
    } catch {
      // the camera is gone; the director sees that no frames come
    }
  }
}

/** The kernel, however often it takes. */
async function loadKernel(): Promise<Kernel> {
  for (let pause = FIRST_RETRY_MS; ; pause = Math.min(pause * 2, LAST_RETRY_MS)) {
    try {
      return await Kernel.load(model.shape);
    } catch (error) {
      say({ kind: "state", state: failure(error instanceof Error ? error.message : String(error)) });
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function run({ output, look }: Start): Promise<(message: ToWorker) => void> {
  const segmenter = new WorkerSegmenter(
    () => new Worker(new URL("./segmenter-worker.ts", import.meta.url), { type: "module" }),
  );
  const painter = new KernelPainter(await loadKernel());
  painter.setLook(look);
  let toTrial: Output = (frame) => {
    frame.close();
  };
  const director = new Director<VideoFrame>(painter, segmenter, {
    air: outputTo(output, "frame"),
    trial: (frame) => {
      toTrial(frame);
    },
    state: (state) => {
      say({ kind: "state", state });
    },
    trialFailed: () => {
      say({ kind: "trial-failed" });
    },
  });
  const air = new Preparing(
    (backdrop) => {
      director.setBackdrop(backdrop);
    },
    (about, wish) => {
      say({ kind: "video", trouble: { ...about, trial: false }, wish });
    },
  );
  const trial = new Preparing(
    (backdrop) => {
      if (backdrop.kind !== "none") director.setTrial(backdrop);
    },
    (about, wish) => {
      say({ kind: "video", trouble: { ...about, trial: true }, wish });
    },
  );
  const inlet = new Inlet((frame) => director.frame(frame));
  setInterval(() => {
    director.tick();
    if (!output) say({ kind: "beat" });
  }, TICK_MS);
  setInterval(() => {
    say({ kind: "stats", stats: { ...director.meter.read(), ...painter.size } });
  }, STATS_MS);
  director.tick();
  return (message) => {
    if (message.kind === "camera") {
      inlet.change(message.frames);
      director.cameraChanged(message.present);
    } else if (message.kind === "frame") inlet.push(message.frame);
    else if (message.kind === "backdrop") air.set(message.backdrop, message.wish);
    else if (message.kind === "look") painter.setLook(message.look);
    else if (message.kind === "trial") {
      if (message.output !== undefined) {
        toTrial = outputTo(message.output, "trial-frame");
        // a preview without a picture would be black
        if (message.backdrop.kind === "video") director.setTrial(SLATE);
      }
      trial.set(message.backdrop, message.wish);
    } else if (message.kind === "trial-end") {
      trial.cancel();
      director.setTrial(null);
    }
  };
}

/** What comes before the kernel is there waits for it, but for frames, which grow old. */
const early: ToWorker[] = [];
let handle = (message: ToWorker): void => {
  if (message.kind === "start") void start(message);
  else if (message.kind === "frame") message.frame.close();
  else early.push(message);
};

async function start(message: Start): Promise<void> {
  handle = await run(message);
  for (const message of early.splice(0)) handle(message);
}

scope.onmessage = ({ data }) => {
  handle(data);
};

say({ kind: "ready" });

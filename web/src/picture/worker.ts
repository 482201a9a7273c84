import { TICK_MS } from "./bus";
import { Director, failure, type Outlets } from "./director";
import { Inlet } from "./inlet";
import { Compositor as Kernel } from "./kernel";
import { Meter } from "./meter";
import { model } from "./model";
import { Sink } from "./outlet";
import { KernelPainter } from "./painter";
import { Preparing } from "./preparing";
import type { FromWorker, ToWorker } from "./protocol";
import type { WorkerScope } from "./scope";
import { FIRST_RETRY_MS, LAST_RETRY_MS, WorkerSegmenter } from "./segmenter";
import type { Tier } from "./types";
import { BEAT_MS } from "./watchdog";

const STATS_MS = 1_000;

const scope = self as unknown as WorkerScope<ToWorker, FromWorker>;

function say(message: FromWorker, transfer: Transferable[] = []): void {
  scope.postMessage(message, transfer);
}

type Start = Extract<ToWorker, { kind: "start" }>;

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
  const meter = new Meter();
  const painter = new KernelPainter(await loadKernel(), meter);
  painter.setLook(look);
  const air = new Sink(output, "frame", say);
  let trial: Sink | null = null;
  const outlets: Outlets<VideoFrame> = {
    air: (frame) => {
      air.put(frame);
    },
    trial: (frame) => {
      if (trial) trial.put(frame);
      else frame.close();
    },
    state: (state) => {
      say({ kind: "state", state });
    },
    trialFailed: () => {
      say({ kind: "trial-failed" });
    },
  };
  const director = new Director(painter, segmenter, outlets, meter);
  const onAir = new Preparing(
    (backdrop) => {
      director.setBackdrop(backdrop);
    },
    (about, turn) => {
      say({ kind: "video", trouble: { ...about, trial: false }, turn });
    },
  );
  const tried = new Preparing(
    (backdrop) => {
      if (backdrop.kind !== "none") director.setTrial(backdrop);
    },
    (about, turn) => {
      say({ kind: "video", trouble: { ...about, trial: true }, turn });
    },
  );
  const inlet = new Inlet((frame, arrival) => {
    return director.frame(frame, arrival);
  }, meter);
  const tier = (): Tier => ({ model: "landscape", accelerator: "wasm", ...painter.size });
  const ticksToBeat = output ? BEAT_MS / TICK_MS : 1;
  let ticks = 0;
  setInterval(() => {
    director.tick();
    ticks += 1;
    if (ticks % ticksToBeat === 0) say({ kind: "beat", pictures: air.pictures });
  }, TICK_MS);
  setInterval(() => {
    say({ kind: "stats", stats: { ...meter.read(), ...painter.size, tier: tier() } });
  }, STATS_MS);
  director.tick();
  return (message) => {
    if (message.kind === "camera") {
      inlet.change(message.frames);
      director.cameraChanged(message.present);
    } else if (message.kind === "frame") inlet.push(message.frame);
    else if (message.kind === "backdrop") onAir.set(message.backdrop, message.turn);
    else if (message.kind === "look") painter.setLook(message.look);
    else if (message.kind === "trial") {
      if (message.output !== undefined) trial = new Sink(message.output, "trial-frame", say);
      tried.set(message.backdrop, message.turn);
    } else if (message.kind === "trial-end") {
      tried.cancel();
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

say({
  kind: "ready",
  makesTracks: "MediaStreamTrackProcessor" in globalThis && "VideoTrackGenerator" in globalThis,
});

import { TICK_MS } from "./bus";
import { Director, failure, type Outlets } from "./director";
import { hasGpu } from "./gpu";
import { Inlet } from "./inlet";
import { Compositor as Kernel } from "./kernel";
import { Meter } from "./meter";
import { type Accelerator, MODELS } from "./model";
import { Sink } from "./outlet";
import { KernelPainter } from "./painter";
import { Preparing } from "./preparing";
import type { FromWorker, ToWorker } from "./protocol";
import type { WorkerScope } from "./scope";
import { FIRST_RETRY_MS, LAST_RETRY_MS, type Segmenter, WorkerSegmenter } from "./segmenter";
import { Tiers } from "./tiers";
import type { ModelName } from "./types";
import { BEAT_MS } from "./watchdog";

const STATS_MS = 1_000;
const JUDGE_MS = 250;
/** By then a picture without the backdrop before has gone out. */
const SETTLED_TICKS = 2;
/** What a trial begins with while its video is being opened. */
const SLATE = { kind: "colour", rgb: [32, 34, 38] } as const;

const scope = self as unknown as WorkerScope<ToWorker, FromWorker>;

function say(message: FromWorker, transfer: Transferable[] = []): void {
  scope.postMessage(message, transfer);
}

type Start = Extract<ToWorker, { kind: "start" }>;

/** The kernel, however often it takes. */
async function loadKernel(): Promise<Kernel> {
  for (let pause = FIRST_RETRY_MS; ; pause = Math.min(pause * 2, LAST_RETRY_MS)) {
    try {
      return await Kernel.load(MODELS.landscape.shape);
    } catch (error) {
      say({ kind: "state", state: failure(error instanceof Error ? error.message : String(error)) });
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function load(model: ModelName, accelerator: Accelerator): Segmenter {
  const make = () => new Worker(new URL("./segmenter-worker.ts", import.meta.url), { type: "module" });
  return new WorkerSegmenter(make, MODELS[model], accelerator);
}

async function run({ output, look, wish, pace }: Start): Promise<(message: ToWorker) => void> {
  const segmenter = load("landscape", "wasm");
  const meter = new Meter();
  const painter = new KernelPainter(await loadKernel(), meter);
  painter.setLook(look);
  const air = new Sink(output, "frame", say);
  let trial: Sink | null = null;
  let stalled = false;
  const outlets: Outlets<VideoFrame> = {
    air: (frame) => {
      air.put(frame);
    },
    trial: (frame) => {
      if (trial) trial.put(frame);
      else frame.close();
    },
    state: (state) => {
      stalled = state.kind === "stalled";
      say({ kind: "state", state });
    },
    trialFailed: () => {
      say({ kind: "trial-failed" });
    },
  };
  const director = new Director(painter, segmenter, outlets, meter);
  /** The newest backdrop that is on its way, and for how many ticks nothing else has been seen. */
  let coming: { turn: number; ticks: number } | null = null;
  const onAir = new Preparing(
    (backdrop, turn) => {
      director.setBackdrop(backdrop);
      coming = { turn, ticks: 0 };
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
  const inlet = new Inlet(meter, async (frame, arrival, late) => {
    const { displayWidth: width, displayHeight: height } = frame;
    const start = performance.now();
    await director.frame(frame, arrival);
    const busy = performance.now() - start;
    const { interval, cameraInterval } = inlet.pulse;
    tiers.frame({ width, height, interval, cameraInterval, busy, model: meter.lastModel, late });
  });
  const tiers: Tiers = new Tiers(segmenter, wish, pace, hasGpu(), {
    load,
    change: (setup) => director.change(setup),
    carry: (carried) => {
      director.carry(carried);
    },
    limit: (fps) => {
      inlet.pulse.fps = fps;
    },
    tell: (tier, message) => {
      say({ kind: "tier", tier, message });
    },
  });
  const ticksToBeat = output ? BEAT_MS / TICK_MS : 1;
  let ticks = 0;
  setInterval(() => {
    director.tick();
    if (coming && director.settled && (coming.ticks += 1) > SETTLED_TICKS) {
      say({ kind: "settled", turn: coming.turn });
      coming = null;
    }
    ticks += 1;
    if (ticks % ticksToBeat === 0) say({ kind: "beat", pictures: air.pictures });
  }, TICK_MS);
  setInterval(() => {
    tiers.tick(stalled);
  }, JUDGE_MS);
  setInterval(() => {
    say({ kind: "stats", stats: { ...meter.read(), ...painter.size, tier: tiers.tier } });
  }, STATS_MS);
  return (message) => {
    if (message.kind === "camera") {
      inlet.change(message.frames);
      director.cameraChanged(message.present);
    } else if (message.kind === "frame") inlet.push(message.frame);
    else if (message.kind === "backdrop") onAir.set(message.backdrop, message.turn);
    else if (message.kind === "look") painter.setLook(message.look);
    else if (message.kind === "find-screen") say({ kind: "screen", colour: painter.findScreen() });
    else if (message.kind === "model") tiers.wish(message.wish);
    else if (message.kind === "pace") tiers.pace(message.pace);
    else if (message.kind === "hidden") tiers.hidden(message.hidden);
    else if (message.kind === "trial") {
      if (message.output !== undefined) {
        trial = new Sink(message.output, "trial-frame", say);
        // a preview without a picture would be black
        if (message.backdrop.kind === "video") director.setTrial(SLATE);
      }
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
  // what fails in a promise is no error to the page, and it would wait for ever
  if (message.kind === "start") start(message).catch(reportError);
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

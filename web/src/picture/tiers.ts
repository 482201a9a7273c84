import { PATIENCE_MS } from "./bus";
import { Governor } from "./governor";
import { growth, ladderOf, type Rung, stepInWords, TOP } from "./ladder";
import { type Accelerator, lightModelFor, MODELS } from "./model";
import type { Setup } from "./rehearsal";
import type { Segmenter } from "./segmenter";
import { shrunk } from "./shrinker";
import type { ModelName, Pace, Tier } from "./types";

/** What the tiers are changed with. */
export interface Hands {
  /** Begin to load a model. */
  load(model: ModelName, accelerator: Accelerator): Segmenter;
  /** See `Director.change`. */
  change(setup: Setup): Promise<Error | null>;
  carry(carried: boolean): void;
  /** Show at most so many frames a second; null: all. */
  limit(fps: number | null): void;
  tell(tier: Tier, message: string): void;
}

/** What a frame was like. Times are in milliseconds. */
export interface Handled {
  /** Of the camera's frame. */
  width: number;
  height: number;
  /** Between two frames, as they are wanted, and as the camera gives them. */
  interval: number;
  cameraInterval: number;
  /** How long it was in hand, and how long the model took for its last answer. */
  busy: number;
  model: number;
  /** How many frames before it came to nothing. */
  late: number;
}

interface Cast {
  model: ModelName;
  accelerator: Accelerator;
}

/** The finest model has to leave so much of the camera's interval to the rest. */
const FAST_ENOUGH = 0.5;
/** A model is told of that takes longer than this to fetch, and again after as long. */
const LONG_FETCH_MS = 2_000;
/** After the finest model was too slow or failed, and twice as long the next time. */
const FINE_RETRY_MS = 60_000;
const MB = 1e6;

/** The model's time is the mean of about so many answers. */
const SMOOTH = 30;
/** From this share of the camera's interval on, a model that is on air is carried; below the other, not any more. */
const CARRY_FROM = 0.9;
const CARRY_TO = 0.6;

/**
 * Chooses what the picture is made with: the model, where it runs, the picture's size and its rate; by what the creator
 * wishes, by the shape of the camera's picture, and by how busy the machine is. Everything is tried beside the air first.
 */
export class Tiers {
  readonly #hands: Hands;
  readonly #governor = new Governor();
  readonly #gpu: Promise<boolean>;
  #hasGpu = false;
  #wish: "auto" | ModelName;
  #pace: Pace;
  #current: Segmenter;
  /** The light model that went before the finest one, in case that fails. */
  #standby: Segmenter | null = null;
  #loading: { segmenter: Segmenter; since: number; told: number; message: string } | null = null;
  #changing = false;
  #hidden = false;
  #carried = false;
  #rung: Rung = TOP;
  #camera = { width: 1280, height: 720 };
  #cameraInterval = 1000 / 30;
  #busy = 0;
  /** What the model takes, in milliseconds. */
  #model = 0;
  /** A wish that could not be met; it is kept for another day. */
  #refused: ModelName | null = null;
  #fineFrom = 0;
  #fineRetryMs = FINE_RETRY_MS;

  /** @param gpu whether there is a graphics card for a model */
  constructor(first: Segmenter, wish: "auto" | ModelName, pace: Pace, gpu: Promise<boolean>, hands: Hands) {
    this.#current = first;
    this.#wish = wish;
    this.#pace = pace;
    this.#hands = hands;
    this.#gpu = gpu;
    void this.#gpu.then((has) => (this.#hasGpu = has));
  }

  get tier(): Tier {
    const { model, accelerator } = this.#current;
    return { model: model.name, accelerator, ...shrunk(this.#camera, this.#rung.shrink) };
  }

  wish(wish: "auto" | ModelName): void {
    this.#wish = wish;
    this.#refused = null;
    this.#fineFrom = 0;
    this.#drop();
    this.tick();
  }

  pace(pace: Pace): void {
    this.#pace = pace;
    this.#carry();
  }

  /** Browsers give a hidden page less: what is measured meanwhile does not count. */
  hidden(hidden: boolean): void {
    this.#hidden = hidden;
    this.#governor.begin(performance.now());
  }

  /** A frame was shown, or came to nothing. */
  frame(handled: Handled): void {
    const now = performance.now();
    const { width, height } = handled;
    if (width !== this.#camera.width || height !== this.#camera.height) {
      this.#camera = { width, height };
      this.#governor.begin(now);
    }
    this.#cameraInterval = handled.cameraInterval;
    this.#busy = handled.busy;
    this.#model += (handled.model - this.#model) / SMOOTH;
    if (this.#hidden || this.#changing || this.#loading) return;
    const { interval, busy, late } = handled;
    const own = this.#ownInterval;
    this.#governor.frame(now, Math.max(interval, own), busy, own > interval ? 0 : late);
  }

  /** Where frames wait for a slow model that was wished for, the rate follows the model. */
  get #ownInterval(): number {
    const { state, model } = this.#current;
    if (this.#carried || state.kind !== "ready" || model.name !== "multiclass") return 0;
    return state.ms / FAST_ENOUGH;
  }

  /** To be called some times a second. @param stalled mattes take too long to be shown */
  tick(stalled = false): void {
    if (this.#changing) return;
    const now = performance.now();
    const { state } = this.#current;
    if (state.kind === "failed" || stalled) {
      const begun = this.#giveUp(state.kind === "failed" ? state.message : "");
      if (begun) return;
    }
    if (this.#loading) this.#supervise(now);
    else if (!this.#recast(now)) this.#govern(now);
  }

  /** What should cut out now. */
  #wanted(now: number): Cast {
    const light: Cast = {
      model: lightModelFor(this.#camera.width, this.#camera.height),
      accelerator: "wasm",
    };
    const fine = this.#hasGpu && now >= this.#fineFrom;
    const wish = this.#wish;
    if (wish === "auto") return fine ? { model: "multiclass", accelerator: "webgpu" } : light;
    const { model, accelerator } = this.#current;
    if (wish === this.#refused) return { model: model.name, accelerator };
    return { model: wish, accelerator: wish === "multiclass" && fine ? "webgpu" : "wasm" };
  }

  /** Begin to load another model, if another is wanted. */
  #recast(now: number): boolean {
    const wanted = this.#wanted(now);
    if (isCast(this.#current, wanted)) return false;
    // the first model comes first: it is the quickest
    if (this.#current.state.kind === "loading") return false;
    this.#cast(wanted, "");
    return true;
  }

  #cast({ model, accelerator }: Cast, message: string): void {
    const now = performance.now();
    const standby = this.#standby;
    if (standby && isCast(standby, { model, accelerator }) && standby.state.kind !== "failed") {
      this.#standby = null;
      this.#loading = { segmenter: standby, since: now, told: now, message };
    } else
      this.#loading = { segmenter: this.#hands.load(model, accelerator), since: now, told: now, message };
    this.#supervise(now);
  }

  #supervise(now: number): void {
    const loading = this.#loading;
    if (!loading) return;
    const { segmenter, message } = loading;
    const { state, model } = segmenter;
    if (state.kind === "loading") {
      if (now - loading.told < LONG_FETCH_MS || state.received === 0 || state.received === state.total)
        return;
      loading.told = now;
      this.#hands.tell(this.tier, fetching(state.received, state.total));
    } else if (state.kind === "failed") this.#refuse(segmenter, state.message);
    else if (this.#isTooSlow(segmenter, state.ms))
      this.#refuse(segmenter, `it takes ${Math.round(state.ms)} ms for one picture here`);
    else {
      this.#loading = null;
      void this.#change(segmenter, this.#rung, message || welcome(model.name, segmenter.accelerator));
    }
  }

  #isTooSlow({ model }: Segmenter, ms: number): boolean {
    if (model.name !== "multiclass") return false;
    return ms > (this.#wish === "multiclass" ? PATIENCE_MS : FAST_ENOUGH * this.#cameraInterval);
  }

  /** What was loaded is not used; the one on air goes on. */
  #refuse(segmenter: Segmenter, why: string): void {
    this.#loading = null;
    segmenter.close();
    if (segmenter.model.name === "multiclass") this.#fineLater();
    if (this.#wish !== segmenter.model.name) return;
    // on the processor it may work yet
    if (segmenter.accelerator === "webgpu") return;
    this.#refused = this.#wish;
    this.#hands.tell(
      this.tier,
      `${named(segmenter.model.name)} cannot be used: ${why}. The one before goes on.`,
    );
  }

  #fineLater(): void {
    this.#fineFrom = performance.now() + this.#fineRetryMs;
    this.#fineRetryMs *= 2;
  }

  /** The finest model does not answer in time, or at all: a light one takes its place. @returns whether it is begun */
  #giveUp(why: string): boolean {
    const { model, accelerator } = this.#current;
    // a light one starts again by itself, and nothing is lighter
    if (model.name !== "multiclass") return false;
    // it is on its way
    if (this.#loading && this.#loading.segmenter.model.name !== "multiclass") return false;
    this.#drop();
    this.#fineLater();
    let message =
      "The graphics card stopped cutting you out: a lighter cut-out goes on. The finest one is tried again later.";
    if (accelerator === "wasm") {
      this.#refused = "multiclass";
      message = `The finest cut-out takes too long on this computer${why && `, or has failed: ${why}`}. A lighter one goes on.`;
    }
    const { width, height } = this.#camera;
    this.#cast({ model: lightModelFor(width, height), accelerator: "wasm" }, message);
    return true;
  }

  #govern(now: number): void {
    if (this.#hidden) return;
    this.#carry();
    const rungs = ladderOf(this.#camera);
    const at = Math.max(
      0,
      rungs.findIndex((rung) => isRung(rung, this.#rung)),
    );
    const fixed = this.#carried || this.#busy === 0 ? 0 : Math.min(1, this.#model / this.#busy);
    const grow = (to: Rung) => growth(this.#rung, to, fixed, 1000 / this.#cameraInterval);
    const above = rungs[at - 1];
    const verdict = this.#governor.judge(now, above ? grow(above) : Infinity);
    if (verdict === null) return;
    if (verdict === "down" && this.#wish === "auto" && this.#current.accelerator === "webgpu") {
      this.#fineLater();
      this.#governor.stepped("down", now);
      this.#cast(
        this.#wanted(now),
        "Your computer is busy: a lighter cut-out goes on so that the picture stays smooth.",
      );
      return;
    }
    const load = this.#governor.load(now);
    const below = rungs.slice(at + 1);
    const next = verdict === "up" ? above : (below.find((rung) => load * grow(rung) < 0.7) ?? below.at(-1));
    if (!next) return;
    this.#governor.stepped(verdict, now);
    void this.#change(this.#current, next, stepInWords(this.#rung, next, this.#camera));
  }

  async #change(segmenter: Segmenter, rung: Rung, message: string): Promise<void> {
    const before = this.#current;
    const carried = this.#shouldCarry(segmenter);
    this.#changing = true;
    const failure = await this.#hands.change({
      segmenter,
      shrink: rung.shrink,
      carried,
    });
    this.#changing = false;
    this.#governor.begin(performance.now());
    if (failure) {
      if (segmenter !== before) this.#refuse(segmenter, failure.message);
      return;
    }
    this.#current = segmenter;
    this.#rung = rung;
    this.#carried = carried;
    if (segmenter !== before && segmenter.state.kind === "ready") this.#model = segmenter.state.ms;
    this.#hands.limit(rung.fps);
    if (segmenter !== before) this.#dismiss(before);
    this.#hands.tell(this.tier, message);
  }

  /** The light model stays beside the one on the graphics card, which may be taken away at any moment. */
  #dismiss(before: Segmenter): void {
    this.#standby?.close();
    this.#standby = null;
    if (this.#current.accelerator === "webgpu" && before.model.name !== "multiclass") this.#standby = before;
    else before.close();
  }

  /** Nobody waits for it any more. */
  #drop(): void {
    this.#loading?.segmenter.close();
    this.#loading = null;
  }

  #carry(): void {
    const carried = this.#shouldCarry(this.#current);
    if (carried === this.#carried) return;
    this.#carried = carried;
    this.#hands.carry(carried);
  }

  #shouldCarry(segmenter: Segmenter): boolean {
    if (this.#pace === "matched" || segmenter.state.kind !== "ready") return false;
    const isOn = segmenter === this.#current;
    const ms = isOn ? this.#model : segmenter.state.ms;
    return ms > (isOn && this.#carried ? CARRY_TO : CARRY_FROM) * this.#cameraInterval;
  }
}

function isCast(segmenter: Segmenter, { model, accelerator }: Cast): boolean {
  return segmenter.model === MODELS[model] && segmenter.accelerator === accelerator;
}

function isRung(a: Rung, b: Rung): boolean {
  return a.shrink === b.shrink && a.fps === b.fps;
}

function named(model: ModelName): string {
  if (model === "multiclass") return "The finest cut-out";
  return model === "landscape"
    ? "The light cut-out for wide pictures"
    : "The light cut-out for upright pictures";
}

function welcome(model: ModelName, accelerator: Accelerator): string {
  if (model !== "multiclass") return "";
  return accelerator === "webgpu"
    ? "Your graphics card is fast enough for the finest cut-out. It is used from now on."
    : "The finest cut-out is used from now on. It follows you a little more slowly here.";
}

function fetching(received: number, total: number): string {
  const done = `${(received / MB).toFixed(1)} ${total ? `of ${(total / MB).toFixed(1)} ` : ""}MB are here`;
  return `The finest cut-out is being fetched: ${done}. Until then the one before goes on.`;
}

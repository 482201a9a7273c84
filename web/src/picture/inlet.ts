import type { Meter } from "./meter";
import { Pulse } from "./pulse";

/** Frames wait here no longer than one frame takes; the oldest is dropped. */
const WAITING_FRAMES = 1;

/** @param late how many frames before this one came to nothing */
type Take = (frame: VideoFrame, arrival: number, late: number) => Promise<void>;

/** Handles one frame after the other; of those that come meanwhile only the newest waits. */
export class Inlet {
  readonly #meter: Meter;
  readonly #take: Take;
  pulse = new Pulse();
  #newest: { frame: VideoFrame; arrival: number } | null = null;
  #late = 0;
  #busy = false;
  #reader: ReadableStreamDefaultReader<VideoFrame> | null = null;
  /** A track that was given to this worker, which is its own to stop. */
  #track: MediaStreamTrack | null = null;

  constructor(meter: Meter, take: Take) {
    this.#meter = meter;
    this.#take = take;
  }

  /** Frames of another camera follow: these, those of this track, or such as are pushed. */
  change(frames: ReadableStream<VideoFrame> | MediaStreamTrack | null): void {
    this.#newest?.frame.close();
    this.#newest = null;
    const { fps } = this.pulse;
    this.pulse = new Pulse();
    this.pulse.fps = fps;
    this.#reader?.cancel().catch(() => undefined);
    this.#track?.stop();
    this.#track = null;
    if (frames && !("getReader" in frames)) {
      this.#track = frames;
      const track = frames as MediaStreamVideoTrack;
      frames = new MediaStreamTrackProcessor({ track, maxBufferSize: WAITING_FRAMES }).readable;
    }
    this.#reader = frames?.getReader() ?? null;
    if (this.#reader) void this.#read(this.#reader);
  }

  push(frame: VideoFrame): void {
    const { keep, missed } = this.pulse.frame(frame.timestamp);
    this.#late += missed;
    if (!keep) {
      frame.close();
      return;
    }
    if (this.#newest) {
      this.#newest.frame.close();
      this.#late += 1;
    }
    this.#newest = { frame, arrival: performance.now() };
    this.#meter.arrived();
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let next = this.#next(); next; next = this.#next()) {
      const late = this.#late;
      this.#late = 0;
      await this.#take(next.frame, next.arrival, late);
    }
    this.#busy = false;
  }

  #next(): { frame: VideoFrame; arrival: number } | null {
    const next = this.#newest;
    this.#newest = null;
    return next;
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

import { isString, recall, remember } from "../lib/prefs";
import { openOne, type Kind } from "./capture";
import { refusalOf, type Refusal } from "./permission";

/**
 * - `idle`: not asked for yet.
 * - `off`: switched off by the creator; the device is stopped, so that its light is off too.
 * - `unplugged`: it was on and went away; it comes back by itself.
 */
export type DeviceState = "idle" | "asking" | "on" | "off" | "unplugged" | Refusal;

/** One camera or one microphone: which is wanted, and the track of the one that is open. */
export class Device {
  state = $state<DeviceState>("idle");
  track = $state.raw<MediaStreamTrack | null>(null);
  /** All of this kind that are plugged in. Labels are empty until one was allowed. */
  choices = $state.raw<MediaDeviceInfo[]>([]);
  /** The device the creator picked, or "" for the browser's own choice. */
  wanted = $state("");
  /** The device that is open. */
  readonly current = $derived(this.track?.getSettings().deviceId ?? this.wanted);
  readonly kind: Kind;
  #turn = 0;

  constructor(kind: Kind) {
    this.kind = kind;
    this.wanted = recall(kind, "", isString);
  }

  /** Take over a track that was opened elsewhere (camera and microphone are asked for in one question). */
  adopt(track: MediaStreamTrack): void {
    this.#turn++;
    const before = this.track;
    this.track = track;
    this.state = "on";
    if (before && before !== track) before.stop();
    track.addEventListener("ended", () => {
      if (this.track !== track) return;
      this.track = null;
      this.state = "unplugged";
    });
  }

  refuse(error: unknown): void {
    this.#drop();
    this.state = refusalOf(error);
  }

  /** Open the wanted device, or another where it is gone. */
  async open(): Promise<void> {
    const turn = ++this.#turn;
    if (!this.track) this.state = "asking";
    try {
      const track = await this.#openWanted();
      // the creator has chosen otherwise meanwhile
      if (turn !== this.#turn) track.stop();
      else this.adopt(track);
    } catch (error) {
      if (turn === this.#turn) this.refuse(error);
    }
  }

  async pick(id: string): Promise<void> {
    this.wanted = id;
    remember(this.kind, id);
    if (this.state !== "off") await this.open();
  }

  close(): void {
    this.#drop();
    this.state = "off";
  }

  /** Devices were plugged in or out. */
  async relist(all: MediaDeviceInfo[]): Promise<void> {
    this.choices = all.filter(
      ({ kind, deviceId }) =>
        deviceId !== "" && kind === (this.kind === "camera" ? "videoinput" : "audioinput"),
    );
    const back = this.choices.some(({ deviceId }) => deviceId === this.wanted || this.wanted === "");
    if ((this.state === "unplugged" && back) || (this.state === "missing" && this.choices.length > 0))
      await this.open();
  }

  async #openWanted(): Promise<MediaStreamTrack> {
    try {
      return await this.#openBeside(this.wanted);
    } catch (error) {
      if (this.wanted === "" || refusalOf(error) !== "missing") throw error;
      return this.#openBeside("");
    }
  }

  // Opening the next before the last is closed keeps the picture going; phones allow only one at a time.
  async #openBeside(id: string): Promise<MediaStreamTrack> {
    try {
      return await openOne(this.kind, id);
    } catch (error) {
      if (!this.track || refusalOf(error) !== "busy") throw error;
      this.#stop();
      return openOne(this.kind, id);
    }
  }

  #drop(): void {
    this.#turn++;
    this.#stop();
  }

  #stop(): void {
    const track = this.track;
    this.track = null;
    track?.stop();
  }
}

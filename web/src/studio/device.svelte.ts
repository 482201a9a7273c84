import { isString, recall, remember } from "../lib/prefs";
import { listOf, openOne, type Kind } from "./capture";
import { permissionFor, refusalOf, type Refusal } from "./permission";

/**
 * - `idle`: not asked for yet.
 * - `off`: switched off by the creator; the device is stopped, so that its light is off too.
 * - `unplugged`: it was on and went away; it comes back by itself.
 * - `ended`: it was on, is still there, and the browser or the creator took it back.
 * - `silent`: it was asked for and does not answer; when it does, it is taken.
 */
export type DeviceState = "idle" | "asking" | "on" | "off" | "unplugged" | "ended" | "silent" | Refusal;

/** A device that has not answered for this long hangs, or another program holds it. */
const SILENT_MS = 8_000;
/** What was busy is tried again after this long, then after twice as long, up to the last. */
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 30_000;

/** States that may pass without the creator: they are left when the device can be had, and not shown as asking. */
const PASSING: readonly DeviceState[] = ["unplugged", "ended", "silent", "missing", "busy", "failed"];

/** To whom a question goes; an answer that comes after another question is worth nothing. */
export interface Question {
  take(track: MediaStreamTrack): void;
  refuse(error: unknown): void;
  /** Nothing else was asked for or chosen meanwhile. */
  readonly open: boolean;
}

/** One camera or one microphone: which is wanted, and the track of the one that is open. */
export class Device {
  state = $state<DeviceState>("idle");
  track = $state.raw<MediaStreamTrack | null>(null);
  /** It is open and gives nothing at the moment: by its own switch, by the system, or by another program. */
  paused = $state(false);
  /** All of this kind that are plugged in. Labels are empty until one was allowed. */
  choices = $state.raw<MediaDeviceInfo[]>([]);
  /** The device the creator picked, or "" for the browser's own choice. */
  wanted = $state("");
  /** The device that is open. */
  readonly current = $derived(this.track?.getSettings().deviceId ?? this.wanted);
  readonly kind: Kind;
  /** The one to come back to: the picked one, else the first that was open. */
  #home: string;
  #turn = 0;
  #silent: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryMs = FIRST_RETRY_MS;

  constructor(kind: Kind) {
    this.kind = kind;
    this.wanted = this.#home = recall(kind, "", isString);
  }

  /** Whether it is open, or may open by itself. */
  get held(): boolean {
    return this.track !== null || this.state === "asking" || PASSING.includes(this.state);
  }

  /** Say that it is being asked for, together with another (camera and microphone are one question) or alone. */
  ask(): Question {
    const turn = ++this.#turn;
    this.#wait();
    if (!this.track && !PASSING.includes(this.state)) this.state = "asking";
    const isOpen = () => turn === this.#turn;
    return {
      take: (track) => {
        if (isOpen()) this.#adopt(track);
        else track.stop();
      },
      refuse: (error) => {
        if (isOpen()) this.#refuse(error);
      },
      get open() {
        return isOpen();
      },
    };
  }

  /** Open the wanted device, or another where it is gone. */
  async open(): Promise<void> {
    const question = this.ask();
    try {
      question.take(await this.#openWanted());
    } catch (error) {
      question.refuse(error);
    }
  }

  async pick(id: string): Promise<void> {
    this.wanted = this.#home = id;
    remember(this.kind, id);
    if (this.state !== "off") await this.open();
  }

  close(): void {
    this.#drop();
    this.state = "off";
  }

  /** The creator, or the system, has forbidden it; one that is open is ended by the browser itself. */
  forbid(): void {
    if (this.track || this.state === "off") return;
    this.#drop();
    this.state = "denied";
  }

  /** Devices were plugged in or out, or the page was away and may have missed it. */
  async relist(all: MediaDeviceInfo[]): Promise<void> {
    const before = this.choices;
    this.choices = listOf(this.kind, all);
    const { track } = this;
    if (track?.readyState === "ended") {
      await this.#ended(track);
      return;
    }
    const isHome = ({ deviceId }: MediaDeviceInfo) => deviceId === this.#home;
    const home = this.choices.some(isHome);
    const came = this.choices.some(({ deviceId }) => !before.some((known) => known.deviceId === deviceId));
    const left = before.some(isHome) && !home;
    if (track) {
      if (home && this.current !== this.#home && !before.some(isHome)) await this.open();
    } else if (this.state === "unplugged") {
      if (home || (this.wanted === "" && this.choices.length > 0)) await this.open();
    } else if (this.state === "missing") {
      if (this.choices.length > 0) await this.open();
    } else if (this.state === "busy" || this.state === "failed" || this.state === "silent") {
      if (left) this.state = "unplugged";
      else if (came) await this.open();
    }
  }

  #adopt(track: MediaStreamTrack): void {
    this.#drop(track);
    this.track = track;
    this.state = "on";
    this.#retryMs = FIRST_RETRY_MS;
    this.#home ||= track.getSettings().deviceId ?? "";
    this.paused = track.muted;
    for (const change of ["mute", "unmute"])
      track.addEventListener(change, () => {
        if (this.track === track) this.paused = track.muted;
      });
    track.addEventListener("ended", () => void this.#ended(track));
  }

  #refuse(error: unknown): void {
    this.#drop();
    this.state = refusalOf(error);
    if (this.state !== "busy" && this.state !== "failed") return;
    this.#retry = setTimeout(() => void this.#tryAgain(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  /** The browser has ended the track; the creator did not. */
  async #ended(track: MediaStreamTrack): Promise<void> {
    if (this.track !== track) return;
    this.#drop();
    this.state = "unplugged";
    const turn = this.#turn;
    const id = track.getSettings().deviceId;
    const [all, permission] = await Promise.all([
      navigator.mediaDevices.enumerateDevices(),
      permissionFor(this.kind),
    ]);
    if (turn !== this.#turn) return;
    const choices = listOf(this.kind, all);
    if (permission === "denied") this.forbid();
    else if (!choices.some(({ deviceId }) => deviceId === id)) await this.relist(all);
    else if (permission === "granted") await this.open();
    else this.state = "ended";
  }

  /** Only where the browser does not ask the creator for it. */
  async #tryAgain(): Promise<void> {
    const turn = this.#turn;
    if ((await permissionFor(this.kind)) === "granted" && turn === this.#turn) await this.open();
  }

  async #openWanted(): Promise<MediaStreamTrack> {
    try {
      return await this.#openBeside(this.#home);
    } catch (error) {
      if (this.#home === "" || refusalOf(error) !== "missing") throw error;
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

  /** While the browser asks the creator, silence is theirs. */
  #wait(): void {
    this.#calm();
    const turn = this.#turn;
    this.#silent = setTimeout(() => {
      void permissionFor(this.kind).then((permission) => {
        if (permission === "granted" && turn === this.#turn && !this.track) this.state = "silent";
      });
    }, SILENT_MS);
  }

  #calm(): void {
    clearTimeout(this.#silent);
    clearTimeout(this.#retry);
  }

  /** Let go of what is open, and of all that was asked for. */
  #drop(next: MediaStreamTrack | null = null): void {
    this.#turn++;
    this.#calm();
    if (this.track !== next) this.#stop();
  }

  #stop(): void {
    const track = this.track;
    this.track = null;
    this.paused = false;
    track?.stop();
  }
}

import { Attendance } from "./attendance";
import { Listeners } from "./listeners";
import type { ConnectionState, Muted, StageClient, StageEvents } from "./types";

/** What all drivers have in common: a connection state with its words, who is there, and who listens. */
export abstract class Driver implements StageClient {
  protected readonly listeners = new Listeners<StageEvents>();
  protected readonly attendance = new Attendance(this.listeners);
  protected muted: Muted = { audio: false, video: false };
  #state: ConnectionState = "disconnected";
  #message = "";

  get state(): ConnectionState {
    return this.#state;
  }

  join(): Promise<void> {
    if (this.joined) return Promise.resolve();
    this.#settle("connecting", "");
    const joined = new Promise<void>((resolve, reject) => {
      const off = this.on("state", ({ state, message }) => {
        if (state === "connecting") return;
        off();
        if (state === "refused") reject(new Error(message));
        else resolve();
      });
    });
    this.start();
    return joined;
  }

  leave(): Promise<void> {
    this.#end("disconnected", "");
    return Promise.resolve();
  }

  setMuted(muted: Muted): void {
    this.muted = { ...muted };
    this.tellMuted();
  }

  on<K extends keyof StageEvents>(event: K, listener: (value: StageEvents[K]) => void): () => void {
    return this.listeners.on(event, listener);
  }

  abstract refresh(): void;

  /** Open what the stage takes, and keep it open until `stop`. */
  protected abstract start(): void;

  /** Let go of everything. */
  protected abstract stop(): void;

  /** Say what `muted` says now, where we are there to say it. */
  protected abstract tellMuted(): void;

  /** Whether we are there, or on our way. */
  protected get joined(): boolean {
    return this.#state === "connecting" || this.#state === "connected";
  }

  /** The way is open, or lost for now; the words that were said last stay until there are others. */
  protected look(connected: boolean, why: string): void {
    if (!this.joined) return;
    if (connected) this.#settle("connected", "");
    else if (this.#state !== "connecting" || why !== "") this.#settle("connecting", why || this.#message);
  }

  /** It is over, for good. */
  protected readonly refuse = (why: string): void => {
    if (this.joined) this.#end("refused", why);
  };

  #end(state: ConnectionState, message: string): void {
    this.stop();
    this.attendance.clear();
    this.#settle(state, message);
  }

  #settle(state: ConnectionState, message: string): void {
    if (state === this.#state && message === this.#message) return;
    this.#state = state;
    this.#message = message;
    this.listeners.tell("state", { state, message });
  }
}

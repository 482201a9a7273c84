import type { Attendance } from "./attendance";
import { Driver } from "./driver";
import { Keeper, type Holding } from "./keeper";
import type { Muted, Participant, Strategy } from "./types";

/** Our presence on a stage that somebody else's client library reaches, from being joined until it is lost. */
export interface Session extends Holding {
  /** We are connected, and what is to be published is. */
  readonly ready: boolean;
  /** Ask the strategy again. */
  refresh(): void;
  mute(muted: Muted): void;
}

/** What a session finds and tells. */
export interface Surroundings {
  readonly strategy: Strategy;
  readonly attendance: Attendance;
  readonly muted: Muted;
  /** `ready` may have changed; `why` says what is wrong, or "". */
  changed(why: string): void;
  /** Something went wrong that does not end the session; `participant` where it is about one. */
  complain(message: string, participant?: Participant): void;
  /** It is over for good. */
  refuse(why: string): void;
}

/** Joins; rejects with a Refusal where it is no use to try again, with another error where it is. */
export type Opener = (surroundings: Surroundings, signal: AbortSignal) => Promise<Session>;

/** A driver over a client library: one session at a time, and another whenever it was lost. */
export class HostedStage extends Driver {
  readonly #open: Opener;
  readonly #strategy: Strategy;
  #keeper: Keeper<Session> | null = null;
  #complaint = "";

  constructor(open: Opener, strategy: Strategy) {
    super();
    this.#open = open;
    this.#strategy = strategy;
  }

  refresh(): void {
    this.#keeper?.holding?.refresh();
    this.#look("");
  }

  protected start(): void {
    this.#keeper = new Keeper(
      (signal) => this.#open(this.#surroundings(signal), signal),
      (session, why) => {
        if (session) {
          session.mute(this.muted);
          session.refresh();
        } else this.attendance.loseStreams();
        this.#look(why);
      },
      this.refuse,
    );
  }

  protected stop(): void {
    this.#keeper?.stop();
    this.#keeper = null;
    this.#complaint = "";
  }

  protected tellMuted(): void {
    this.#keeper?.holding?.mute(this.muted);
  }

  /** What a session says after we left is of no interest any more. */
  #surroundings(signal: AbortSignal): Surroundings {
    const heard =
      <A extends unknown[]>(listener: (...args: A) => void) =>
      (...args: A): void => {
        if (!signal.aborted) listener(...args);
      };
    const muted = (): Muted => this.muted;
    return {
      strategy: this.#strategy,
      attendance: this.attendance,
      get muted() {
        return muted();
      },
      changed: heard((why: string) => {
        this.#look(why);
      }),
      complain: heard((message: string, participant?: Participant) => {
        this.#complain(message, participant);
      }),
      refuse: heard(this.refuse),
    };
  }

  #look(why: string): void {
    const ready = this.#keeper?.holding?.ready ?? false;
    if (ready) this.#complaint = "";
    this.look(ready, why);
  }

  /** What goes wrong again and again is told once. */
  #complain(message: string, participant?: Participant): void {
    const complaint = `${participant?.id ?? ""} ${message}`;
    if (complaint === this.#complaint) return;
    this.#complaint = complaint;
    this.listeners.tell("error", participant ? { message, participant } : { message });
  }
}

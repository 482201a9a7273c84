import { Keeper } from "./keeper";
import { Listeners } from "./listeners";
import { RosterLink, subscriptions, type Muted, type RosterState } from "./roster";
import type { Claims } from "./token";
import type { ConnectionState, Participant, StageClient, StageEvents, Strategy } from "./types";
import { Publication } from "./whip";
import { Subscription } from "./whep";

/** Milliseconds for which the stage may say that we are not publishing while we think that we are. */
const UNSEEN = 6000;

interface Watched {
  participant: Participant;
  keeper: Keeper<Subscription>;
  stream: MediaStream | null;
}

/** The driver for our own server's stage: a roster, WHIP to publish, WHEP to watch; each comes back by itself. */
export class LocalStage implements StageClient {
  readonly #token: string;
  readonly #claims: Claims;
  readonly #strategy: Strategy;
  readonly #listeners = new Listeners<StageEvents>();
  readonly #watching = new Map<string, Watched>();
  #roster: Keeper<RosterLink> | null = null;
  #publishing: Keeper<Publication> | null = null;
  #participants: Participant[] = [];
  #muted: Muted = { audio: false, video: false };
  #state: ConnectionState = "disconnected";
  #message = "";
  #rosterWasLost = false;
  #unseen: ReturnType<typeof setTimeout> | undefined;

  constructor(token: string, claims: Claims, strategy: Strategy) {
    this.#token = token;
    this.#claims = claims;
    this.#strategy = strategy;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Resolves once connected or left again; rejects when the stage refuses the token. */
  join(): Promise<void> {
    if (this.#roster) return Promise.resolve();
    this.#settle("connecting", "");
    const joined = new Promise<void>((resolve, reject) => {
      const off = this.on("state", ({ state, message }) => {
        if (state === "connecting") return;
        off();
        if (state === "refused") reject(new Error(message));
        else resolve();
      });
    });
    this.#roster = new Keeper(
      (signal) => RosterLink.open(this.#token, this.#hear, this.#refuse, signal),
      (link, why) => {
        link?.mute(this.#muted);
        if (!link) this.#rosterWasLost = true;
        this.#look(why);
      },
      this.#refuse,
    );
    this.refresh();
    return joined;
  }

  leave(): Promise<void> {
    this.#stop();
    this.#settle("disconnected", "");
    return Promise.resolve();
  }

  refresh(): void {
    if (!this.#roster) return;
    this.#publish();
    this.#subscribe();
    this.#look("");
  }

  setMuted(muted: Muted): void {
    this.#muted = { ...muted };
    this.#roster?.holding?.mute(this.#muted);
  }

  on<K extends keyof StageEvents>(event: K, listener: (value: StageEvents[K]) => void): () => void {
    return this.#listeners.on(event, listener);
  }

  readonly #hear = ({ viewers, participants }: RosterState): void => {
    if (!this.#roster) return;
    this.#participants = participants;
    this.#listeners.tell("participants", participants);
    this.#listeners.tell("viewers", viewers);
    this.#checkSeen();
    this.#subscribe();
  };

  /** Publish again where the stage has lost sight of us: it was started again, or gave us up. */
  #checkSeen(): void {
    const seen = this.#participants.some(({ isLocal, publishing }) => isLocal && publishing);
    const returned = this.#rosterWasLost;
    this.#rosterWasLost = false;
    if (seen || !this.#publishing?.holding) {
      clearTimeout(this.#unseen);
      this.#unseen = undefined;
    } else if (returned) {
      this.#publishing.renew();
    } else {
      this.#unseen ??= setTimeout(() => {
        this.#unseen = undefined;
        this.#publishing?.renew();
      }, UNSEEN);
    }
  }

  #publish(): void {
    const tracks = this.#strategy.tracksToPublish();
    if (tracks.length === 0 || !this.#claims.mayPublish) {
      this.#publishing?.stop();
      this.#publishing = null;
      return;
    }
    const keeper = this.#publishing;
    if (keeper) {
      void keeper.holding?.replace(tracks).then((replaced) => {
        if (!replaced) keeper.renew();
      });
      return;
    }
    this.#publishing = new Keeper(
      (signal) => Publication.open("/whip", this.#token, this.#strategy.tracksToPublish(), signal),
      (_, why) => {
        this.#look(why);
      },
      this.#refuse,
    );
  }

  #subscribe(): void {
    if (!this.#roster || !this.#claims.maySubscribe) return;
    const wanted = (participant: Participant): boolean => this.#strategy.shouldSubscribe(participant);
    const { begin, end } = subscriptions(this.#watching.keys(), this.#participants, wanted);
    for (const id of end) this.#unwatch(id);
    for (const participant of begin) this.#watch(participant);
  }

  #watch(participant: Participant): void {
    const { id } = participant;
    const keeper: Keeper<Subscription> = new Keeper(
      (signal) => Subscription.open(`/whep/${encodeURIComponent(id)}`, this.#token, signal),
      (subscription) => {
        const stream = subscription?.stream ?? null;
        const watched = this.#watching.get(id);
        if (watched?.keeper !== keeper || watched.stream === stream) return;
        watched.stream = stream;
        this.#listeners.tell("stream", { participant, stream });
      },
      this.#refuse,
    );
    this.#watching.set(id, { participant, keeper, stream: null });
  }

  #unwatch(id: string): void {
    const watched = this.#watching.get(id);
    if (!watched) return;
    this.#watching.delete(id);
    watched.keeper.stop();
    if (watched.stream) this.#listeners.tell("stream", { participant: watched.participant, stream: null });
  }

  readonly #refuse = (why: string): void => {
    if (this.#state === "refused" || this.#state === "disconnected") return;
    this.#stop();
    this.#settle("refused", why);
  };

  /** We are connected while the roster is, and what we publish. */
  #look(why: string): void {
    if (!this.#roster) return;
    const connected =
      this.#roster.holding !== null && (this.#publishing === null || this.#publishing.holding !== null);
    if (connected) this.#settle("connected", "");
    else if (this.#state !== "connecting" || why !== "") this.#settle("connecting", why || this.#message);
  }

  #settle(state: ConnectionState, message: string): void {
    if (state === this.#state && message === this.#message) return;
    this.#state = state;
    this.#message = message;
    this.#listeners.tell("state", { state, message });
  }

  #stop(): void {
    clearTimeout(this.#unseen);
    this.#unseen = undefined;
    this.#roster?.stop();
    this.#roster = null;
    this.#publishing?.stop();
    this.#publishing = null;
    for (const id of [...this.#watching.keys()]) this.#unwatch(id);
  }
}

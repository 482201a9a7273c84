import { Driver } from "./driver";
import { IceServers } from "./ice";
import { Keeper, Unsupported } from "./keeper";
import { RosterLink, subscriptions, type RosterState } from "./roster";
import type { Claims } from "./token";
import type { Participant, Strategy } from "./types";
import { Publication } from "./whip";
import { Subscription } from "./whep";

/** Milliseconds for which the stage may say that we are not publishing while we think that we are. */
const UNSEEN = 6000;

/** The driver for our own server's stage: a roster, WHIP to publish, WHEP to watch; each comes back by itself. */
export class LocalStage extends Driver {
  readonly #token: string;
  readonly #claims: Claims;
  readonly #strategy: Strategy;
  readonly #watching = new Map<string, Keeper<Subscription>>();
  #ice = new IceServers(null);
  #roster: Keeper<RosterLink> | null = null;
  #publishing: Keeper<Publication> | null = null;
  #met = false;
  #rosterWasLost = false;
  #unseen: ReturnType<typeof setTimeout> | undefined;

  constructor(token: string, claims: Claims, strategy: Strategy) {
    super();
    this.#token = token;
    this.#claims = claims;
    this.#strategy = strategy;
  }

  refresh(): void {
    if (!this.#roster) return;
    this.#publish();
    this.#subscribe();
    this.#look("");
  }

  protected start(): void {
    this.#met = false;
    this.#ice = IceServers.of(this.#token);
    void this.#ice.get(); // asked for while the roster connects, so that no offer waits for it long
    this.#roster = new Keeper(
      (signal) => RosterLink.open(this.#token, this.#hear, this.refuse, signal),
      (link, why) => {
        link?.mute(this.muted);
        if (!link) this.#rosterWasLost = true;
        this.#look(why);
      },
      this.refuse,
    );
    this.refresh();
  }

  protected stop(): void {
    clearTimeout(this.#unseen);
    this.#unseen = undefined;
    this.#roster?.stop();
    this.#roster = null;
    this.#publishing?.stop();
    this.#publishing = null;
    for (const keeper of this.#watching.values()) keeper.stop();
    this.#watching.clear();
  }

  protected tellMuted(): void {
    this.#roster?.holding?.mute(this.muted);
  }

  readonly #hear = ({ viewers, recording, participants }: RosterState): void => {
    if (!this.#roster) return;
    this.attendance.state(participants, !this.#met);
    this.attendance.viewers(viewers);
    this.attendance.recording(recording);
    this.#met = true;
    this.#checkSeen();
    this.#subscribe();
  };

  /** Publish again where the stage has lost sight of us: it was started again, or gave us up. */
  #checkSeen(): void {
    const seen = this.attendance.participants.some(({ isLocal, publishing }) => isLocal && publishing);
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
    const tracks = this.#strategy.shouldPublish() ? this.#strategy.streamsToPublish() : [];
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
      async (signal) => {
        const servers = await this.#ice.get();
        return Publication.open("/whip", this.#token, this.#strategy.streamsToPublish(), servers, signal);
      },
      (_, why) => {
        this.#look(why);
      },
      this.refuse,
    );
  }

  #subscribe(): void {
    if (!this.#roster || !this.#claims.maySubscribe) return;
    const wanted = (participant: Participant): boolean => this.#strategy.shouldSubscribe(participant);
    const { begin, end } = subscriptions(this.#watching.keys(), this.attendance.participants, wanted);
    for (const id of end) this.#unwatch(id);
    for (const participant of begin) this.#watch(participant);
  }

  #watch(participant: Participant): void {
    const { id } = participant;
    let complained = false;
    const open = async (signal: AbortSignal): Promise<Subscription> => {
      try {
        const servers = await this.#ice.get();
        return await Subscription.open(`/whep/${encodeURIComponent(id)}`, this.#token, servers, signal);
      } catch (error) {
        if (error instanceof Unsupported && !complained) {
          complained = true;
          this.listeners.tell("error", { message: error.message, participant });
        }
        throw error;
      }
    };
    const keeper: Keeper<Subscription> = new Keeper(
      open,
      (subscription) => {
        if (this.#watching.get(id) === keeper) this.attendance.stream(id, subscription?.stream ?? null);
      },
      this.refuse,
    );
    this.#watching.set(id, keeper);
  }

  #unwatch(id: string): void {
    this.#watching.get(id)?.stop();
    this.#watching.delete(id);
    this.attendance.stream(id, null);
  }

  /** We are connected while the roster is, and what we publish. */
  #look(why: string): void {
    if (!this.#roster) return;
    this.look(
      this.#roster.holding !== null && (this.#publishing === null || this.#publishing.holding !== null),
      why,
    );
  }
}

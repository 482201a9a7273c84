import { Presence } from "../lib/presence.svelte";
import { redeem } from "../stage/ticket";
import type { Participant } from "../stage/types";

/**
 * What the viewer has before them.
 *
 * - `no-link`: the address has no token, or one that is no good; `message` says what to do.
 * - `connecting`: the stage has not answered yet. `reconnecting`: it did before.
 * - `waiting`: nobody has been live since this page was opened. `ended`: somebody was.
 * - `live`: somebody is.
 */
export type Showing = "no-link" | "connecting" | "reconnecting" | "waiting" | "live" | "ended";

export interface Seen {
  participant: Participant;
  stream: MediaStream | null;
  /** Why there is no stream, where it will not come by itself; else "". */
  trouble: string;
}

/** The viewer's side of a stage: who is live, and their streams. */
export class Audience extends Presence {
  readonly publishers = $derived.by(() =>
    this.others
      .filter(({ publishing }) => publishing)
      .map((participant): Seen => ({
        participant,
        stream: this.streams.get(participant.id) ?? null,
        trouble: this.troubles.get(participant.id) ?? "",
      })),
  );
  readonly showing = $derived.by((): Showing => {
    if (this.refused || this.connection === "refused") return "no-link";
    if (this.connection !== "connected") return this.met ? "reconnecting" : "connecting";
    if (this.publishers.length > 0) return "live";
    return this.sawLive ? "ended" : "waiting";
  });
  private refused = $state(false);
  private met = $state(false);
  private sawLive = $state(false);
  /** Counts what was opened: an answer for a link of before is not our business any more. */
  private watching = 0;

  /** Watch the stage that this viewer link's token is for, instead of any before. */
  async watch(token: string): Promise<void> {
    const watching = ++this.watching;
    await this.exit();
    this.refused = this.met = this.sawLive = false;
    this.connection = "connecting";
    if (token === "") {
      this.#refuse("This link is not complete. Ask for it again, and open all of it.");
      return;
    }
    try {
      const own = await redeem(token);
      if (watching !== this.watching) return;
      await this.enter(own, {
        shouldPublish: () => false,
        streamsToPublish: () => [],
        shouldSubscribe: ({ isLocal }) => !isLocal,
      });
    } catch (error) {
      if (watching === this.watching) this.#refuse(error instanceof Error ? error.message : String(error));
    }
  }

  protected override changed(): void {
    if (this.connection === "connected") this.met = true;
    if (this.publishers.length > 0) this.sawLive = true;
  }

  #refuse(message: string): void {
    this.refused = true;
    this.message = message;
  }
}

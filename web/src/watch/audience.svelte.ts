import { SvelteMap } from "svelte/reactivity";

import { openStage } from "../stage/open";
import type { ConnectionState, Participant, StageClient } from "../stage/types";

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
}

/** The viewer's side of a stage: who is live, and their streams. */
export class Audience {
  viewers = $state(0);
  message = $state("");
  connection = $state<ConnectionState>("disconnected");
  readonly publishers = $derived.by(() =>
    this.participants
      .filter(({ publishing, isLocal }) => publishing && !isLocal)
      .map((participant): Seen => ({ participant, stream: this.streams.get(participant.id) ?? null })),
  );
  readonly showing = $derived.by((): Showing => {
    if (this.refused || this.connection === "refused") return "no-link";
    if (this.connection !== "connected") return this.met ? "reconnecting" : "connecting";
    if (this.publishers.length > 0) return "live";
    return this.sawLive ? "ended" : "waiting";
  });
  private participants = $state.raw<Participant[]>([]);
  private refused = $state(false);
  private met = $state(false);
  private sawLive = $state(false);
  private readonly streams = new SvelteMap<string, MediaStream>();
  #client: StageClient | null = null;

  /** Watch the stage that this token is for, instead of any before. */
  async watch(token: string): Promise<void> {
    await this.#client?.leave().catch(() => undefined);
    this.#client = null;
    this.participants = [];
    this.streams.clear();
    this.refused = this.met = this.sawLive = false;
    this.connection = "connecting";
    this.message = "";
    if (token === "") {
      this.#refuse("This link is not complete. Ask for it again, and open all of it.");
      return;
    }
    try {
      const client = openStage(token, {
        tracksToPublish: () => [],
        shouldSubscribe: ({ isLocal }) => !isLocal,
      });
      this.#client = client;
      this.#listen(client);
      await client.join();
    } catch (error) {
      this.#refuse(error instanceof Error ? error.message : String(error));
    }
  }

  #refuse(message: string): void {
    this.refused = true;
    this.message = message;
  }

  #listen(client: StageClient): void {
    const mine =
      <T>(listener: (value: T) => void) =>
      (value: T) => {
        if (this.#client === client) listener(value);
      };
    client.on(
      "state",
      mine(({ state, message }) => {
        this.connection = state;
        this.message = message;
        if (state === "connected") this.met = true;
      }),
    );
    client.on(
      "participants",
      mine((participants) => {
        this.participants = participants;
        if (participants.some(({ publishing, isLocal }) => publishing && !isLocal)) this.sawLive = true;
      }),
    );
    client.on(
      "viewers",
      mine((viewers) => (this.viewers = viewers)),
    );
    client.on(
      "stream",
      mine(({ participant, stream }) => {
        if (stream) this.streams.set(participant.id, stream);
        else this.streams.delete(participant.id);
      }),
    );
  }
}

import { SvelteMap } from "svelte/reactivity";

import { openStage } from "../stage/open";
import type { ConnectionState, Participant, StageClient, Strategy } from "../stage/types";
import { notices } from "./notices.svelte";

/** Being on a stage: what it says, as state that a page can show. */
export abstract class Presence {
  connection = $state<ConnectionState>("disconnected");
  /** What happened and what to do, in plain words; "" when all is well. */
  message = $state("");
  /** How many watch; null where the stage has not said, or never does. */
  viewers = $state<number | null>(null);
  /** Whether the stage records what its participants publish. */
  recorded = $state(false);
  /** Everybody but us. */
  others = $state.raw<Participant[]>([]);
  readonly streams = new SvelteMap<string, MediaStream>();
  /** Why somebody's media does not arrive, by their id, in plain words. */
  readonly troubles = new SvelteMap<string, string>();
  protected client: StageClient | null = null;

  /** Called whenever the connection or the others have changed. */
  protected abstract changed(): void;

  /** Somebody came while we were there, or went. */
  protected joined?(participant: Participant): void;
  protected left?(participant: Participant): void;

  /** Join the stage that a token is for. Throws `UnusableToken`. */
  protected async enter(token: string, strategy: Strategy): Promise<void> {
    const client = openStage(token, strategy);
    this.client = client;
    this.#listen(client);
    await client.join();
  }

  /** Leave the stage, if we are on one, and forget what it said. */
  protected async exit(): Promise<void> {
    const client = this.client;
    this.client = null;
    this.connection = "disconnected";
    this.message = "";
    this.viewers = null;
    this.recorded = false;
    this.others = [];
    this.streams.clear();
    this.troubles.clear();
    // whatever the stage says to it, we are gone
    await client?.leave().catch(() => undefined);
  }

  #listen(client: StageClient): void {
    const mine =
      <T>(listener: (value: T) => void) =>
      (value: T) => {
        if (this.client === client) listener(value);
      };
    client.on(
      "state",
      mine(({ state, message }) => {
        this.connection = state;
        this.message = message;
        this.changed();
      }),
    );
    client.on(
      "participants",
      mine((all) => {
        this.others = all.filter(({ isLocal }) => !isLocal);
        this.changed();
      }),
    );
    client.on(
      "viewers",
      mine((viewers) => (this.viewers = viewers)),
    );
    client.on(
      "recording",
      mine((recording) => (this.recorded = recording)),
    );
    client.on(
      "streamAdded",
      mine(({ participant, stream }) => {
        this.streams.set(participant.id, stream);
        this.troubles.delete(participant.id);
      }),
    );
    client.on(
      "streamRemoved",
      mine(({ participant }) => this.streams.delete(participant.id)),
    );
    client.on(
      "error",
      mine(({ message, participant }) => {
        if (participant) this.troubles.set(participant.id, message);
        else notices.show(message, "bad");
      }),
    );
    client.on(
      "joined",
      mine((participant) => {
        this.joined?.(participant);
      }),
    );
    client.on(
      "left",
      mine((participant) => {
        this.troubles.delete(participant.id);
        this.left?.(participant);
      }),
    );
  }
}

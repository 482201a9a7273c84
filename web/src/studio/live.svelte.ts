import { SvelteMap } from "svelte/reactivity";

import type { Api } from "../backgrounds/api";
import { openStage } from "../stage/open";
import type { ConnectionState, Participant, StageClient } from "../stage/types";

/** Being on a stage: ours, or one elsewhere by a participant token. */
export class Live {
  on = $state(false);
  connection = $state<ConnectionState>("disconnected");
  /** What happened and what to do, in plain words; "" when all is well. */
  message = $state("");
  /** Unix milliseconds since which the audience can see us. */
  since = $state<number | null>(null);
  elsewhere = $state(false);
  viewers = $state(0);
  others = $state.raw<Participant[]>([]);
  readonly streams = new SvelteMap<string, MediaStream>();
  readonly #api: Api;
  #client: StageClient | null = null;
  #turn = 0;
  #tracks: MediaStreamTrack[] = [];
  #muted = { audio: false, video: false };

  constructor(api: Api) {
    this.#api = api;
  }

  /** Go live on our own stage. Where that does not work, `message` says why. */
  async start(): Promise<void> {
    const mint = async () => (await this.#api.token({ user_id: "creator", publish: true })).token;
    const complaint = await this.#join(mint, false);
    if (complaint) this.message = complaint;
  }

  /** Join the stage that a pasted participant token is for. @returns why it did not work, or "" */
  async join(token: string): Promise<string> {
    return this.#join(() => Promise.resolve(token.trim()), true);
  }

  async leave(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    this.#reset();
    // whatever the stage says to it, we are gone
    await client?.leave().catch(() => undefined);
  }

  /** Say what is to be sent, whenever it changes; it is kept for when we go live. */
  update(tracks: MediaStreamTrack[], muted: { audio: boolean; video: boolean }): void {
    this.#tracks = tracks;
    this.#muted = muted;
    this.#client?.refresh();
    this.#client?.setMuted(muted);
  }

  async #join(mint: () => Promise<string>, elsewhere: boolean): Promise<string> {
    if (this.on) return "";
    const turn = ++this.#turn;
    this.on = true;
    this.elsewhere = elsewhere;
    this.connection = "connecting";
    this.message = "";
    try {
      const token = await mint();
      // left again while the token was on its way
      if (turn !== this.#turn) return "";
      const client = openStage(token, {
        tracksToPublish: () => this.#tracks,
        shouldSubscribe: (participant) => !participant.isLocal,
      });
      this.#client = client;
      this.#listen(client);
      client.setMuted(this.#muted);
      await client.join();
      return "";
    } catch (error) {
      if (turn !== this.#turn) return "";
      await this.leave();
      return error instanceof Error ? error.message : String(error);
    }
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
        if (state === "connected") this.since ??= Date.now();
        if (state === "refused") void this.leave().then(() => (this.message = message));
      }),
    );
    client.on(
      "participants",
      mine((all) => (this.others = all.filter(({ isLocal }) => !isLocal))),
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

  #reset(): void {
    this.#turn++;
    this.on = false;
    this.connection = "disconnected";
    this.message = "";
    this.since = null;
    this.elsewhere = false;
    this.viewers = 0;
    this.others = [];
    this.streams.clear();
  }
}

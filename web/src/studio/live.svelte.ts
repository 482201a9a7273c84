import type { Api } from "../backgrounds/api";
import { notices } from "../lib/notices.svelte";
import { Presence } from "../lib/presence.svelte";
import type { Participant } from "../stage/types";

/** Being live: on our own stage, or on one elsewhere by a participant token. */
export class Live extends Presence {
  on = $state(false);
  /** Unix milliseconds since which the audience can see us. */
  since = $state<number | null>(null);
  elsewhere = $state(false);
  readonly #api: Api;
  #tracks: MediaStreamTrack[] = [];
  #muted = { audio: false, video: false };
  /** Counts joins and leaves: what was begun before the last one is not our business any more. */
  #turn = 0;

  constructor(api: Api) {
    super();
    this.#api = api;
  }

  /** Go live on our own stage. Where that does not work, `message` says why. */
  async start(): Promise<void> {
    const mint = async () => (await this.#api.token({ user_id: "Host", publish: true })).token;
    const complaint = await this.#join(mint, false);
    if (complaint) this.message = complaint;
  }

  /** Join the stage that we were invited to. Where that does not work, `message` says why. */
  async accept(invitation: string): Promise<void> {
    const complaint = await this.#join(() => Promise.resolve(invitation), false);
    if (complaint) this.message = complaint;
  }

  /** Join the stage that a pasted participant token is for. @returns why it did not work, or "" */
  async join(token: string): Promise<string> {
    return this.#join(() => Promise.resolve(token.trim()), true);
  }

  async leave(): Promise<void> {
    this.#turn += 1;
    this.on = this.elsewhere = false;
    this.since = null;
    await this.exit();
  }

  /** Say what is to be sent, whenever it changes; it is kept for when we go live. */
  update(tracks: MediaStreamTrack[], muted: { audio: boolean; video: boolean }): void {
    this.#tracks = tracks;
    this.#muted = muted;
    this.client?.refresh();
    this.client?.setMuted(muted);
  }

  protected override changed(): void {
    if (this.connection === "connected") this.since ??= Date.now();
    if (this.connection !== "refused") return;
    const { message } = this;
    void this.leave().then(() => (this.message = message));
  }

  protected override joined({ userId }: Participant): void {
    notices.show(`${userId || "Somebody"} joined the stage.`);
  }

  protected override left({ userId }: Participant): void {
    notices.show(`${userId || "Somebody"} left the stage.`);
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
      const entered = this.enter(token, {
        shouldPublish: () => this.#tracks.length > 0,
        streamsToPublish: () => this.#tracks,
        shouldSubscribe: (participant) => !participant.isLocal,
      });
      this.client?.setMuted(this.#muted);
      await entered;
      return "";
    } catch (error) {
      if (turn !== this.#turn) return "";
      await this.leave();
      return error instanceof Error ? error.message : String(error);
    }
  }
}

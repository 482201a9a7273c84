import type { Api } from "../../backgrounds/api";
import { Presence } from "../../lib/presence.svelte";

/** Watches what an engine publishes to this server's stage, without being there as anybody. */
export class EngineStream extends Presence {
  readonly #api: Api;
  #participant = $state("");

  constructor(api: Api) {
    super();
    this.#api = api;
  }

  /** The engine's picture as viewers get it; null while it does not come. */
  get track(): MediaStreamTrack | null {
    return this.streams.get(this.#participant)?.getVideoTracks()[0] ?? null;
  }

  /** Watch this participant; "" for nobody. */
  async watch(participant: string): Promise<void> {
    if (participant === this.#participant) return;
    this.#participant = participant;
    await this.exit();
    if (participant === "") return;
    try {
      const { token } = await this.#api.token({ user_id: "Studio", publish: false });
      if (participant !== this.#participant) return;
      await this.enter(token, {
        shouldPublish: () => false,
        streamsToPublish: () => [],
        shouldSubscribe: ({ id }) => id === this.#participant,
      });
    } catch {
      // its small pictures are shown instead
    }
  }

  protected override changed(): void {
    // nothing but the stream is of interest
  }
}

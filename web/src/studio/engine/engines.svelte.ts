import type { Api } from "../../backgrounds/api";
import { Engine } from "./engine.svelte";
import type { EngineState } from "../../backgrounds/engine-types";

/** The engines that report to this server, and the one that stands in the camera's place. */
export class Engines {
  list = $state.raw<EngineState[]>([]);
  chosen = $state.raw<Engine | null>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Look which engines run. */
  async refresh(): Promise<void> {
    try {
      this.list = await this.#api.engines();
    } catch {
      // a server that does not answer for a while has lost none
    }
  }

  choose(id: string, hosting: boolean): void {
    const told = this.list.find((each) => each.id === id);
    if (!told || this.chosen?.id === id) return;
    this.chosen?.close();
    this.chosen = new Engine(this.#api, told, hosting);
  }

  leave(): void {
    this.chosen?.close();
    this.chosen = null;
  }
}

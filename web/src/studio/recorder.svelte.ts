import type { Api } from "../backgrounds/api";
import { inWords } from "../backgrounds/http";
import type { RecordedFile, Recording } from "../backgrounds/types";
import { notices } from "../lib/notices.svelte";
import { save } from "../lib/save";

const LOOK_MS = 5000;

/** Whether our stage is recorded, and what there is of it. The server records; this only tells it to. */
export class Recorder {
  /** Null until the server has said. */
  told = $state.raw<Recording | null>(null);
  /** Whether an answer is waited for. */
  busy = $state(false);
  /** The name of the file that is being fetched; "" for none. */
  fetching = $state("");
  readonly #api: Api;
  readonly #link: { readonly stage: string };
  #looking: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, link: { readonly stage: string }) {
    this.#api = api;
    this.#link = link;
  }

  get on(): boolean {
    return this.told?.recording ?? false;
  }

  /** Ask the server, now, and again for as long as it records. */
  async look(): Promise<void> {
    clearTimeout(this.#looking);
    if (this.#link.stage === "") return;
    try {
      this.told = await this.#api.recording(this.#link.stage);
    } catch {
      // what was known stays; a server that is away says so elsewhere
    }
    this.#lookAgain();
  }

  async toggle(): Promise<void> {
    if (this.busy || this.#link.stage === "") return;
    this.busy = true;
    const { on } = this;
    try {
      this.told = await this.#api.record(this.#link.stage, !on);
      notices.show(on ? "Recording stopped. The files are complete." : "Recording.", "good");
    } catch (error) {
      notices.show(inWords(error), "bad");
    } finally {
      this.busy = false;
    }
    this.#lookAgain();
  }

  /** Where a file is for a link; null where only the page can fetch it, because a key is needed. */
  addressOf({ name }: RecordedFile): string | null {
    const path = this.#api.recordedAt(this.#link.stage, name);
    return this.#api.open(path) ? path : null;
  }

  /** Save a file, where a link cannot. */
  async download({ name }: RecordedFile): Promise<void> {
    this.fetching = name;
    try {
      save(await this.#api.file(this.#api.recordedAt(this.#link.stage, name)), name);
    } catch (error) {
      notices.show(inWords(error), "bad");
    } finally {
      this.fetching = "";
    }
  }

  #lookAgain(): void {
    clearTimeout(this.#looking);
    if (this.on) this.#looking = setTimeout(() => void this.look(), LOOK_MS);
  }
}

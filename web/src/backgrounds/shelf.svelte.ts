import type { Api } from "./api";
import { inWords } from "./http";
import type { Library } from "./library.svelte";

const PAGE = 48;
const TYPING_MS = 250;

/** The library as its drawer shows it: searched, filtered, a page at a time. */
export class Shelf {
  search = $state("");
  favourites = $state(false);
  /** What is being fetched: the first page, one more, or nothing. */
  fetching = $state<"first" | "more" | null>(null);
  complaint = $state("");
  readonly #api: Api;
  readonly #library: Library;
  #ids = $state.raw<string[]>([]);
  #next = $state.raw<string | null>(null);
  #abort: AbortController | null = null;
  #typing: ReturnType<typeof setTimeout> | undefined;
  readonly list = $derived.by(() => this.#library.those(this.#ids));
  readonly more = $derived(this.#next !== null);

  constructor(api: Api, library: Library) {
    this.#api = api;
    this.#library = library;
  }

  /** Fetch what is looked for from the start; what was looked for before is not waited for. */
  async look(): Promise<void> {
    clearTimeout(this.#typing);
    await this.#fetch("first");
  }

  /** As `look`, once the typing rests. */
  lookSoon(): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.look(), TYPING_MS);
  }

  async fetchMore(): Promise<void> {
    if (this.#next !== null && this.fetching === null) await this.#fetch("more");
  }

  /** Let one that has just been made stand first, where all are shown. */
  add(id: string): void {
    if (this.search.trim() === "" && !this.favourites)
      this.#ids = [id, ...this.#ids.filter((other) => other !== id)];
  }

  async #fetch(which: "first" | "more"): Promise<void> {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    this.fetching = which;
    this.complaint = "";
    const wanted = {
      search: this.search.trim(),
      favourites: this.favourites,
      limit: PAGE,
      after: which === "more" ? this.#next : null,
    };
    try {
      const page = await this.#api.backgrounds(wanted, abort.signal);
      if (abort.signal.aborted) return;
      const found = this.#library.learn(page.backgrounds);
      // one that was added meanwhile may come again on a later page
      const before = which === "more" ? this.#ids : [];
      this.#ids = [...before, ...found.filter((id) => !before.includes(id))];
      this.#next = page.next;
    } catch (error) {
      if (!abort.signal.aborted) this.complaint = inWords(error);
    } finally {
      if (this.#abort === abort) this.fetching = null;
    }
  }
}

import { ApiError, type Api, type Background } from "./api";

const SHOWN = 60;

/** The backgrounds kept on the server, newest first. */
export class Library {
  list = $state.raw<Background[]>([]);
  loaded = $state(false);
  complaint = $state("");
  readonly #api: Api;
  // deleted here, still on the server while the creator may undo
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  readonly #leaving = new Map<string, { background: Background; timer: number }>();

  constructor(api: Api) {
    this.#api = api;
    addEventListener("pagehide", () => {
      for (const id of [...this.#leaving.keys()]) void this.#delete(id, true);
    });
  }

  async load(): Promise<void> {
    try {
      const all = await this.#api.backgrounds();
      this.list = all.filter(({ id }) => !this.#leaving.has(id)).slice(0, SHOWN);
      this.complaint = "";
    } catch (error) {
      this.complaint = error instanceof ApiError ? error.message : String(error);
    } finally {
      this.loaded = true;
    }
  }

  find(id: string): Background | undefined {
    return this.list.find((background) => background.id === id);
  }

  add(background: Background): void {
    this.list = [background, ...this.list.filter(({ id }) => id !== background.id)].slice(0, SHOWN);
  }

  /** Take it off the list now and off the server in a while. @returns a function that undoes it */
  remove(background: Background, undoMs = 6000): () => void {
    const place = this.list.indexOf(background);
    this.list = this.list.filter(({ id }) => id !== background.id);
    const timer = window.setTimeout(() => void this.#delete(background.id), undoMs);
    this.#leaving.set(background.id, { background, timer });
    return () => {
      if (!this.#leaving.delete(background.id)) return;
      clearTimeout(timer);
      this.list = this.list.toSpliced(place, 0, background);
    };
  }

  async #delete(id: string, keepalive = false): Promise<void> {
    const leaving = this.#leaving.get(id);
    if (!leaving) return;
    clearTimeout(leaving.timer);
    this.#leaving.delete(id);
    try {
      await this.#api.remove(id, keepalive);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return;
      this.add(leaving.background);
    }
  }
}

import { SvelteMap } from "svelte/reactivity";

import type { Album } from "./album";
import type { Api } from "./api";
import { ApiError, inWords } from "./http";
import type { Background } from "./types";

const SHOWN = 60;

/** The kept backgrounds that this page knows of. The server has the rest. */
export class Library {
  loaded = $state(false);
  complaint = $state("");
  readonly #api: Api;
  readonly #album: Album | null;
  // one that is deleted leaves the map alone, so that it is back in its place everywhere when that is undone
  readonly #known = new SvelteMap<string, Background>();
  #newest = $state.raw<string[]>([]);
  /** The newest ones, newest first. */
  readonly list = $derived(this.those(this.#newest).slice(0, SHOWN));

  /** With an album, what it holds is all that there is. */
  constructor(api: Api, album: Album | null = null) {
    this.#api = api;
    this.#album = album;
  }

  async load(): Promise<void> {
    try {
      const newest = await (this.#album?.load(this.#api) ?? this.#list());
      this.#newest = this.learn(newest);
      this.complaint = "";
    } catch (error) {
      this.complaint = inWords(error);
    } finally {
      this.loaded = true;
    }
  }

  find(id: string): Background | undefined {
    return this.#known.get(id);
  }

  /** As `find`, after asking the server about one that is not known here. Null when it is not there either. */
  async fetch(id: string): Promise<Background | null> {
    try {
      if (!this.#known.has(id)) this.learn([await this.#api.background(id)]);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
    return this.#known.get(id) ?? null;
  }

  /** Those of these ids that are still there, in this order. */
  those(ids: readonly string[]): Background[] {
    return ids.map((id) => this.#known.get(id)).filter((background) => background !== undefined);
  }

  /** Remember what the server told. @returns their ids */
  learn(backgrounds: readonly Background[]): string[] {
    for (const background of backgrounds) this.#known.set(background.id, background);
    return backgrounds.map(({ id }) => id);
  }

  /** Put a new one first. */
  add(background: Background): void {
    this.learn([background]);
    this.#album?.add(background.id);
    this.#newest = [background.id, ...this.#newest.filter((id) => id !== background.id)];
  }

  /** Delete it; `restore` brings it back. Throws `ApiError`, and then it is still there. */
  async remove(background: Background): Promise<void> {
    this.#known.delete(background.id);
    try {
      await this.#api.remove(background.id);
    } catch (error) {
      // somebody else may have been faster
      if (error instanceof ApiError && error.status === 404) return;
      this.#known.set(background.id, background);
      throw error;
    }
  }

  async restore(id: string): Promise<void> {
    this.learn([await this.#api.restore(id)]);
  }

  /** Throws `ApiError`, and then it is as before. */
  async favour(background: Background, favourite: boolean): Promise<void> {
    this.learn([{ ...background, favourite }]);
    try {
      this.learn([await this.#api.favour(background.id, favourite)]);
    } catch (error) {
      this.learn([background]);
      throw error;
    }
  }

  async #list(): Promise<Background[]> {
    return (await this.#api.backgrounds({ limit: SHOWN })).backgrounds;
  }

  /** The first seed after this background's with which it was not made yet, as far as this page knows. */
  nextSeed(of: Background): number {
    const same = [...this.#known.values()].filter(
      (other) =>
        other.prompt === of.prompt &&
        other.negative_prompt === of.negative_prompt &&
        other.style === of.style &&
        other.generator === of.generator &&
        other.width === of.width &&
        other.height === of.height,
    );
    const taken = same.map(({ seed }) => seed);
    let seed = of.seed;
    do seed = (seed + 1) % 2 ** 32;
    while (taken.includes(seed));
    return seed;
  }
}

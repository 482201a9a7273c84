import { isStrings } from "../lib/prefs";
import type { Api } from "./api";
import { ApiError } from "./http";
import type { Background } from "./types";

const STORED = "cyclorama.made";
const MOST = 60;

/** What a guest made in this tab, newest first: the server's own list is the host's. */
export class Album {
  readonly #storage: Pick<Storage, "getItem" | "setItem">;

  constructor(storage: Pick<Storage, "getItem" | "setItem">) {
    this.#storage = storage;
  }

  get ids(): string[] {
    const ids: unknown = JSON.parse(this.#storage.getItem(STORED) ?? "[]");
    return isStrings(ids) ? ids : [];
  }

  add(id: string): void {
    const ids = [id, ...this.ids.filter((other) => other !== id)].slice(0, MOST);
    this.#storage.setItem(STORED, JSON.stringify(ids));
  }

  /** Those that the server still has. */
  async load(api: Pick<Api, "background">): Promise<Background[]> {
    const found = await Promise.all(
      this.ids.map((id) =>
        api.background(id).catch((error: unknown) => {
          if (error instanceof ApiError && error.status === 404) return null;
          throw error;
        }),
      ),
    );
    return found.filter((background) => background !== null);
  }
}

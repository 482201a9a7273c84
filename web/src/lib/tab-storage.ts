/** What lasts as long as this tab, over reloads and journeys to other pages and back. */
export type TabStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const PROBE = "cyclorama.probe";

/** Whether it keeps what it is given; a browser that blocks a site's data does not, or throws. */
function keeps(storage: () => TabStorage): boolean {
  try {
    const found = storage();
    found.setItem(PROBE, "1");
    found.removeItem(PROBE);
    return true;
  } catch {
    return false;
  }
}

/** Where the browser keeps nothing, things last as long as the page does. */
class Memory implements TabStorage {
  readonly #kept = new Map<string, string>();

  getItem(key: string): string | null {
    return this.#kept.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#kept.set(key, value);
  }

  removeItem(key: string): void {
    this.#kept.delete(key);
  }
}

/** @returns where to keep things, and whether that outlasts this page */
export function openStorage(session: () => TabStorage): { storage: TabStorage; lasts: boolean } {
  return keeps(session) ? { storage: session(), lasts: true } : { storage: new Memory(), lasts: false };
}

export const tab = openStorage(() => sessionStorage);

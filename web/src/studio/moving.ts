import { tab, type TabStorage } from "../lib/tab-storage";

/** A token that waits in this tab while its page moves to the place where it may be used. It is there once. */

const STORED = "cyclorama.stage-token";

export function keepToken(token: string, storage: Pick<TabStorage, "setItem"> = tab.storage): void {
  storage.setItem(STORED, token);
}

/** @returns the token, or "" where none waits */
export function takeToken(storage: TabStorage = tab.storage): string {
  const token = storage.getItem(STORED);
  storage.removeItem(STORED);
  return token ?? "";
}

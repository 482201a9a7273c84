const STORED = "cyclorama.key";

/**
 * The creator's key from the link's fragment (`#key=...`), else the one this tab was opened with.
 *
 * The fragment is taken out of the address bar, so that the key is not shown on stream or kept in the history.
 */
export function takeKey(
  location: Pick<Location, "hash" | "pathname" | "search">,
  history: Pick<History, "replaceState">,
  storage: Pick<Storage, "getItem" | "setItem">,
): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get("key");
  if (given) {
    history.replaceState(null, "", location.pathname + location.search);
    storage.setItem(STORED, given);
    return given;
  }
  return storage.getItem(STORED);
}

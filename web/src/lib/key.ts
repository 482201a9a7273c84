const KEY = "cyclorama.key";
const INVITATION = "cyclorama.invitation";

/** Who opened the studio: its host, with the creator's key where there is one, or a guest with their token. */
export type Arrival = { guest: false; key: string | null } | { guest: true; token: string };

/**
 * Who comes by this link (`#key=...`, `#join=...`), else who this tab was opened by.
 *
 * The fragment is taken out of the address bar, so that no secret is shown on stream or kept in the history.
 */
export function arrive(
  location: Pick<Location, "hash" | "pathname" | "search">,
  history: Pick<History, "replaceState">,
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
): Arrival {
  const given = new URLSearchParams(location.hash.slice(1));
  const [key, invitation] = [given.get("key"), given.get("join")];
  if (key || invitation) history.replaceState(null, "", location.pathname + location.search);
  if (invitation) storage.setItem(INVITATION, invitation);
  else if (key) {
    storage.setItem(KEY, key);
    forgetInvitation(storage);
  }
  const token = storage.getItem(INVITATION);
  return token ? { guest: true, token } : { guest: false, key: storage.getItem(KEY) };
}

/** Be nobody's guest in this tab any more, from the next load on. */
export function forgetInvitation(storage: Pick<Storage, "removeItem">): void {
  storage.removeItem(INVITATION);
}

/** Whether a fragment brings a secret, so that a page that is open already has to begin again with it. */
export function bringsSecret(hash: string): boolean {
  return /^#(key|join)=./.test(hash);
}

const TOLD = ["code", "state", "error", "error_description", "error_uri", "iss", "session_state", "scope"];

/**
 * The address by which the issuer sent the creator back, or null where it did not.
 *
 * What it brings is taken out of the address bar at once: nothing of it is shown on stream or kept in the history.
 */
export function takeReturn(
  location: Pick<Location, "href" | "pathname" | "search" | "hash">,
  history: Pick<History, "replaceState">,
): string | null {
  const query = new URLSearchParams(location.search);
  if (!query.has("state") || !(query.has("code") || query.has("error"))) return null;
  const { href } = location;
  for (const name of TOLD) query.delete(name);
  const rest = query.size > 0 ? `?${query}` : "";
  history.replaceState(null, "", location.pathname + rest + location.hash);
  return href;
}

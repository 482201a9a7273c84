/**
 * Pages may reach nobody but their own server. Amazon's web SDK has to reach Amazon, so there is one more place for
 * each page: at `?stage=ivs` the server opens its Content-Security-Policy for Amazon's hosts, and only there.
 */
import { withoutTicket } from "./ticket";
import { readToken } from "./token";

const WANTED = ["stage", "ivs"] as const;

/** Whether this address is the place for Amazon IVS. */
export function isIvsPlace({ search }: Pick<Location, "search">): boolean {
  const [name, value] = WANTED;
  return new URLSearchParams(search).get(name) === value;
}

/** The same page's place for Amazon IVS. A token never goes into a query: servers keep those in their logs. */
export function ivsPlace({ pathname, hash }: Pick<Location, "pathname" | "hash">): string {
  return `${pathname}?${WANTED.join("=")}${hash}`;
}

/** Whether somebody with this token is in the wrong place. A token that is no good is in none. */
export function isMisplaced(token: string, location: Pick<Location, "search">): boolean {
  if (isIvsPlace(location)) return false;
  try {
    return withoutTicket(readToken(token).resource).startsWith("arn:");
  } catch {
    return false;
  }
}

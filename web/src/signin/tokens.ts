import { isNumber, isString } from "../lib/prefs";
import type { TabStorage } from "../lib/tab-storage";

const STORED = "cyclorama.signed-in";

/** What the issuer gave to who signed in. */
export interface Tokens {
  access: string;
  /** "" where there is none. */
  id: string;
  /** What new ones are had for; "" where there is none. */
  refresh: string;
  scope: string;
  /** Unix milliseconds, by this machine's clock, at which they are no good any more. */
  expires: number;
  /** For how many milliseconds they were good. */
  lasts: number;
  /** What the creator is called there, or "". */
  name: string;
}

/** What requests show. Some issuers' access tokens are for themselves alone; then the id token says who it is. */
export function bearerOf({ access, id }: Tokens): string {
  return access.split(".").length === 3 || id === "" ? access : id;
}

/** When to have new ones, in Unix milliseconds: some minutes early, so that an issuer may be away for a while. */
export function renewalOf({ expires, lasts }: Pick<Tokens, "expires" | "lasts">): number {
  return expires - Math.min(5 * 60_000, lasts / 4);
}

export function keepTokens(tokens: Tokens | null, storage: TabStorage): void {
  if (tokens) storage.setItem(STORED, JSON.stringify(tokens));
  else storage.removeItem(STORED);
}

export function keptTokens(storage: TabStorage): Tokens | null {
  try {
    const kept: unknown = JSON.parse(storage.getItem(STORED) ?? "null");
    return areTokens(kept) ? kept : null;
  } catch {
    return null;
  }
}

export function areTokens(value: unknown): value is Tokens {
  if (typeof value !== "object" || value === null) return false;
  const { access, id, refresh, scope, expires, lasts, name } = value as Record<string, unknown>;
  return [access, id, refresh, scope, name].every(isString) && isNumber(expires) && isNumber(lasts);
}

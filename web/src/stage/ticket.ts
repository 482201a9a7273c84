import { refusal } from "../lib/refusals";
import { backoff, pause } from "./backoff";
import { Refusal } from "./keeper";
import { readToken } from "./token";

const TICKET = "cyclorama:audience/";

/** Which stage a resource names, whether it stands in a token for it or in a ticket to a token. */
export function withoutTicket(resource: string): string {
  return resource.startsWith(TICKET) ? resource.slice(TICKET.length) : resource;
}

// a whole audience comes at once, and a gateway before the studio lets in so many a second
const TRIES = 5;
const BUSY = new Set([429, 502, 503, 504]);

/**
 * The token to watch with, for what a viewer link carries: itself, or, where viewers cannot share one, a token of
 * our own for the ticket. Throws UnusableToken; rejects with a Refusal where the server does not take the ticket.
 */
export async function redeem(carried: string): Promise<string> {
  if (!readToken(carried).resource.startsWith(TICKET)) return carried;
  for (let tries = 1; ; tries += 1) {
    const { token, detail, status } = await ask(carried.trim());
    if (token !== "") return token;
    if (detail !== "" || !BUSY.has(status) || tries === TRIES) throw new Refusal(detail || refusal(status));
    await pause(backoff(tries), AbortSignal.any([]));
  }
}

async function ask(ticket: string): Promise<{ token: string; detail: string; status: number }> {
  let response: Response;
  try {
    response = await fetch("/viewers", { method: "POST", headers: { Authorization: `Bearer ${ticket}` } });
  } catch {
    throw new Refusal("The Cyclorama server does not answer. Reload this page in a moment.");
  }
  const said: unknown = await response.json().catch(() => null);
  const { token, detail } = (typeof said === "object" && said !== null ? said : {}) as {
    token?: unknown;
    detail?: unknown;
  };
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return { token: response.ok ? text(token) : "", detail: text(detail), status: response.status };
}

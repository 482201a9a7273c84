import { Refusal } from "./keeper";
import { readToken } from "./token";

const TICKET = "cyclorama:audience/";

/** Which stage a resource names, whether it stands in a token for it or in a ticket to a token. */
export function withoutTicket(resource: string): string {
  return resource.startsWith(TICKET) ? resource.slice(TICKET.length) : resource;
}

/**
 * The token to watch with, for what a viewer link carries: itself, or, where viewers cannot share one, a token of
 * our own for the ticket. Throws UnusableToken; rejects with a Refusal where the server does not take the ticket.
 */
export async function redeem(carried: string): Promise<string> {
  if (!readToken(carried).resource.startsWith(TICKET)) return carried;
  let response: Response;
  try {
    response = await fetch("/viewers", {
      method: "POST",
      headers: { Authorization: `Bearer ${carried.trim()}` },
    });
  } catch {
    throw new Refusal("The Cyclorama server does not answer. Reload this page in a moment.");
  }
  const said: unknown = await response.json().catch(() => null);
  const answer = (typeof said === "object" && said !== null ? said : {}) as {
    token?: unknown;
    detail?: unknown;
  };
  if (response.ok && typeof answer.token === "string") return answer.token;
  throw new Refusal(
    typeof answer.detail === "string" ? answer.detail : `The server answered with ${response.status}.`,
  );
}

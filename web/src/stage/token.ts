import { UnusableToken } from "./types";

/** What this page needs to know of a participant token. Only the stage itself can tell whether it is genuine. */
export interface Claims {
  /** The participant's id. */
  id: string;
  /** Who their bearer is called; "" where the token does not say. */
  userId: string;
  /** Which stage: `cyclorama:...` is ours, `arn:aws:ivs:...` is Amazon's; "" where the token names none. */
  resource: string;
  mayPublish: boolean;
  maySubscribe: boolean;
  /** A LiveKit access token, which has claims of another kind. */
  liveKit: boolean;
}

const SKEW = 60;

/** Read a token's claims. `now` is in Unix seconds. Throws UnusableToken. */
export function readToken(token: string, now = Date.now() / 1000): Claims {
  const payload = decode(token.trim());
  if (typeof payload.exp === "number" && payload.exp + SKEW < now) {
    throw new UnusableToken("This token has expired. Ask whoever gave it to you for a new one.");
  }
  const can = record(payload.capabilities);
  return {
    id: text(payload.jti) || text(payload.sub),
    userId: text(payload.user_id) || text(payload.name),
    resource: text(payload.resource),
    mayPublish: can.allow_publish === true,
    maySubscribe: can.allow_subscribe === true,
    liveKit: payload.resource === undefined && typeof payload.video === "object" && payload.video !== null,
  };
}

function decode(token: string): Record<string, unknown> {
  const [header, body, signature, ...rest] = token.split(".");
  try {
    if (!header || !body || !signature || rest.length > 0) throw new Error("not three parts");
    const bytes = Uint8Array.from(atob(body.replaceAll("-", "+").replaceAll("_", "/")), (c) =>
      c.charCodeAt(0),
    );
    const payload: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof payload !== "object" || payload === null || Array.isArray(payload))
      throw new Error("not an object");
    return record(payload);
  } catch {
    throw new UnusableToken(
      "This is not a participant token, or not all of it. Copy it again, from its first letter to its last.",
    );
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

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
  const liveKit =
    payload.resource === undefined && typeof payload.video === "object" && payload.video !== null;
  return {
    id: liveKit ? text(payload.sub) : text(payload.jti),
    userId: text(payload.user_id) || text(payload.name),
    resource: text(payload.resource),
    ...(liveKit ? grants(record(payload.video)) : capabilities(record(payload.capabilities))),
    liveKit,
  };
}

/** Why a token is no good for being seen on its stage, or "". */
export function publishComplaint(token: string): string {
  try {
    return readToken(token).mayPublish
      ? ""
      : "With this token you can only watch. Ask whoever gave it to you for one that lets you be seen.";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

type May = Pick<Claims, "mayPublish" | "maySubscribe">;

function capabilities(can: Record<string, unknown>): May {
  return { mayPublish: can.allow_publish === true, maySubscribe: can.allow_subscribe === true };
}

/** A LiveKit token lets one do what it does not forbid, once it lets one in. */
function grants(video: Record<string, unknown>): May {
  if (video.roomJoin !== true) {
    throw new UnusableToken(
      "This LiveKit token does not let anybody join a room. Ask whoever gave it to you for one that does.",
    );
  }
  return { mayPublish: video.canPublish !== false, maySubscribe: video.canSubscribe !== false };
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

import { parseLinks } from "./link-header";

/** Milliseconds after which servers are asked for anew. Their credentials are good for six hours. */
const FRESH = 3_600_000;
/** Milliseconds after which we connect without them: most networks need none. */
const PATIENCE = 3000;

/** The stage's STUN and TURN servers, for those whose network lets media through by no other way. */
export class IceServers {
  readonly #ask: () => Promise<string>;
  readonly #now: () => number;
  #servers: Promise<RTCIceServer[]> = Promise.resolve([]);
  #until = -Infinity;

  /** `ask` resolves with the Link header that names them; null where the stage has none. */
  constructor(ask: (() => Promise<string>) | null, now: () => number = Date.now) {
    this.#ask = ask ?? (() => Promise.resolve(""));
    this.#now = now;
    if (!ask) this.#until = Infinity;
  }

  /** Those of our own server, of which the page's head says whether there are any. */
  static of(token: string): IceServers {
    const there = document.querySelector('meta[name="ice-servers"]') !== null;
    return new IceServers(there ? () => askServer(token) : null);
  }

  /** What a new connection may use; asks at most once an hour. Never rejects: without them, most can connect. */
  get(): Promise<RTCIceServer[]> {
    if (this.#now() < this.#until) return this.#servers;
    this.#until = this.#now() + FRESH;
    this.#servers = this.#ask().then(readIceServers, () => {
      this.#until = -Infinity;
      return [];
    });
    return this.#servers;
  }
}

async function askServer(token: string): Promise<string> {
  const response = await fetch("/whip", {
    method: "OPTIONS",
    headers: { Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok) throw new Error(`The stage answered with an error (${response.status}).`);
  return response.headers.get("Link") ?? "";
}

/** Read the ICE servers from a Link header (RFC 9725, 4.6); what a browser would not take is left out. */
export function readIceServers(header: string): RTCIceServer[] {
  return parseLinks(header)
    .filter(({ parameters }) =>
      (parameters.get("rel") ?? "").toLowerCase().split(/\s+/).includes("ice-server"),
    )
    .flatMap(({ target, parameters }): RTCIceServer[] => {
      if (/^stun:./i.test(target)) return [{ urls: target }];
      const username = parameters.get("username");
      const credential = parameters.get("credential");
      const known = (parameters.get("credential-type") ?? "password") === "password";
      if (!/^turns?:./i.test(target) || !username || !credential || !known) return [];
      return [{ urls: target, username, credential }];
    });
}

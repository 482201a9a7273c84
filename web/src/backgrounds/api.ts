import { EventSourceParserStream } from "eventsource-parser/stream";

/** A stored background, as the server tells it. */
export interface Background {
  id: string;
  prompt: string;
  negative_prompt: string;
  generator: string;
  seed: number;
  width: number;
  height: number;
  created_at: string;
  /** The words of the prompt that shaped the picture. */
  understood: string[];
  /** A sentence for the creator, or "". */
  note: string;
  /** Paths of the picture and of its thumbnail. */
  image: string;
  thumbnail: string;
}

export interface Config {
  version: string;
  generator: string;
  key_needed: boolean;
  limits: { prompt: number; upload_bytes: number };
}

export interface Wish {
  prompt: string;
  width: number;
  height: number;
  seed?: number;
}

export type Generating =
  { kind: "queued"; position: number } | { kind: "progress"; step: number; total: number; message: string };

export interface TokenWish {
  user_id: string;
  publish: boolean;
  minutes?: number;
}

export interface StageToken {
  token: string;
  participant_id: string;
  /** Unix seconds. */
  expires_at: number;
}

/** What went wrong, in words for the creator; `status` is 0 when the server was not reached at all. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

const UNREACHED = "The Cyclorama server does not answer. See that it still runs, then try again.";
const CUT_SHORT = "The server stopped before the picture was finished. Try again.";

/** The server's creator endpoints. Every method throws `ApiError`, or the signal's own reason when aborted. */
export class Api {
  readonly #key: string | null;

  constructor(key: string | null = null) {
    this.#key = key;
  }

  config(): Promise<Config> {
    return this.#json<Config>("/config");
  }

  async backgrounds(): Promise<Background[]> {
    return (await this.#json<{ backgrounds: Background[] }>("/backgrounds")).backgrounds;
  }

  token(wish: TokenWish): Promise<StageToken> {
    return this.#json<StageToken>("/tokens", jsonBody(wish));
  }

  /** Have a background painted; `report` hears how far it is. Aborting the signal cancels the work. */
  async generate(wish: Wish, report: (event: Generating) => void, signal: AbortSignal): Promise<Background> {
    const response = await this.#send("/backgrounds", { ...jsonBody(wish), signal });
    if (!response.body) throw new ApiError(CUT_SHORT, response.status);
    try {
      for await (const { event, data } of messages(response.body)) {
        if (event === "done") return (data as { background: Background }).background;
        if (event === "error") throw problemError((data as { problem: unknown }).problem, 500);
        if (event === "queued" || event === "progress")
          report({ kind: event, ...(data as object) } as Generating);
      }
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof ApiError ? error : new ApiError(CUT_SHORT, 0);
    }
    throw new ApiError(CUT_SHORT, 0);
  }

  upload(file: Blob, name: string): Promise<Background> {
    return this.#json<Background>(`/backgrounds/upload?name=${encodeURIComponent(name)}`, {
      method: "POST",
      body: file,
      headers: { "Content-Type": file.type },
    });
  }

  /** `keepalive` lets it finish while the page goes away. */
  async remove(id: string, keepalive = false): Promise<void> {
    await this.#send(`/backgrounds/${encodeURIComponent(id)}`, { method: "DELETE", keepalive });
  }

  async picture(path: string, signal?: AbortSignal): Promise<Blob> {
    return (await this.#send(path, signal ? { signal } : {})).blob();
  }

  /** Whether an `<img>` may fetch by itself: it can send no key. */
  get open(): boolean {
    return this.#key === null;
  }

  async #json<T>(path: string, init: RequestInit = {}): Promise<T> {
    return (await (await this.#send(path, init)).json()) as T;
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.#key !== null) headers.set("Authorization", `Bearer ${this.#key}`);
    let response: Response;
    try {
      response = await fetch(path, { ...init, headers });
    } catch {
      init.signal?.throwIfAborted();
      throw new ApiError(UNREACHED, 0);
    }
    if (response.ok) return response;
    throw problemError(await response.json().catch(() => null), response.status);
  }
}

function jsonBody(value: unknown): RequestInit {
  return {
    method: "POST",
    body: JSON.stringify(value),
    headers: { "Content-Type": "application/json" },
  };
}

/** An `application/problem+json` body as an error; `status` where it has none of its own. */
function problemError(problem: unknown, status: number): ApiError {
  const {
    title,
    detail,
    status: own,
  } = (problem ?? {}) as { title?: string; detail?: string; status?: number };
  return new ApiError(
    detail || title || `The server answered with an error (${status}). Try again.`,
    own ?? status,
  );
}

/** Server-sent events of a response, their data read as JSON. */
async function* messages(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<{ event: string; data: unknown }> {
  const reader = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield { event: value.event ?? "message", data: JSON.parse(value.data) };
    }
  } finally {
    // cancelling closes the response, which is how the server learns that nobody waits any more
    reader.cancel().catch(() => undefined);
  }
}

import { EventSourceParserStream } from "eventsource-parser/stream";

/** What went wrong, in words for the creator; `status` is 0 when the server was not reached at all. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  /** Seconds after which to try again, where the server said so. */
  readonly retryAfter: number | null;

  constructor(message: string, status: number, retryAfter: number | null = null) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const UNREACHED = "The Cyclorama server does not answer. See that it still runs, then try again.";
export const CUT_SHORT = "The server stopped before it was finished. Try again.";

/** Requests that show the creator's key. Every method throws `ApiError`, or the signal's own reason when aborted. */
export class Http {
  readonly #key: string | null;

  constructor(key: string | null) {
    this.#key = key;
  }

  /** Whether a request without the key is served as well, such as that of an `<img>`. */
  get open(): boolean {
    return this.#key === null;
  }

  async json<T>(path: string, init: RequestInit = {}): Promise<T> {
    return (await (await this.send(path, init)).json()) as T;
  }

  async send(path: string, init: RequestInit): Promise<Response> {
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
    throw problemError(await response.json().catch(() => null), response.status, response.headers);
  }

  /**
   * The server-sent events of an answer, their data read as JSON. Leaving the iteration closes the answer, which
   * is how the server learns that nobody waits any more.
   */
  async *events(
    path: string,
    init: RequestInit & { signal: AbortSignal },
  ): AsyncGenerator<{ event: string; data: unknown }> {
    const { body } = await this.send(path, init);
    if (!body) throw new ApiError(CUT_SHORT, 0);
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
    } catch {
      init.signal.throwIfAborted();
      throw new ApiError(CUT_SHORT, 0);
    } finally {
      reader.cancel().catch(() => undefined);
    }
  }
}

/** An `application/problem+json` body as an error; `status` where it has none of its own. */
export function problemError(problem: unknown, status: number, headers?: Headers): ApiError {
  const {
    title,
    detail,
    status: own,
  } = (problem ?? {}) as { title?: string; detail?: string; status?: number };
  const seconds = Number(headers?.get("Retry-After") ?? Number.NaN);
  return new ApiError(
    detail || title || `The server answered with an error (${status}). Try again.`,
    own ?? status,
    seconds > 0 ? seconds : null,
  );
}

/** What to tell a creator about anything that was thrown. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return `Something went wrong in the page: ${String(error)}`;
  return error instanceof ApiError ? error.message : `Something went wrong in the page: ${error.message}`;
}

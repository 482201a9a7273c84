import { refusal } from "../lib/refusals";

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
const UNREADABLE =
  "Something else answered in the studio's place. See that you are on the network you mean to be on, then reload the page.";
export const CUT_SHORT = "The server stopped before it was finished. Try again.";

/** Who asks, as requests show it. */
export interface Pass {
  /** What to show now; null for nothing. */
  readonly bearer: string | null;
  /** Resolves once `bearer` is good for some time. Throws `ApiError` where it cannot be made so. */
  ready?(): Promise<void>;
  /** The server did not take this one. @returns whether there is another to try */
  refused?(bearer: string): Promise<boolean>;
}

/** What anybody is served, and an `<img>` may fetch by itself. */
const ANYBODYS = /^\/(config$|library\/|styles\/)/;

/** Requests that show who asks. Every method throws `ApiError`, or the signal's own reason when aborted. */
export class Http {
  pass: Pass;

  constructor(pass: Pass) {
    this.pass = pass;
  }

  /** Whether a request for this path is served without saying who asks. */
  open(path: string): boolean {
    return this.pass.bearer === null || ANYBODYS.test(path);
  }

  async json<T>(path: string, init: RequestInit = {}): Promise<T> {
    return readJson(await this.send(path, init), init.signal);
  }

  async send(path: string, init: RequestInit): Promise<Response> {
    if (ANYBODYS.test(path)) return accept(await ask(path, init, null));
    await this.pass.ready?.();
    const shown = this.pass.bearer;
    const answer = await ask(path, init, shown);
    const again = answer.status === 401 && shown !== null && (await this.pass.refused?.(shown));
    return accept(again ? await ask(path, init, this.pass.bearer) : answer);
  }

  /**
   * As `send`, for what cannot be called back once it has begun: aborting does not cut the request, it gives the
   * answer that comes later to `unwanted`.
   */
  async begin(
    path: string,
    init: RequestInit,
    signal: AbortSignal,
    unwanted: (answer: Response) => void,
  ): Promise<Response> {
    signal.throwIfAborted();
    const answer = this.send(path, init);
    let abort = () => {};
    const aborted = new Promise<never>((_, reject) => {
      abort = () => {
        reject(signal.reason as Error);
      };
    });
    signal.addEventListener("abort", abort);
    try {
      return await Promise.race([answer, aborted]);
    } catch (error) {
      if (signal.aborted) answer.then(unwanted, () => undefined);
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** Ask without waiting, also while the page is being left. What comes of it is of no interest. */
  post(path: string, init: RequestInit): void {
    ask(path, { ...init, keepalive: true }, this.pass.bearer).catch(() => undefined);
  }
}

async function ask(path: string, init: RequestInit, bearer: string | null): Promise<Response> {
  const headers = new Headers(init.headers);
  if (bearer !== null) headers.set("Authorization", `Bearer ${bearer}`);
  try {
    return await fetch(path, { ...init, headers });
  } catch {
    init.signal?.throwIfAborted();
    throw new ApiError(UNREACHED, 0);
  }
}

async function accept(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  throw problemError(await answer.json().catch(() => null), answer.status, answer.headers);
}

/** The JSON of an answer. Where networks want something of people first, they answer in a server's place. */
export async function readJson<T>(answer: Response, signal?: AbortSignal | null): Promise<T> {
  try {
    return (await answer.json()) as T;
  } catch {
    signal?.throwIfAborted();
    throw new ApiError(UNREADABLE, answer.status);
  }
}

/** An `application/problem+json` body as an error; `status` where it has none of its own. */
export function problemError(problem: unknown, status: number, headers?: Headers): ApiError {
  const {
    title,
    detail,
    message,
    status: own,
  } = (problem ?? {}) as { title?: string; detail?: string; message?: string; status?: number };
  const seconds = Number(headers?.get("Retry-After") ?? Number.NaN);
  return new ApiError(
    detail || title || refusal(status, message),
    own ?? status,
    seconds > 0 ? seconds : null,
  );
}

/** What to tell a creator about anything that was thrown. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return `Something went wrong in the page: ${String(error)}`;
  return error instanceof ApiError ? error.message : `Something went wrong in the page: ${error.message}`;
}

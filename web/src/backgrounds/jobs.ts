import { pause } from "../stage/backoff";
import type { Told } from "./events";
import { ApiError, readJson, type Http } from "./http";

const FIRST_MS = 700;
const LONGEST_MS = 2000;
const SLOWER = 1.2;
/** For how long a studio that does not answer is asked again. */
const PATIENCE_MS = 60_000;

const LOST =
  "The studio has not answered for a minute. It may be painting still: look among your backgrounds in a moment.";

/** Work that a server does while nobody waits for an answer: what it has told so far, numbered upwards. */
interface Job {
  id: string;
  events: (Told & { n: number })[];
  /** Nothing more will be told. */
  over: boolean;
}

/**
 * What a job tells, which was answered with 202 and its place. Aborting, leaving the iteration, or the page,
 * cancels the work. Polls that are lost for some time are made up for.
 *
 * A hidden page asks on, though not as often as it may: a picture that is ready goes on air there, too.
 */
export async function* follow(http: Http, answer: Response, signal: AbortSignal): AsyncGenerator<Told> {
  let job = await readJson<Job>(answer, signal);
  const path = placeOf(answer, job);
  let [seen, over] = [-Infinity, false];
  let wait = FIRST_MS;
  let heard = performance.now();
  const cancel = () => {
    if (!over) cancelJob(http, path);
    over = true;
  };
  globalThis.addEventListener("pagehide", cancel);
  try {
    for (;;) {
      over = job.over;
      for (const { n, event, data } of job.events.toSorted((a, b) => a.n - b.n)) {
        if (n <= seen) continue;
        seen = n;
        yield { event, data };
      }
      if (job.over) return;
      await rest(document.hidden ? LONGEST_MS : wait, signal);
      signal.throwIfAborted();
      wait = Math.min(LONGEST_MS, wait * SLOWER);
      const query = seen > -Infinity ? `?after=${seen}` : "";
      try {
        job = await http.json<Job>(path + query, { signal });
        heard = performance.now();
      } catch (error) {
        signal.throwIfAborted();
        const late = performance.now() - heard > PATIENCE_MS;
        if (late || !passes(error)) {
          // cancelling is for who gave up, not for who lost sight of it
          over = true;
          throw late ? new ApiError(LOST, 0) : error;
        }
        job = { ...job, events: [] };
        wait = Math.max(LONGEST_MS, (error.retryAfter ?? 0) * 1000);
      }
    }
  } finally {
    globalThis.removeEventListener("pagehide", cancel);
    cancel();
  }
}

/** Cancel what a 202 has begun, that came when nobody wanted it any more. */
export async function cancelUnwanted(http: Http, answer: Response): Promise<void> {
  cancelJob(http, placeOf(answer, await readJson<Job>(answer)));
}

function cancelJob(http: Http, path: string): void {
  http.post(path, { method: "DELETE" });
}

/** The path of a job on this server, whatever host its server believes to be. */
function placeOf(answer: Response, { id }: Job): string {
  const location = answer.headers.get("Location");
  return location ? new URL(location, "http://here").pathname : `/jobs/${encodeURIComponent(id)}`;
}

/** Whether a failure is of the kind that passes. */
function passes(error: unknown): error is ApiError {
  return (
    error instanceof ApiError &&
    (error.status === 0 || error.status === 429 || error.status === 408 || error.status >= 500)
  );
}

/** Wait, but no longer than until the page is shown again, the network is back, or the signal aborts. */
async function rest(ms: number, signal: AbortSignal): Promise<void> {
  const shown = new AbortController();
  const look = () => {
    if (!document.hidden) shown.abort();
  };
  document.addEventListener("visibilitychange", look);
  try {
    await pause(ms, AbortSignal.any([signal, shown.signal]));
  } finally {
    document.removeEventListener("visibilitychange", look);
  }
}

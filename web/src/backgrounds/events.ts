import { EventSourceParserStream } from "eventsource-parser/stream";

import { ApiError, CUT_SHORT } from "./http";

/** What a server tells of work that goes on. */
export interface Told {
  event: string;
  data: unknown;
}

/**
 * The server-sent events of an answer, their data read as JSON. Aborting, or leaving the iteration, closes the
 * answer, which is how the server learns that nobody waits any more.
 */
export async function* serverSent({ body }: Response, signal: AbortSignal): AsyncGenerator<Told> {
  if (!body) throw new ApiError(CUT_SHORT, 0);
  const reader = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  const close = () => {
    reader.cancel().catch(() => undefined);
  };
  signal.addEventListener("abort", close);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return;
      yield { event: value.event ?? "message", data: JSON.parse(value.data) };
    }
  } catch {
    signal.throwIfAborted();
    throw new ApiError(CUT_SHORT, 0);
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}

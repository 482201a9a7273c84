const FIRST = 500;
const LONGEST = 5000;

/**
 * Milliseconds to wait before trying again after `failures` failures in a row (1 for the first).
 *
 * They double up to 5 s, and spread by up to a half, so that an audience does not come back all at once.
 */
export function backoff(failures: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST, FIRST * 2 ** (failures - 1));
  return full * (0.5 + random() / 2);
}

/** Wait, but no longer than until the signal aborts or the network comes back. Never rejects. */
export function pause(ms: number, signal: AbortSignal, network: EventTarget = globalThis): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      network.removeEventListener("online", done);
      resolve();
    }
    signal.addEventListener("abort", done);
    network.addEventListener("online", done);
    if (signal.aborted) done();
  });
}

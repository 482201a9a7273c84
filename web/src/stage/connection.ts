const CONNECT_TIMEOUT = 10_000;
const DISCONNECTED = 2000;

/** Call `lost` when a connection has failed, or has been without an answer for 2 s. */
export function watchConnection(pc: RTCPeerConnection, lost: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  pc.addEventListener("connectionstatechange", () => {
    clearTimeout(timer);
    if (pc.connectionState === "disconnected") timer = setTimeout(lost, DISCONNECTED);
    if (pc.connectionState === "failed" || pc.connectionState === "closed") lost();
  });
}

/** Resolves once media can flow; rejects if it can not within 10 s. */
export function connected(pc: RTCPeerConnection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      finish();
      reject(new Error("The stage answered, but media cannot reach it. Trying again."));
    };
    const look = (): void => {
      if (pc.connectionState === "connected") {
        finish();
        resolve();
      } else if (pc.connectionState === "failed" || pc.connectionState === "closed") fail();
    };
    const timer = setTimeout(fail, CONNECT_TIMEOUT);
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", fail);
      pc.removeEventListener("connectionstatechange", look);
    }
    signal.addEventListener("abort", fail);
    pc.addEventListener("connectionstatechange", look);
    if (signal.aborted) fail();
    else look();
  });
}

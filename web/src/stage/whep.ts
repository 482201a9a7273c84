import { connected, watchConnection } from "./connection";
import type { Holding } from "./keeper";
import { endSession, negotiate } from "./sdp";

/** Milliseconds without a packet after which a stream counts as lost. */
const SILENCE = 2500;
const LOOK = 500;
const LOST = "The stream was interrupted. Trying again.";

/** One participant's stream on its way to us. */
export class Subscription implements Holding {
  readonly lost: Promise<string>;
  readonly stream = new MediaStream();
  readonly #pc: RTCPeerConnection;
  readonly #token: string;
  #lose: (why: string) => void = () => undefined;
  #session: string | null = null;
  #looking: ReturnType<typeof setInterval> | undefined;

  private constructor(pc: RTCPeerConnection, token: string) {
    this.#pc = pc;
    this.#token = token;
    this.lost = new Promise((resolve) => (this.#lose = resolve));
    watchConnection(pc, () => {
      this.#lose(LOST);
    });
    pc.addEventListener("track", ({ track }) => {
      this.stream.addTrack(track);
    });
    addEventListener("pagehide", this.#end);
  }

  /** Resolves once connected. */
  static async open(endpoint: string, token: string, signal: AbortSignal): Promise<Subscription> {
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    const subscription = new Subscription(pc, token);
    try {
      for (const kind of ["audio", "video"]) pc.addTransceiver(kind, { direction: "recvonly" });
      subscription.#session = await negotiate(pc, endpoint, token, signal);
      subscription.#dropSilentKinds();
      await connected(pc, signal);
      subscription.#watchPackets();
      return subscription;
    } catch (error) {
      subscription.close();
      throw error;
    }
  }

  close(): void {
    this.#end();
    clearInterval(this.#looking);
    removeEventListener("pagehide", this.#end);
    this.#pc.close();
    this.#lose(LOST);
  }

  readonly #end = (): void => {
    if (this.#session !== null) endSession(this.#session, this.#token);
    this.#session = null;
  };

  /** A video element waits for a picture for as long as its stream has a track for one. */
  #dropSilentKinds(): void {
    for (const { currentDirection, receiver } of this.#pc.getTransceivers()) {
      if (currentDirection !== "recvonly") this.stream.removeTrack(receiver.track);
    }
  }

  #watchPackets(): void {
    let before = 0;
    let since = performance.now();
    this.#looking = setInterval(() => {
      void received(this.#pc).then((bytes) => {
        if (bytes !== before) {
          before = bytes;
          since = performance.now();
        } else if (performance.now() - since > SILENCE) this.#lose(LOST);
      });
    }, LOOK);
  }
}

/** Bytes of media received so far. */
async function received(pc: RTCPeerConnection): Promise<number> {
  let bytes = 0;
  // a report's values have no type of their own in lib.dom
  (await pc.getStats()).forEach((each: { type: string; bytesReceived?: number }) => {
    if (each.type === "inbound-rtp") bytes += each.bytesReceived ?? 0;
  });
  return bytes;
}

import { Session } from "./session";

/** Milliseconds without a packet after which a stream counts as lost. */
const SILENCE = 2500;
const LOOK = 500;
const LOST = "The stream was interrupted. Trying again.";

/** One participant's stream on its way to us. */
export class Subscription extends Session {
  readonly stream = new MediaStream();
  #looking: ReturnType<typeof setInterval> | undefined;

  /** Resolves once connected. */
  static async open(
    endpoint: string,
    token: string,
    iceServers: RTCIceServer[],
    signal: AbortSignal,
  ): Promise<Subscription> {
    const subscription = new Subscription(token, LOST, iceServers);
    const { pc, stream } = subscription;
    pc.addEventListener("track", ({ track }) => {
      stream.addTrack(track);
    });
    await subscription.begin(
      endpoint,
      signal,
      () => {
        for (const kind of ["audio", "video"]) pc.addTransceiver(kind, { direction: "recvonly" });
      },
      () => {
        subscription.#dropSilentKinds();
      },
    );
    subscription.#watchPackets();
    return subscription;
  }

  override close(): void {
    clearInterval(this.#looking);
    super.close();
  }

  /** A video element waits for a picture for as long as its stream has a track for one. */
  #dropSilentKinds(): void {
    for (const { currentDirection, receiver } of this.pc.getTransceivers()) {
      if (currentDirection !== "recvonly") this.stream.removeTrack(receiver.track);
    }
  }

  #watchPackets(): void {
    let before = 0;
    let since = performance.now();
    this.#looking = setInterval(() => {
      void received(this.pc).then((bytes) => {
        if (bytes !== before) {
          before = bytes;
          since = performance.now();
        } else if (performance.now() - since > SILENCE) this.lose();
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

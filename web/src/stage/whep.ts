import { Patience } from "./patience";
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

  /** Sound and picture alike, so that they stay in step. Browsers without the property do as they think best. */
  #hold(milliseconds: number): void {
    for (const receiver of this.pc.getReceivers()) receiver.jitterBufferTarget = milliseconds || null;
  }

  #watchPackets(): void {
    let before = 0;
    let since = performance.now();
    const patience = new Patience();
    this.#looking = setInterval(() => {
      void received(this.pc).then(({ bytes, freezes }) => {
        if (patience.look(freezes, performance.now())) this.#hold(patience.target);
        if (bytes !== before) {
          before = bytes;
          since = performance.now();
        } else if (performance.now() - since > SILENCE) this.lose();
      });
    }, LOOK);
  }
}

/** Bytes of media received so far, and how often the picture froze. */
async function received(pc: RTCPeerConnection): Promise<{ bytes: number; freezes: number }> {
  let [bytes, freezes] = [0, 0];
  // a report's values have no type of their own in lib.dom
  (await pc.getStats()).forEach((each: { type: string; bytesReceived?: number; freezeCount?: number }) => {
    if (each.type !== "inbound-rtp") return;
    bytes += each.bytesReceived ?? 0;
    freezes += each.freezeCount ?? 0;
  });
  return { bytes, freezes };
}

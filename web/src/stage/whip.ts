import { connected, watchConnection } from "./connection";
import type { Holding } from "./keeper";
import { endSession, negotiate } from "./sdp";

/** Enough for 720p at 30 frames a second. */
const MAX_BITRATE = 2_500_000;
const LOST = "The connection that carries your picture was lost. Trying again.";

/** Our tracks on their way to the stage. */
export class Publication implements Holding {
  readonly lost: Promise<string>;
  readonly #pc: RTCPeerConnection;
  readonly #token: string;
  #lose: (why: string) => void = () => undefined;
  #session: string | null = null;

  private constructor(pc: RTCPeerConnection, token: string) {
    this.#pc = pc;
    this.#token = token;
    this.lost = new Promise((resolve) => (this.#lose = resolve));
    watchConnection(pc, () => {
      this.#lose(LOST);
    });
    addEventListener("pagehide", this.#end);
  }

  /** Resolves once connected. */
  static async open(
    endpoint: string,
    token: string,
    tracks: MediaStreamTrack[],
    signal: AbortSignal,
  ): Promise<Publication> {
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    const publication = new Publication(pc, token);
    try {
      const stream = new MediaStream(tracks);
      await Promise.all(tracks.map((track) => addTrack(pc, track, stream)));
      publication.#session = await negotiate(pc, endpoint, token, signal);
      await connected(pc, signal);
      return publication;
    } catch (error) {
      publication.close();
      throw error;
    }
  }

  /** Send these tracks from now on; false where that takes a new session. */
  async replace(tracks: MediaStreamTrack[]): Promise<boolean> {
    const senders = this.#pc
      .getTransceivers()
      .map(({ sender, receiver }) => ({ sender, kind: receiver.track.kind }));
    if (senders.length !== tracks.length) return false;
    for (const { sender, kind } of senders) {
      const track = tracks.find((each) => each.kind === kind);
      if (!track) return false;
      if (sender.track !== track) {
        hint(track);
        await sender.replaceTrack(track);
      }
    }
    return true;
  }

  close(): void {
    this.#end();
    removeEventListener("pagehide", this.#end);
    this.#pc.close();
    this.#lose(LOST);
  }

  readonly #end = (): void => {
    if (this.#session !== null) endSession(this.#session, this.#token);
    this.#session = null;
  };
}

async function addTrack(pc: RTCPeerConnection, track: MediaStreamTrack, stream: MediaStream): Promise<void> {
  hint(track);
  const video = track.kind === "video";
  const { sender } = pc.addTransceiver(track, {
    direction: "sendonly",
    streams: [stream],
    sendEncodings: video ? [{ maxBitrate: MAX_BITRATE }] : [],
  });
  if (!video) return;
  preferVp8(pc);
  const parameters = sender.getParameters();
  // a smaller picture looks worse than a slower one, and its size would change under the viewers
  parameters.degradationPreference = "maintain-resolution";
  await sender.setParameters(parameters);
}

function hint(track: MediaStreamTrack): void {
  if (track.kind === "video" && track.contentHint === "") track.contentHint = "motion";
}

/** The one that every browser encodes well without special hardware. */
function preferVp8(pc: RTCPeerConnection): void {
  const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs;
  if (!codecs) return;
  const rank = ({ mimeType }: { mimeType: string }): number => (mimeType === "video/VP8" ? 0 : 1);
  for (const transceiver of pc.getTransceivers()) {
    if (transceiver.receiver.track.kind === "video") {
      transceiver.setCodecPreferences(codecs.toSorted((a, b) => rank(a) - rank(b)));
    }
  }
}

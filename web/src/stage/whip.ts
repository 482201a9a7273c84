import { Session } from "./session";

/** Enough for 720p at 30 frames a second. */
const MAX_BITRATE = 2_500_000;
const LOST = "The connection that carries your picture was lost. Trying again.";

/** Our tracks on their way to the stage. */
export class Publication extends Session {
  /** Resolves once connected. */
  static async open(
    endpoint: string,
    token: string,
    tracks: MediaStreamTrack[],
    iceServers: RTCIceServer[],
    signal: AbortSignal,
  ): Promise<Publication> {
    const publication = new Publication(token, LOST, iceServers);
    const stream = new MediaStream(tracks);
    await publication.begin(endpoint, signal, () =>
      Promise.all(tracks.map((track) => addTrack(publication.pc, track, stream))),
    );
    return publication;
  }

  /** Send these tracks from now on; false where that takes a new session. */
  async replace(tracks: MediaStreamTrack[]): Promise<boolean> {
    const senders = this.pc
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

import type { LocalParticipant, TrackPublishOptions } from "livekit-client";

import type { Kit } from "./kit";

/** As for the local stage, and in layers. */
const VIDEO: TrackPublishOptions = {
  videoCodec: "vp8",
  simulcast: true,
  videoEncoding: { maxBitrate: 2_500_000, maxFramerate: 30 },
  degradationPreference: "maintain-resolution",
};

/**
 * Have exactly these tracks published, at most one of each kind.
 *
 * Only sound is ever muted: a muted picture would stop, and with the camera off there is still the background to see.
 */
export async function publish(
  { Track: { Source } }: Pick<Kit, "Track">,
  local: LocalParticipant,
  tracks: MediaStreamTrack[],
  muted: boolean,
): Promise<void> {
  for (const [kind, source] of [
    ["video", Source.Camera],
    ["audio", Source.Microphone],
  ] as const) {
    const track = tracks.find((each) => each.kind === kind);
    const published = local.getTrackPublication(source)?.track;
    if (!track) {
      if (published) await local.unpublishTrack(published.mediaStreamTrack, false);
      continue;
    }
    if (!published) await local.publishTrack(track, { ...(kind === "video" ? VIDEO : {}), source });
    const publication = local.getTrackPublication(source);
    const sent = publication?.track;
    if (!sent || !("replaceTrack" in sent)) continue;
    if (sent.mediaStreamTrack !== track) await sent.replaceTrack(track, true);
    if (kind === "audio" && publication.isMuted !== muted) await (muted ? sent.mute() : sent.unmute());
  }
}

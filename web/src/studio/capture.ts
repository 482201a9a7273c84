/** Opening a device, without knowing about the page. */

const CAMERA: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
  facingMode: { ideal: "user" },
};

// what a microphone beside loudspeakers needs
const MICROPHONE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

export type Kind = "camera" | "microphone";

/** "ideal" takes another device where the wanted one is gone, "exact" fails then. */
export interface Wanted {
  id: string;
  how: "ideal" | "exact";
}

export function constraintsFor(kind: Kind, wanted: Wanted): MediaTrackConstraints {
  const base = kind === "camera" ? CAMERA : MICROPHONE;
  if (wanted.id === "") return base;
  const named: MediaTrackConstraints = { ...base, deviceId: { [wanted.how]: wanted.id } };
  // a camera that is asked for by name need not face anywhere
  delete named.facingMode;
  return named;
}

export async function openBoth(
  camera: Wanted,
  microphone: Wanted,
): Promise<{ video: MediaStreamTrack | null; audio: MediaStreamTrack | null }> {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: constraintsFor("camera", camera),
    audio: constraintsFor("microphone", microphone),
  });
  return { video: stream.getVideoTracks()[0] ?? null, audio: stream.getAudioTracks()[0] ?? null };
}

export async function openOne(kind: Kind, wanted: Wanted): Promise<MediaStreamTrack> {
  const constraints = constraintsFor(kind, wanted);
  const stream = await navigator.mediaDevices.getUserMedia(
    kind === "camera" ? { video: constraints } : { audio: constraints },
  );
  const track = stream.getTracks()[0];
  if (!track) throw new DOMException("The device gave no track.", "NotFoundError");
  return track;
}

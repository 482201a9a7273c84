/** Opening a device, without knowing about the page. */

const CAMERA: MediaTrackConstraints = {
  width: { ideal: 1920 },
  height: { ideal: 1080 },
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

/** Those of a kind; browsers list one without an id while none was allowed. */
export function listOf(kind: Kind, all: MediaDeviceInfo[]): MediaDeviceInfo[] {
  const input = kind === "camera" ? "videoinput" : "audioinput";
  return all.filter((device) => device.deviceId !== "" && device.kind === input);
}

/** What to ask for: this device, or with "" whichever the browser takes. */
export function constraintsFor(kind: Kind, id: string): MediaTrackConstraints {
  const base = kind === "camera" ? CAMERA : MICROPHONE;
  if (id === "") return base;
  // "ideal" would be kinder where the device is gone, but Chromium then takes the default microphone in any case
  const named: MediaTrackConstraints = { ...base, deviceId: { exact: id } };
  // a camera that is asked for by name need not face anywhere
  delete named.facingMode;
  return named;
}

export async function openBoth(
  camera: string,
  microphone: string,
): Promise<{ video: MediaStreamTrack | null; audio: MediaStreamTrack | null }> {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: constraintsFor("camera", camera),
    audio: constraintsFor("microphone", microphone),
  });
  return { video: stream.getVideoTracks()[0] ?? null, audio: stream.getAudioTracks()[0] ?? null };
}

export async function openOne(kind: Kind, id: string): Promise<MediaStreamTrack> {
  const constraints = constraintsFor(kind, id);
  const stream = await navigator.mediaDevices.getUserMedia(
    kind === "camera" ? { video: constraints } : { audio: constraints },
  );
  const track = stream.getTracks()[0];
  if (!track) throw new DOMException("The device gave no track.", "NotFoundError");
  return track;
}

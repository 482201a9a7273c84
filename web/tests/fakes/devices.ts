import type { Kind } from "../../src/studio/capture";

/** A track of a fake device, and what may happen to it. */
export class FakeDeviceTrack extends EventTarget {
  readonly kind: "video" | "audio";
  readonly id: string;
  enabled = true;
  muted = false;
  readyState: "live" | "ended" = "live";

  constructor(kind: Kind, id: string) {
    super();
    this.kind = kind === "camera" ? "video" : "audio";
    this.id = id;
  }

  getSettings(): MediaTrackSettings {
    return { deviceId: this.id };
  }

  stop(): void {
    this.readyState = "ended";
  }

  /** As the browser ends it: the page is told. */
  end(): void {
    this.stop();
    this.dispatchEvent(new Event("ended"));
  }

  mute(muted: boolean): void {
    this.muted = muted;
    this.dispatchEvent(new Event(muted ? "mute" : "unmute"));
  }
}

class FakePermission extends EventTarget {
  state: PermissionState = "granted";
}

interface Plugged {
  kind: Kind;
  id: string;
}

/** `navigator` and `document` of a browser with these devices. */
export class FakeBrowser {
  readonly devices = new EventTarget();
  readonly document = new EventTarget() as EventTarget & { visibilityState: string };
  readonly tracks: FakeDeviceTrack[] = [];
  readonly permissions = { camera: new FakePermission(), microphone: new FakePermission() };
  /** What a device answers with, by its id; `null` is no answer at all, until `release`. */
  readonly answers = new Map<string, DOMException | null>();
  asked = 0;
  #plugged: Plugged[];
  #held: (() => void)[] = [];

  constructor(plugged: Plugged[]) {
    this.#plugged = plugged;
  }

  get navigator(): unknown {
    return {
      mediaDevices: Object.assign(this.devices, {
        enumerateDevices: () => Promise.resolve(this.#list()),
        getUserMedia: (wish: MediaStreamConstraints) => this.#open(wish),
      }),
      permissions: {
        query: ({ name }: { name: Kind }) => Promise.resolve(this.permissions[name]),
      },
    };
  }

  plug(kind: Kind, id: string): void {
    this.#plugged.push({ kind, id });
    this.devices.dispatchEvent(new Event("devicechange"));
  }

  /** Tracks end before the page hears of the change, or after it. */
  unplug(id: string, endsLast = false): void {
    const end = () => {
      for (const track of this.tracks) if (track.id === id && track.readyState === "live") track.end();
    };
    this.#plugged = this.#plugged.filter((device) => device.id !== id);
    if (!endsLast) end();
    this.devices.dispatchEvent(new Event("devicechange"));
    if (endsLast) end();
  }

  permit(kind: Kind, state: PermissionState): void {
    this.permissions[kind].state = state;
    this.permissions[kind].dispatchEvent(new Event("change"));
  }

  /** Those that did not answer do so now. */
  release(): void {
    for (const go of this.#held.splice(0)) go();
  }

  #list(): MediaDeviceInfo[] {
    return this.#plugged.map(({ kind, id }) => {
      const label = `the ${id}`;
      return {
        kind: kind === "camera" ? "videoinput" : "audioinput",
        deviceId: id,
        label,
      } as MediaDeviceInfo;
    });
  }

  async #open(wish: MediaStreamConstraints): Promise<MediaStream> {
    this.asked += 1;
    const tracks: FakeDeviceTrack[] = [];
    for (const [kind, constraints] of [
      ["camera", wish.video],
      ["microphone", wish.audio],
    ] as const)
      if (constraints) tracks.push(await this.#openOne(kind, constraints as MediaTrackConstraints));
    this.tracks.push(...tracks);
    const those = (kind: string) => tracks.filter((track) => track.kind === kind);
    return {
      getTracks: () => tracks,
      getVideoTracks: () => those("video"),
      getAudioTracks: () => those("audio"),
    } as unknown as MediaStream;
  }

  async #openOne(kind: Kind, { deviceId }: MediaTrackConstraints): Promise<FakeDeviceTrack> {
    if (this.permissions[kind].state === "denied")
      throw new DOMException("Permission denied", "NotAllowedError");
    const exact = (deviceId as { exact: string } | undefined)?.exact;
    const found = this.#plugged.find((one) => one.kind === kind && (exact === undefined || one.id === exact));
    if (!found) throw new DOMException("", exact === undefined ? "NotFoundError" : "OverconstrainedError");
    const answer = this.answers.get(found.id);
    if (answer) throw answer;
    if (answer === null) await new Promise<void>((go) => this.#held.push(go));
    return new FakeDeviceTrack(kind, found.id);
  }
}

import { openBoth } from "./capture";
import { Device } from "./device.svelte";
import { onPermission, refusalOf } from "./permission";

/** The creator's camera and microphone. */
export class Devices {
  readonly camera = new Device("camera");
  readonly microphone = new Device("microphone");
  /** The microphone stays open while muted, so that speaking can be heard again at once. */
  muted = $state(false);
  /** Whether the creator has been asked, now or on an earlier visit. */
  readonly started = $derived(this.camera.state !== "idle");
  /** Those that were let go for somebody else to stand in for, and come back afterwards. */
  #lent: Device[] = [];

  /** Begin at once where the camera was allowed before; wait for `start` otherwise. */
  async arrive(): Promise<void> {
    if (!("mediaDevices" in navigator)) {
      this.camera.state = this.microphone.state = "insecure";
      return;
    }
    this.#watch();
    // so that another may be chosen while the first one does not answer
    await this.relist();
    const permission = await onPermission("camera", (state) => {
      this.#permitted(this.camera, state);
    });
    void onPermission("microphone", (state) => {
      this.#permitted(this.microphone, state);
    });
    if (permission === "granted") await this.start();
  }

  /** Ask for what is not there, for both in one question; where one cannot be had, take the other. */
  async start(): Promise<void> {
    const { camera, microphone } = this;
    if (camera.state === "asking") return;
    const missing = [camera, microphone].filter((device) => !device.track && device.state !== "off");
    if (missing.length === 2) await this.#startBoth();
    else for (const device of missing) await device.open();
    await this.relist();
  }

  async toggleCamera(): Promise<void> {
    if (this.camera.state === "on" || this.camera.state === "unplugged") this.camera.close();
    else if (this.camera.state !== "asking") await this.camera.open();
  }

  async toggleMicrophone(): Promise<void> {
    if (this.microphone.track) {
      this.muted = !this.muted;
      this.#obey();
    } else if (this.microphone.state !== "asking") {
      this.muted = false;
      await this.microphone.open();
    }
  }

  /** Let go of what is open, or is waited for, until `takeBack`. */
  lend(): void {
    const held = [this.camera, this.microphone].filter((device) => device.held);
    this.#lent.push(...held);
    for (const device of held) device.close();
  }

  /** Open again what was let go. */
  async takeBack(): Promise<void> {
    const lent = this.#lent.splice(0);
    await Promise.all(lent.filter(({ track }) => !track).map((device) => device.open()));
    this.#obey();
  }

  async pickMicrophone(id: string): Promise<void> {
    await this.microphone.pick(id);
    this.#obey();
  }

  async relist(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices();
    await Promise.all([this.camera.relist(all), this.microphone.relist(all)]);
    this.#obey();
  }

  /** Besides what browsers tell: a page that was frozen, asleep or kept for the back button may have missed it. */
  #watch(): void {
    const look = () => void this.relist();
    navigator.mediaDevices.addEventListener("devicechange", look);
    document.addEventListener("resume", look);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") look();
    });
    addEventListener("pageshow", (event) => {
      if (event.persisted) look();
    });
  }

  #permitted(device: Device, state: PermissionState): void {
    // a camera that the creator switched off stays off
    const waiting = ["idle", "denied", "dismissed", "system-denied", "ended"].includes(device.state);
    if (state === "granted" && waiting) void this.start();
    else if (state === "denied" && device.state !== "idle") device.forbid();
  }

  async #startBoth(): Promise<void> {
    const { camera, microphone } = this;
    const [toCamera, toMicrophone] = [camera.ask(), microphone.ask()];
    try {
      const { video, audio } = await openBoth(camera.wanted, microphone.wanted);
      if (video) toCamera.take(video);
      if (audio) toMicrophone.take(audio);
    } catch (error) {
      // asking again would only ask the same question again
      if (refusalOf(error) === "dismissed") {
        toCamera.refuse(error);
        toMicrophone.refuse(error);
      } else {
        if (toCamera.open) await camera.open();
        if (toMicrophone.open) await microphone.open();
      }
    }
    this.#obey();
  }

  #obey(): void {
    if (this.microphone.track) this.microphone.track.enabled = !this.muted;
  }
}

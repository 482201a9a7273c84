import { openBoth } from "./capture";
import { Device } from "./device.svelte";
import { refusalOf } from "./permission";

/** The creator's camera and microphone. */
export class Devices {
  readonly camera = new Device("camera");
  readonly microphone = new Device("microphone");
  /** The microphone stays open while muted, so that speaking can be heard again at once. */
  muted = $state(false);
  /** Whether the creator has been asked, now or on an earlier visit. */
  readonly started = $derived(this.camera.state !== "idle");

  /** Begin at once where the camera was allowed before; wait for `start` otherwise. */
  async arrive(): Promise<void> {
    if (!("mediaDevices" in navigator)) {
      this.camera.state = this.microphone.state = "insecure";
      return;
    }
    navigator.mediaDevices.addEventListener("devicechange", () => void this.relist());
    const permission = await navigator.permissions
      .query({ name: "camera" })
      // older browsers know no such permission
      .catch(() => null);
    permission?.addEventListener("change", () => {
      // a camera that the creator switched off stays off
      const waiting = ["idle", "denied", "dismissed", "system-denied"].includes(this.camera.state);
      if (permission.state === "granted" && waiting) void this.start();
    });
    if (permission?.state === "granted") await this.start();
  }

  /** Ask for both in one question; where one cannot be had, take the other. */
  async start(): Promise<void> {
    if (this.camera.state === "asking") return;
    this.camera.state = this.microphone.state = "asking";
    try {
      const { video, audio } = await openBoth(this.camera.wanted, this.microphone.wanted);
      if (video) this.camera.adopt(video);
      if (audio) this.#hear(audio);
    } catch (error) {
      // asking again would only ask the same question again
      if (refusalOf(error) === "dismissed") {
        this.camera.refuse(error);
        this.microphone.refuse(error);
      } else {
        await this.camera.open();
        await this.microphone.open();
        this.#obey();
      }
    }
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

  async pickMicrophone(id: string): Promise<void> {
    await this.microphone.pick(id);
    this.#obey();
  }

  async relist(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices();
    await Promise.all([this.camera.relist(all), this.microphone.relist(all)]);
    this.#obey();
  }

  #hear(track: MediaStreamTrack): void {
    this.microphone.adopt(track);
    this.#obey();
  }

  #obey(): void {
    if (this.microphone.track) this.microphone.track.enabled = !this.muted;
  }
}

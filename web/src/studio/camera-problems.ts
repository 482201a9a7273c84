import type { DeviceState } from "./device.svelte";
import { stepsToAllow, type Browser } from "./permission";

export interface CameraProblem {
  title: string;
  text: string;
  steps: string[];
}

/** What to tell the creator about a camera that is not there; null when there is nothing to tell. */
export function cameraProblem(state: DeviceState, browser: Browser): CameraProblem | null {
  switch (state) {
    case "idle":
    case "asking":
    case "on":
    case "off":
      return null;
    case "denied":
      return {
        title: "The camera is blocked",
        text: "This browser was told not to give its camera to the studio. To allow it:",
        steps: stepsToAllow(browser),
      };
    case "dismissed":
      return {
        title: "The question was closed",
        text: "The browser asked for the camera and got no answer. Press Try again, then choose Allow.",
        steps: [],
      };
    case "system-denied":
      return {
        title: "Your system blocks the camera",
        text: "The browser itself may not use the camera. To allow it:",
        steps: [
          "Open your system's settings, then Privacy & security, then Camera.",
          "Switch the camera on for this browser.",
          "Come back here and press Try again. The browser may have to be restarted.",
        ],
      };
    case "missing":
      return {
        title: "No camera found",
        text: "Plug one in: it is taken up by itself. You can also go live without one, as a background with sound.",
        steps: [],
      };
    case "busy":
      return {
        title: "The camera is in use",
        text: "Another program has it, and viewers see the background alone. Close that program, or choose another camera. It is tried again by itself.",
        steps: [],
      };
    case "unplugged":
      return {
        title: "The camera was unplugged",
        text: "Plug it in again and it comes back by itself, or choose another one. Until then viewers see the background alone.",
        steps: [],
      };
    case "ended":
      return {
        title: "The camera was stopped",
        text: "The browser has taken it back, and viewers see the background alone. Press Try again, then choose Allow if you are asked.",
        steps: [],
      };
    case "silent":
      return {
        title: "The camera does not answer",
        text: "It may hang, or another program may hold it. Unplug it and plug it in again, or choose another one. Until then viewers see the background alone.",
        steps: [],
      };
    case "insecure":
      return {
        title: "The camera needs a safe address",
        text: "Browsers give the camera to https:// addresses and to http://localhost only. Open the studio by one of those.",
        steps: [],
      };
    case "failed":
      return {
        title: "The camera did not start",
        text: "The browser gave no reason. Unplug it and plug it in again, or choose another. It is tried again by itself.",
        steps: [],
      };
  }
}

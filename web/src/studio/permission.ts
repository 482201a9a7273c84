/** Why a device could not be opened, as far as browsers tell. */
export type Refusal = "denied" | "dismissed" | "system-denied" | "missing" | "busy" | "insecure" | "failed";

export function refusalOf(error: unknown): Refusal {
  const { name, message } = error instanceof Error ? error : { name: "", message: "" };
  if (name === "NotAllowedError" || name === "SecurityError") {
    if (/dismissed/i.test(message)) return "dismissed";
    return /system/i.test(message) ? "system-denied" : "denied";
  }
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "failed";
}

/** Whether the browser would give it without a question, as far as it tells; older ones know no such permission. */
export async function permissionFor(kind: "camera" | "microphone"): Promise<PermissionState | "unknown"> {
  return (await statusOf(kind))?.state ?? "unknown";
}

/** Hear of every change from now on. @returns how it is now */
export async function onPermission(
  kind: "camera" | "microphone",
  changed: (state: PermissionState) => void,
): Promise<PermissionState | "unknown"> {
  const status = await statusOf(kind);
  status?.addEventListener("change", () => {
    changed(status.state);
  });
  return status?.state ?? "unknown";
}

function statusOf(name: "camera" | "microphone"): Promise<PermissionStatus | null> {
  return navigator.permissions.query({ name }).catch(() => null);
}

export type Browser = "chrome" | "edge" | "firefox" | "safari" | "safari-ios" | "android";

export function browserOf(agent: string, touchPoints = 0): Browser {
  if (/iPhone|iPad/.test(agent) || (/Macintosh/.test(agent) && touchPoints > 1)) return "safari-ios";
  if (/Android/.test(agent) && /Chrome/.test(agent)) return "android";
  if (/Firefox\//.test(agent)) return "firefox";
  if (/Edg\//.test(agent)) return "edge";
  return /Chrome\//.test(agent) ? "chrome" : "safari";
}

/** What to do, step by step, once the browser has been told not to give the camera. */
export function stepsToAllow(browser: Browser): string[] {
  switch (browser) {
    case "chrome":
      return [
        "Click the icon to the left of the address, at the top of this window.",
        "Switch on Camera and Microphone.",
        "Come back here and press Try again.",
      ];
    case "edge":
      return [
        "Click the lock to the left of the address, at the top of this window.",
        "Under “Permissions for this site”, set Camera and Microphone to Allow.",
        "Come back here and press Try again.",
      ];
    case "firefox":
      return [
        "Click the crossed-out camera to the left of the address, at the top of this window.",
        "Remove the × beside “Blocked” for camera and microphone.",
        "Press Try again, and choose Allow when Firefox asks.",
      ];
    case "safari":
      return [
        "In the menu bar, open Safari › Settings for This Website…",
        "Set Camera and Microphone to Allow.",
        "Come back here and press Try again.",
      ];
    case "safari-ios":
      return [
        "Tap the page-settings icon in the address bar, then Website Settings.",
        "Set Camera and Microphone to Allow.",
        "Come back here and tap Try again.",
      ];
    case "android":
      return [
        "Tap the icon to the left of the address, then Permissions.",
        "Switch on Camera and Microphone.",
        "Come back here and tap Try again.",
      ];
  }
}

import type { ModelName, Pace, PictureState, PictureStats } from "../picture/types";
import { changedFields, type Look } from "../picture/look";
import type { OnAir } from "./choice";
import { figuresOf } from "./figures";

/** What a bug report tells. No token, no prompt and no device's name is among it. */
export interface Report {
  version: string;
  features: Record<string, string>;
  state: PictureState;
  stats: PictureStats | null;
  camera: { width?: number | undefined; height?: number | undefined; frameRate?: number | undefined };
  model: "auto" | ModelName;
  pace: Pace;
  backdrop: OnAir["kind"];
  trial: boolean;
  live: boolean;
  look: Look;
}

/** What the browser can do, and what it calls itself. */
export async function browserFeatures(): Promise<Record<string, string>> {
  const has = (thing: string, where: object = globalThis) => (thing in where ? "yes" : "no");
  return {
    "track processor": has("MediaStreamTrackProcessor"),
    "track generator": has("MediaStreamTrackGenerator"),
    "video frame callback": has("requestVideoFrameCallback", HTMLVideoElement.prototype),
    WebGPU: await webGpu(),
    "isolated (threads)": crossOriginIsolated ? "yes" : "no",
    cores: String(navigator.hardwareConcurrency),
    "pixel ratio": String(devicePixelRatio),
    window: `${innerWidth} × ${innerHeight}, ${document.visibilityState}`,
    "calls itself": navigator.userAgent,
  };
}

async function webGpu(): Promise<string> {
  // the DOM's types do not have it yet
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
  if (!gpu) return "no";
  const adapter = await gpu.requestAdapter().catch(() => null);
  return adapter ? "yes" : "yes, but it has no adapter";
}

/** A text for people, to be pasted into a report. */
export function writeReport(report: Report): string {
  const { camera, state, stats, look } = report;
  const lines = (pairs: (readonly [string, string | number | undefined])[]) =>
    pairs.map(([name, value]) => `- ${name}: ${value ?? "unknown"}`).join("\n");
  const changed = changedFields(look);
  return [
    `Cyclorama ${report.version || "of unknown version"}`,
    lines([
      ["state", state.message ? `${state.kind} (${state.message})` : state.kind],
      ["camera", `${camera.width ?? "?"} × ${camera.height ?? "?"}, ${camera.frameRate ?? "?"} fps asked`],
      ["model wished", report.model],
      ["pace", report.pace],
      ["background", report.trial ? `${report.backdrop}, another is tried` : report.backdrop],
      ["live", report.live ? "yes" : "no"],
    ]),
    "Figures of the last second",
    stats ? lines(figuresOf(stats).map(({ name, value }) => [name.toLowerCase(), value])) : "- none yet",
    changed.length > 0 ? "Look, where it is not as at first" : "Look: as at first",
    ...(changed.length > 0 ? [lines(changed.map((name) => [name, look[name]]))] : []),
    "Browser",
    lines(Object.entries(report.features)),
  ].join("\n");
}

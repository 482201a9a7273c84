/** The parts of WebGPU that are touched here; TypeScript's own library does not have them all. */
interface Adapter {
  info?: { isFallbackAdapter?: boolean };
  isFallbackAdapter?: boolean;
  features: ReadonlySet<string>;
  limits: Record<string, number>;
  requestDevice(wish: {
    requiredFeatures: string[];
    requiredLimits: Record<string, number>;
  }): Promise<GPUDevice>;
}

interface Gpu {
  requestAdapter(wish?: { powerPreference: "high-performance" | "low-power" }): Promise<Adapter | null>;
}

/** What LiteRT.js asks of a device where it has it. */
const FEATURES = ["shader-f16", "subgroups"];
const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxTextureDimension2D",
];

async function adapter(): Promise<Adapter | null> {
  const { gpu } = navigator as unknown as { gpu?: Gpu };
  const found = (await gpu?.requestAdapter({ powerPreference: "high-performance" })) ?? null;
  // one that is software is slower than the same work in wasm
  return found?.info?.isFallbackAdapter || found?.isFallbackAdapter ? null : found;
}

/** Whether this machine has a graphics card that a model can run on. */
export async function hasGpu(): Promise<boolean> {
  try {
    return (await adapter()) !== null;
  } catch {
    return false;
  }
}

export async function gpuDevice(): Promise<GPUDevice> {
  const found = await adapter();
  if (!found) throw new Error("there is no graphics card that this browser can use");
  return found.requestDevice({
    requiredFeatures: FEATURES.filter((feature) => found.features.has(feature)),
    requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, found.limits[name] ?? 0])),
  });
}

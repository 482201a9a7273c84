import { type CompiledModel, Environment, loadAndCompile, loadLiteRt, Tensor } from "@litertjs/core";
import glueUrl from "@litertjs/core/wasm/litert_wasm_compat_internal.js?url";
import wasmUrl from "@litertjs/core/wasm/litert_wasm_compat_internal.wasm?url";

import { gpuDevice } from "./gpu";
import type { Accelerator } from "./model";
import type { ModelShape } from "./kernel";

type Runtime = (settings?: object) => Promise<unknown>;

/** What LiteRT.js looks for on the worker's global object. */
interface LiteRtGlobals {
  define?: ((needs: string[], make: () => Runtime) => void) & { amd: true };
  importScripts: (url: string) => void;
  ModuleFactory?: Runtime;
  Module?: { locateFile: () => string; print: () => void; printErr: (text: string) => void };
}

/**
 * LiteRT.js brings its runtime in with `importScripts`, which a module worker does not have. The runtime's glue
 * is a UMD file, so it is imported as a module that finds an AMD `define`; LiteRT.js then finds it in its place.
 *
 * The one variant shipped is the one without threads and relaxed SIMD: it runs in every browser, with WebGPU too, and
 * the light models measure the same milliseconds as with the relaxed one and with threads; multiclass gains little.
 */
async function loadRuntime(): Promise<void> {
  const globals = self as unknown as LiteRtGlobals;
  let factory: Runtime | undefined;
  const define = (_needs: string[], make: () => Runtime) => {
    factory = make();
  };
  globals.define = Object.assign(define, { amd: true as const });
  await import(/* @vite-ignore */ glueUrl);
  delete globals.define;
  if (!factory) throw new Error(`${glueUrl} holds no LiteRT runtime`);
  globals.ModuleFactory = factory;
  globals.Module = {
    locateFile: () => wasmUrl,
    print: () => undefined,
    // it logs each step of its start as an error; real failures also throw
    printErr: () => undefined,
  };
  globals.importScripts = () => undefined;
  // LiteRT.js would wake the fastest GPU for a device that a model on the CPU never uses
  Object.defineProperty(navigator, "gpu", { value: undefined, configurable: true });
  await loadLiteRt(glueUrl);
  Reflect.deleteProperty(navigator, "gpu");
}

/** From a picture for the model (see `ModelShape`) to its answer, row by row. */
export type Run = (input: Float32Array) => Promise<Float32Array>;

/**
 * Starts the runtime and the model, and runs it once, so that the first frame does not wait for what comes only once.
 *
 * @param lost called, with the reason, when the GPU is taken away later on
 */
export async function startModel(
  bytes: Uint8Array,
  { width, height }: ModelShape,
  accelerator: Accelerator,
  lost: (why: string) => void,
): Promise<Run> {
  await loadRuntime();
  let compiled: CompiledModel;
  if (accelerator === "webgpu") {
    const device = await gpuDevice();
    void device.lost.then(({ message }) => {
      lost(message || "the graphics card was taken away");
    });
    const environment = await Environment.create({ webGpuDevice: device });
    compiled = await loadAndCompile(bytes, { accelerator, environment });
    if (!compiled.isFullyAccelerated) throw new Error("the graphics card cannot run all of the model");
  } else compiled = await loadAndCompile(bytes, { accelerator });
  const { environment } = compiled.options;
  const run: Run = async (input) => {
    const picture = new Tensor(input, [1, height, width, 3], environment);
    try {
      const [answer] = await compiled.run(picture);
      if (!answer) throw new Error("the model gave no matte");
      const here = accelerator === "webgpu" ? await answer.moveTo("wasm") : answer;
      try {
        return here.toTypedArray() as Float32Array;
      } finally {
        here.delete();
      }
    } finally {
      picture.delete();
    }
  };
  await run(new Float32Array(width * height * 3));
  return run;
}

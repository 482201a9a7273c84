import { type CompiledModel, loadAndCompile, loadLiteRt, Tensor } from "@litertjs/core";
import glueUrl from "@litertjs/core/wasm/litert_wasm_compat_internal.js?url";
import wasmUrl from "@litertjs/core/wasm/litert_wasm_compat_internal.wasm?url";

import { model } from "./model";

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
 * The one variant shipped is the one without threads and relaxed SIMD: it runs in every browser, and with this
 * model it measures the same milliseconds (3.1 a frame) as the relaxed one and as threads.
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
}

/** From a picture for the model (see `model.shape`) to its matte: alpha, 0 to 1, row by row. */
export type Run = (input: Float32Array) => Promise<Float32Array>;

/** Loads runtime and model and runs it once, so that the first frame does not wait for what comes only once. */
export async function loadModel(): Promise<Run> {
  await loadRuntime();
  const compiled: CompiledModel = await loadAndCompile(model.url, { accelerator: "wasm" });
  const { width, height } = model.shape;
  const run: Run = async (input) => {
    const picture = new Tensor(input, [1, height, width, 3]);
    try {
      const [matte] = await compiled.run(picture);
      if (!matte) throw new Error("the model gave no matte");
      try {
        return matte.toTypedArray() as Float32Array;
      } finally {
        matte.delete();
      }
    } finally {
      picture.delete();
    }
  };
  await run(new Float32Array(width * height * 3));
  return run;
}

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Api } from "../src/backgrounds/api";
import type { EngineChange, EngineState } from "../src/backgrounds/engine-types";
import { ApiError } from "../src/backgrounds/http";
import { notices } from "../src/lib/notices.svelte";
import { DEFAULT_LOOK } from "../src/picture/look";
import { Engine } from "../src/studio/engine/engine.svelte";
import { Engines } from "../src/studio/engine/engines.svelte";
import { backgroundOf, changesOf, choiceOf, engineFigures, lookOf } from "../src/studio/engine/words";

const STATE: EngineState = {
  id: "0123456789abcdef",
  name: "Desk",
  input: "Webcam",
  outputs: [{ name: "default", state: "running", bits_per_second: 2_500_000, problem: "" }],
  background: "blur",
  coming: null,
  look: { ...DEFAULT_LOOK },
  model: "landscape",
  person: true,
  width: 1280,
  height: 720,
  participant: "",
  problem: "",
  stats: {
    seconds: 3,
    fps: 29.97,
    frames: 90,
    dropped: 2,
    late: 1,
    matte_age_ms: 12.4,
    stages: { decode: 1, matte: 3.25 },
    source_state: "running",
    sound_offset_ms: 0,
  },
};

const coming = { background: "library:beach", step: 1, total: 2, message: "Painting the sky" };

let told: EngineState;
let asked: EngineChange[];
let answer: () => Promise<EngineState>;
let picture: () => Promise<Blob>;
let engine: Engine;

const api = {
  engine: () => Promise.resolve(told),
  engines: () => Promise.resolve([told]),
  changeEngine: (_: string, change: EngineChange) => {
    asked.push(change);
    return answer();
  },
  enginePicture: () => picture(),
} as unknown as Api;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", { visibilityState: "visible" });
  vi.stubGlobal("URL", { createObjectURL: () => `blob:${Math.random()}`, revokeObjectURL: vi.fn() });
  notices.list = [];
  told = STATE;
  asked = [];
  answer = () => Promise.resolve(told);
  picture = () => Promise.resolve(new Blob());
  engine = new Engine(api, STATE, false);
});

afterEach(() => {
  engine.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("what an engine says", () => {
  it("is a choice, and the other way round", () => {
    for (const text of ["blur", "#00ff00", "library:beach"]) {
      const choice = choiceOf(text);
      expect(choice.kind !== "preview" && choice.kind !== "named" && backgroundOf(choice)).toBe(text);
    }
    expect(choiceOf("misty forest")).toEqual({ kind: "named", name: "misty forest" });
    expect(choiceOf("none")).toEqual({ kind: "none" });
    expect(backgroundOf({ kind: "none" })).toBe(null);
  });

  it("is a look, whatever else it knows", () => {
    const look = lookOf({ ...STATE.look, softness: 0.25, glow: 1, wrap: 99 });
    expect(look).toEqual({ ...DEFAULT_LOOK, softness: 0.25 });
    expect(changesOf(DEFAULT_LOOK, look)).toEqual({ softness: 0.25 });
  });

  it("has figures", () => {
    const figures = Object.fromEntries(engineFigures(STATE).map(({ name, value }) => [name, value]));
    expect(figures).toEqual({
      Picture: "1280 × 720, 30 fps",
      Source: "running, 2 dropped",
      Late: "1 of 90",
      "Cut-out": "landscape",
      "Matte age": "12 ms",
      Decode: "1.0 ms",
      Matte: "3.3 ms",
      default: "running, 2.5 Mb/s",
    });
  });
});

describe("an engine in the camera's place", () => {
  it("stands at once in front of what is on its way, and says how far it is", async () => {
    answer = () => Promise.resolve({ ...STATE, coming });
    await engine.choose({ kind: "background", id: "beach" });
    expect(asked).toEqual([{ background: "library:beach" }]);
    expect(engine.choice).toEqual({ kind: "background", id: "beach" });
    expect(engine.isChosen({ kind: "background", id: "beach" })).toBe(true);
    expect(engine.saying).toBe("Painting the sky");
    told = { ...STATE, background: "library:beach" };
    await vi.advanceTimersByTimeAsync(1000);
    expect([engine.saying, engine.choice]).toEqual(["", { kind: "background", id: "beach" }]);
  });

  it("says once why a background did not come, and shows the one before", async () => {
    answer = () => Promise.resolve({ ...STATE, coming });
    await engine.choose({ kind: "background", id: "beach" });
    told = { ...STATE, problem: "It is not in the library any more." };
    await vi.advanceTimersByTimeAsync(3000);
    expect(notices.list.map(({ text }) => text)).toEqual(["It is not in the library any more."]);
    expect(engine.choice).toEqual({ kind: "blur" });
  });

  it("says why it was not changed", async () => {
    answer = () => Promise.reject(new ApiError("The engine does not answer.", 503));
    await engine.choose({ kind: "blur" });
    expect(engine.complaint).toBe("The engine does not answer.");
    await engine.choose({ kind: "none" });
    expect(engine.complaint).toContain("only where the engine runs");
    expect(asked.length).toBe(1);
  });

  it("hears of a look what changed, when the slider rests", async () => {
    for (const softness of [0.1, 0.2, 0.3]) engine.setLook({ ...engine.look, softness });
    engine.setLook({ ...engine.look, mirror: 1 });
    expect(engine.look).toEqual({ ...DEFAULT_LOOK, softness: 0.3, mirror: 1 });
    answer = () => Promise.resolve({ ...STATE, look: { ...STATE.look, softness: 0.3, mirror: 1 } });
    await vi.advanceTimersByTimeAsync(100);
    expect(asked).toEqual([{ look: { softness: 0.3, mirror: 1 } }]);
    expect(engine.look.softness).toBe(0.3);
  });

  it("has its own look back where a change was refused", async () => {
    answer = () => Promise.reject(new ApiError("No.", 400));
    engine.setLook({ ...engine.look, softness: 0.1 });
    await vi.advanceTimersByTimeAsync(100);
    expect(engine.look).toEqual(DEFAULT_LOOK);
    expect(notices.list.map(({ text }) => text)).toEqual(["No."]);
  });

  it("shows its small pictures, and none to nobody", async () => {
    await vi.advanceTimersByTimeAsync(0);
    expect(engine.shot).not.toBe("");
    const first = engine.shot;
    vi.stubGlobal("document", { visibilityState: "hidden" });
    await vi.advanceTimersByTimeAsync(2000);
    expect(engine.shot).toBe(first);
    vi.stubGlobal("document", { visibilityState: "visible" });
    picture = () => Promise.reject(new ApiError("None yet.", 503));
    await vi.advanceTimersByTimeAsync(2000);
    expect(engine.shot).toBe(first);
    engine.close();
    expect(engine.shot).toBe("");
  });

  it("is lost while it does not answer, and comes back", async () => {
    await vi.advanceTimersByTimeAsync(0);
    vi.spyOn(api, "engine").mockRejectedValueOnce(new ApiError("Gone.", 404));
    await vi.advanceTimersByTimeAsync(1000);
    expect(engine.lost).toBe(true);
    expect(engine.state.kind).toBe("no-camera");
    expect(engine.saying).toContain("Desk does not answer");
    await vi.advanceTimersByTimeAsync(1000);
    expect(engine.lost).toBe(false);
  });

  it("says what viewers do not see", () => {
    engine.told = { ...STATE, person: false };
    expect(engine.saying).toContain("You are hidden");
    engine.told = { ...STATE, stats: { ...STATE.stats, source_state: "lost" } };
    expect(engine.saying).toContain("source gives no picture");
  });
});

it("engines are chosen among those that run, and left again", async () => {
  const engines = new Engines(api);
  engines.choose(STATE.id, false);
  expect(engines.chosen).toBe(null);
  await engines.refresh();
  engines.choose(STATE.id, false);
  const { chosen } = engines;
  engines.choose(STATE.id, false);
  expect(engines.chosen).toBe(chosen);
  engines.leave();
  expect(engines.chosen).toBe(null);
});

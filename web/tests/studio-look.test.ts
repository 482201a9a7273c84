import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { notices } from "../src/lib/notices.svelte";
import { DEFAULT_LOOK, LOOK_FIELDS, LOOK_NAMES, type Look } from "../src/picture/look";
import { readLook, writeLook } from "../src/picture/look-file";
import type { PictureStats } from "../src/picture/types";
import { writeReport, type Report } from "../src/studio/bug-report";
import type { Choice } from "../src/studio/choice";
import { figuresOf, tierInWords } from "../src/studio/figures";
import { GROUPS, inPercent, WORDS } from "../src/studio/look-words";
import { Looks, presets } from "../src/studio/looks.svelte";
import { dragged, HOME, keyed, sized, wheelFactor } from "../src/studio/placing";
import type { Scene } from "../src/studio/scene.svelte";

describe("the panel", () => {
  it("has every field in one group, but for those beside the backgrounds, and words for it", () => {
    const fields = GROUPS.flatMap((group) => group.fields);
    const beside = ["contain", "focus_x", "focus_y"];
    expect([...fields, ...beside].toSorted()).toEqual(LOOK_NAMES.toSorted());
    for (const name of fields) expect(WORDS[name].name && WORDS[name].does, name).toBeTruthy();
  });

  it("tells values in per cent", () => {
    expect(inPercent("softness", 0.25)).toBe("25 %");
    expect(inPercent("x", 0.1)).toBe("+10 %");
    expect(inPercent("y", -0.1)).toBe("−10 %");
    expect(inPercent("y", 0)).toBe("0 %");
  });

  it("has presets that are looks, and leave alone where the creator stands", () => {
    const free = GROUPS.filter(({ id }) => id === "you" || id === "who" || id === "screen");
    for (const { look } of presets) {
      expect(readLook(writeLook({ ...DEFAULT_LOOK, ...look }))).toEqual({ ...DEFAULT_LOOK, ...look });
      for (const name of free.flatMap(({ fields }) => fields)) expect(look).not.toHaveProperty(name);
    }
  });
});

describe("the looks of a studio", () => {
  const track = (deviceId: string, label = "") =>
    ({ label, getSettings: () => ({ deviceId }) }) as unknown as MediaStreamTrack;
  const choose = vi.fn<(choice: Choice) => Promise<void>>();
  const findScreen = vi.fn();
  let answer: (colour: [number, number, number] | null) => void;
  let scene: Scene;
  let looks: Looks;

  beforeEach(() => {
    const kept: Record<string, string> = {};
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => kept[key] ?? null,
      setItem: (key: string, value: string) => {
        kept[key] = value;
      },
    });
    choose.mockReset();
    scene = {
      look: DEFAULT_LOOK,
      choice: { kind: "blur" },
      picture: {
        findScreen,
        on: vi.fn((_: string, listener: typeof answer) => (answer = listener)),
      },
      setLook: (look: Look) => {
        scene.look = look;
      },
    } as unknown as Scene;
    looks = new Looks(scene, () => scene, choose);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("go with their cameras", () => {
    looks.setCamera(track("a"));
    looks.set({ softness: 0.9 });
    looks.setCamera(null);
    expect(looks.look.softness).toBe(0.9);
    looks.setCamera(track("b"));
    expect(looks.look).toEqual(DEFAULT_LOOK);
    looks.setCamera(track("a"));
    expect(looks.look.softness).toBe(0.9);
  });

  it("begin with what was changed before there was a camera", () => {
    looks.set({ blur: 0.9 });
    looks.setCamera(track("a"));
    expect(looks.look.blur).toBe(0.9);
  });

  it("take a preset's edges, light, blur and background, and give them back", async () => {
    const obs = presets.find(({ colour }) => colour);
    if (!obs?.colour) throw new Error("no preset has a colour");
    const before = { softness: 0.9, bokeh: 0.1, x: 0.3, mirror: 1 };
    looks.set(before);
    await looks.usePreset(obs);
    expect(looks.look).toEqual({ ...DEFAULT_LOOK, ...obs.look, x: 0.3, mirror: 1 });
    expect(choose).toHaveBeenCalledWith({ kind: "colour", hex: obs.colour });
    expect(looks.isPreset(obs)).toBe(false);
    scene.choice = { kind: "colour", hex: obs.colour };
    expect(looks.isPreset(obs)).toBe(true);
    notices.list.at(-1)?.action?.run();
    expect(looks.look).toEqual({ ...DEFAULT_LOOK, ...before });
    expect(choose).toHaveBeenLastCalledWith({ kind: "blur" });
  });

  it("take a screen's colour where one is seen, and say so where not", () => {
    looks.findScreen();
    expect(findScreen).toHaveBeenCalledOnce();
    answer([10, 200, 60]);
    expect(looks.look).toMatchObject({ key_red: 10, key_green: 200, key_blue: 60 });
    answer(null);
    expect(looks.look.key_red).toBe(10);
    expect(notices.list.at(-1)?.text).toMatch(/^No screen is seen/);
  });

  it("say why a file is none, and stay", async () => {
    looks.set({ softness: 0.9 });
    const file = (text: string) => new File([text], "mine.json");
    await looks.import(file("{}"));
    expect(notices.list.at(-1)?.text).toMatch(/^mine.json: This is not a look/);
    await looks.import(file(" ".repeat(70_000)));
    expect(notices.list.at(-1)?.text).toMatch(/^mine.json: This is too large/);
    expect(looks.look.softness).toBe(0.9);
    await looks.import(file(writeLook({ ...DEFAULT_LOOK, y: 0.5 })));
    expect(looks.look).toEqual({ ...DEFAULT_LOOK, y: 0.5 });
  });

  it("are reset by field, and all at once until that is undone", () => {
    looks.set({ softness: 0.9, x: 0.3 });
    looks.reset(["x"]);
    expect(looks.look).toEqual({ ...DEFAULT_LOOK, softness: 0.9 });
    looks.resetAll();
    expect(looks.look).toEqual(DEFAULT_LOOK);
    notices.list.at(-1)?.action?.run();
    expect(looks.look.softness).toBe(0.9);
  });
});

describe("a bug report", () => {
  const stats: PictureStats = {
    fps: 29.7,
    cameraFps: 30.1,
    dropped: 2,
    matteMs: 5,
    frameMs: 8.04,
    matteAgeMs: 11.6,
    width: 1280,
    height: 720,
    path: "track-processor",
    tier: { model: "landscape", accelerator: "wasm", width: 1280, height: 720 },
    stages: { take: 1.2, model: 4.8, matte: 0.4, composite: 1, out: 0.2 },
  };

  const report: Report = {
    version: "1.2.3",
    features: { WebGPU: "no", cores: "2" },
    state: { kind: "live", message: "" },
    stats,
    camera: { width: 1280, height: 720, frameRate: 30 },
    model: "auto",
    pace: "carried",
    backdrop: "background",
    trial: false,
    live: true,
    look: { ...DEFAULT_LOOK, softness: 0.9 },
  };

  it("tells the figures as the overlay does", () => {
    const text = writeReport(report);
    for (const line of [
      "Cyclorama 1.2.3",
      "- state: live",
      "- picture: 1280 × 720, 30 fps",
      "- camera: 30 fps, 2 dropped",
      "- cut-out: landscape, wasm",
      "- matte age: 12 ms",
      "- composite: 1.0 ms",
      "- softness: 0.9",
      "- WebGPU: no",
    ])
      expect(text.split("\n")).toContain(line);
    expect(figuresOf(stats).map(({ name }) => name)).toHaveLength(11);
    expect(tierInWords(stats.tier)).toBe("Light model on the processor, 1280 × 720");
  });

  it("is one before there are figures, too", () => {
    const text = writeReport({ ...report, version: "", stats: null, look: DEFAULT_LOOK });
    expect(text).toContain("Cyclorama of unknown version");
    expect(text).toContain("- none yet");
    expect(text).toContain("Look: as at first");
  });
});

describe("placing the person by hand", () => {
  it("follows the pointer and is drawn into the middle near it", () => {
    expect(dragged(HOME, 0.2, -0.1)).toEqual({ x: 0.2, y: -0.1, scale: 1 });
    expect(dragged(HOME, 0.02, -0.1)).toEqual({ x: 0, y: -0.1, scale: 1 });
    expect(dragged({ x: 0.5, y: 0.5, scale: 2 }, -0.49, -0.51)).toEqual({ x: 0, y: 0, scale: 2 });
    expect(dragged(HOME, 9, -9)).toEqual({ x: LOOK_FIELDS.x.most, y: LOOK_FIELDS.y.least, scale: 1 });
  });

  it("goes by keys to where the preview shows it, mirrored or not", () => {
    const press = (key: string, mirrored: boolean, shiftKey = false) =>
      keyed(HOME, { key, shiftKey }, mirrored);
    expect(press("ArrowRight", false)?.x).toBe(0.01);
    expect(press("ArrowRight", true)?.x).toBe(-0.01);
    expect(press("ArrowLeft", false, true)?.x).toBe(-0.1);
    expect(press("ArrowUp", true)?.y).toBe(-0.01);
    expect(press("+", true)?.scale).toBe(1.01);
    expect(press("-", true)?.scale).toBe(0.99);
    expect(keyed({ x: 0.3, y: 1, scale: 2 }, { key: "Home", shiftKey: false }, true)).toEqual(HOME);
    expect(press("m", true)).toBeNull();
  });

  it("grows and shrinks by the wheel", () => {
    const wheel = (deltaY: number, ctrlKey = false) =>
      sized({ ...HOME, scale: 2 }, wheelFactor({ deltaY, deltaMode: 0, ctrlKey })).scale;
    expect(wheel(-120)).toBeGreaterThan(2);
    expect(wheel(120)).toBeLessThan(2);
    expect(wheel(-5, true)).toBeGreaterThan(2);
    expect(wheel(-1e6)).toBe(LOOK_FIELDS.scale.most);
    expect(sized(HOME, 1.02).scale).toBe(1);
  });
});

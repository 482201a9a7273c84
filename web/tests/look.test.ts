import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import examples from "../../tests/golden/looks.json";
import {
  changedFields,
  DEFAULT_LOOK,
  fitsField,
  LOOK_FIELDS,
  LOOK_NAMES,
  nearest,
  stepOf,
} from "../src/picture/look";
import { readLook, UnreadableLook, writeLook } from "../src/picture/look-file";
import { keepLook, lookFor } from "../src/studio/camera-looks";

describe("a field of the look", () => {
  it("has its default within its range and on its steps", () => {
    for (const name of LOOK_NAMES) {
      const usual = LOOK_FIELDS[name].default;
      expect(fitsField(name, usual), name).toBe(true);
      expect(nearest(name, usual), name).toBeCloseTo(usual, 6);
    }
  });

  it("goes in steps of about a hundredth of its range", () => {
    expect([stepOf("softness"), stepOf("scale"), stepOf("key_red"), stepOf("mirror")]).toEqual([
      0.01, 0.01, 1, 1,
    ]);
    expect(nearest("softness", 0.5689)).toBe(0.57);
    expect(nearest("scale", 0.19)).toBe(LOOK_FIELDS.scale.least);
    expect(nearest("x", 7)).toBe(LOOK_FIELDS.x.most);
  });

  it("takes no value from outside its range, and a switch nothing between", () => {
    for (const value of [1.01, -0.01, Number.NaN, "0.5", null, true])
      expect(fitsField("softness", value)).toBe(false);
    expect(fitsField("mirror", 0.5)).toBe(false);
    expect(fitsField("mirror", 1)).toBe(true);
  });
});

describe("a look's file", () => {
  it.each(examples)("$name: is read as Python reads it", ({ text, look, says }) => {
    if (look) {
      expect(readLook(text)).toEqual({ ...DEFAULT_LOOK, ...look });
      return;
    }
    expect(() => readLook(text)).toThrow(UnreadableLook);
    for (const words of says) expect(() => readLook(text)).toThrow(words);
  });

  it("comes back with every field", () => {
    const look = { ...DEFAULT_LOOK, softness: 0.1, mirror: 1, x: -0.25 };
    expect(readLook(writeLook(look))).toEqual(look);
    expect(Object.keys((JSON.parse(writeLook(look)) as { look: object }).look)).toEqual(LOOK_NAMES);
  });
});

describe("the look of a camera", () => {
  const desk = { id: "a1", label: "Desk camera" };
  const twin = { id: "b2", label: "Desk camera" };
  const soft = { ...DEFAULT_LOOK, softness: 0.9 };
  let kept: Record<string, string>;

  beforeEach(() => {
    kept = {};
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => kept[key] ?? null,
      setItem: (key: string, value: string) => {
        kept[key] = value;
      },
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  const keptText = () => kept["cyclorama.looks"] ?? "";

  it("is there again for that camera alone", () => {
    keepLook(desk, soft);
    expect(lookFor(desk)).toEqual(soft);
    expect(lookFor({ id: "c3", label: "Another" })).toBeNull();
    expect(lookFor({ id: "c3", label: "" })).toBeNull();
  });

  it("is found by its label when the browser has named it anew", () => {
    keepLook(desk, soft);
    expect(lookFor(twin)).toEqual(soft);
    const mirrored = { ...DEFAULT_LOOK, mirror: 1 };
    keepLook(twin, mirrored);
    expect([lookFor(desk), lookFor(twin)]).toEqual([soft, mirrored]);
  });

  it("is kept as what differs from the defaults", () => {
    keepLook(desk, soft);
    expect(JSON.parse(keptText())).toEqual([{ ...desk, look: { softness: 0.9 } }]);
    expect(changedFields(soft)).toEqual(["softness"]);
    keepLook(desk, DEFAULT_LOOK);
    expect(lookFor(desk)).toEqual(DEFAULT_LOOK);
  });

  it("loses what cannot be taken up, and nothing else", () => {
    const look = { softness: 0.2, sharpness: 1, wrap: 7, mirror: 0.5, scale: "big", __proto__: { blur: 1 } };
    kept["cyclorama.looks"] = JSON.stringify([
      null,
      3,
      { id: 1 },
      { ...desk, look },
      { ...twin, look: null },
    ]);
    expect(lookFor(desk)).toEqual({ ...DEFAULT_LOOK, softness: 0.2 });
    expect(lookFor(twin)).toEqual(DEFAULT_LOOK);
    kept["cyclorama.looks"] = '{"not": "a list"}';
    expect(lookFor(desk)).toBeNull();
  });

  it("is forgotten when many others were used since", () => {
    keepLook(desk, soft);
    for (let n = 0; n < 30; n++) keepLook({ id: `n${n}`, label: `Camera ${n}` }, soft);
    expect(lookFor(desk)).toBeNull();
    expect(keptText().length).toBeLessThan(2_000);
  });
});

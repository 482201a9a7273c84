import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { takeKey } from "../src/lib/key";
import { isBoolean, isNumber, oneOf, recall, remember } from "../src/lib/prefs";
import { commandFor, SHORTCUTS } from "../src/lib/shortcuts";
import { clock, count, duration, megabytes } from "../src/lib/words";

function storage(values: Record<string, string> = {}): Pick<Storage, "getItem" | "setItem"> {
  return {
    getItem: (key) => values[key] ?? null,
    setItem: (key, value) => {
      values[key] = value;
    },
  };
}

describe("preferences", () => {
  beforeEach(() => {
    vi.stubGlobal("localStorage", storage({ "cyclorama.broken": "{", "cyclorama.old": '"sideways"' }));
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("come back as they were put", () => {
    remember("mirror", false);
    expect(recall("mirror", true, isBoolean)).toBe(false);
  });

  it("fall back when there is none, or one that is no good", () => {
    expect(recall("none", 3, isNumber)).toBe(3);
    expect(recall("broken", 3, isNumber)).toBe(3);
    expect(recall("old", "dark", oneOf("dark", "light"))).toBe("dark");
  });

  it("do without storage", () => {
    vi.stubGlobal("localStorage", undefined);
    expect(() => {
      remember("mirror", true);
    }).not.toThrow();
    expect(recall("mirror", true, isBoolean)).toBe(true);
  });
});

describe("the creator's key", () => {
  const at = (hash: string) => ({ hash, pathname: "/", search: "?x=1" });

  it("moves from the address bar to the tab's storage", () => {
    const kept = storage();
    const replaceState = vi.fn();
    expect(takeKey(at("#key=a%2Bb"), { replaceState }, kept)).toBe("a+b");
    expect(replaceState).toHaveBeenCalledWith(null, "", "/?x=1");
    expect(takeKey(at(""), { replaceState }, kept)).toBe("a+b");
    expect(replaceState).toHaveBeenCalledOnce();
  });

  it("is null where there is none", () => {
    expect(takeKey(at("#other"), { replaceState: vi.fn() }, storage())).toBeNull();
  });
});

describe("shortcuts", () => {
  const press = (key: string, more: object = {}) =>
    commandFor({
      key,
      ctrlKey: false,
      metaKey: false,
      altKey: false,
      repeat: false,
      defaultPrevented: false,
      isComposing: false,
      target: null,
      ...more,
    });
  const on = (tagName: string, type?: string) => ({ target: { tagName, type } as unknown as EventTarget });

  it("are each another key", () => {
    expect(new Set(SHORTCUTS.map(({ keys }) => keys)).size).toBe(SHORTCUTS.length);
    expect(new Set(SHORTCUTS.map(({ command }) => command)).size).toBe(SHORTCUTS.length);
  });

  it("are found in either case", () => {
    expect(press("b")).toBe("describe");
    expect(press("B")).toBe("describe");
    expect(press("?")).toBe("help");
    expect(press("q")).toBeNull();
  });

  it("leave the browser's own alone", () => {
    for (const held of ["ctrlKey", "metaKey", "altKey", "repeat", "isComposing", "defaultPrevented"])
      expect(press("l", { [held]: true })).toBeNull();
  });

  it("rest while somebody types or picks", () => {
    expect(press("m", on("TEXTAREA"))).toBeNull();
    expect(press("m", on("INPUT", "text"))).toBeNull();
    expect(press("m", on("SELECT"))).toBeNull();
    expect(press("m", { target: { tagName: "P", isContentEditable: true } })).toBeNull();
    expect(press("m", on("BUTTON"))).toBe("microphone");
    expect(press("m", on("INPUT", "checkbox"))).toBe("microphone");
  });
});

describe("figures in words", () => {
  it.each([
    [0, "0:00"],
    [65.9, "1:05"],
    [3725, "1:02:05"],
    [-1, "0:00"],
  ])("%d seconds on the clock are %s", (seconds, words) => {
    expect(clock(seconds)).toBe(words);
  });

  it.each([
    [0.01, "0.1 s"],
    [0.42, "0.4 s"],
    [9.97, "10 s"],
    [95.2, "1 min 35 s"],
    [119.8, "2 min 0 s"],
  ])("%d seconds take %s", (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });

  it("count", () => {
    expect(count(1, "viewer", "viewers")).toBe("1 viewer");
    expect(count(0, "viewer", "viewers")).toBe("0 viewers");
    expect(megabytes(1_500_000)).toBe("1.5 MB");
    expect(megabytes(20_000_000)).toBe("20 MB");
  });
});

import { describe, expect, it } from "vitest";

import { cameraProblem } from "../src/studio/camera-problems";
import { constraintsFor } from "../src/studio/capture";
import { FALLBACK, isSafeChoice, rgbOf, sameChoice } from "../src/studio/choice";
import type { DeviceState } from "../src/studio/device.svelte";
import { levelOf } from "../src/studio/level.svelte";
import { browserOf, refusalOf, stepsToAllow } from "../src/studio/permission";

describe("what is taken up again after a reload", () => {
  it("is never the room", () => {
    expect(isSafeChoice({ kind: "none" })).toBe(false);
  });

  it("is a background, a colour or a blur", () => {
    expect(isSafeChoice({ kind: "background", id: "b1" })).toBe(true);
    expect(isSafeChoice({ kind: "blur" })).toBe(true);
    expect(isSafeChoice(FALLBACK)).toBe(true);
  });

  it("is nothing that no choice looks like", () => {
    for (const value of [
      null,
      "none",
      {},
      { kind: "background", id: "" },
      { kind: "colour", hex: "red" },
      { kind: "plain" },
    ])
      expect(isSafeChoice(value)).toBe(false);
  });
});

describe("choices", () => {
  it("are the same by kind, backgrounds by their id", () => {
    expect(sameChoice({ kind: "background", id: "a" }, { kind: "background", id: "b" })).toBe(false);
    expect(sameChoice({ kind: "background", id: "a" }, { kind: "background", id: "a" })).toBe(true);
    expect(sameChoice({ kind: "blur" }, { kind: "blur" })).toBe(true);
    expect(sameChoice({ kind: "blur" }, { kind: "none" })).toBe(false);
  });

  it("have their colour in bytes", () => {
    expect(rgbOf("#ff8001")).toEqual([255, 128, 1]);
  });
});

describe("a refused camera", () => {
  const error = (name: string, message = "") => new DOMException(message, name);

  it.each([
    [error("NotAllowedError", "Permission denied"), "denied"],
    [error("NotAllowedError", "Permission dismissed"), "dismissed"],
    [error("NotAllowedError", "Permission denied by system"), "system-denied"],
    [error("NotFoundError"), "missing"],
    [error("OverconstrainedError"), "missing"],
    [error("NotReadableError"), "busy"],
    [error("TypeError"), "failed"],
    ["no error at all", "failed"],
  ])("%s is %s", (given, refusal) => {
    expect(refusalOf(given)).toBe(refusal);
  });

  it("has words for every state in which there is no picture", () => {
    const states: DeviceState[] = [
      "denied",
      "dismissed",
      "system-denied",
      "missing",
      "busy",
      "unplugged",
      "ended",
      "silent",
      "insecure",
      "failed",
    ];
    for (const state of states) expect(cameraProblem(state, "chrome")?.title).toBeTruthy();
    for (const state of ["idle", "asking", "on", "off"] as const)
      expect(cameraProblem(state, "chrome")).toBeNull();
  });

  it("is allowed in each browser's own way", () => {
    const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36";
    const safari =
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15";
    expect(browserOf(chrome)).toBe("chrome");
    expect(browserOf(`${chrome} Edg/150.0.0.0`)).toBe("edge");
    expect(browserOf(chrome.replace("X11; Linux x86_64", "Linux; Android 15"))).toBe("android");
    expect(browserOf("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0")).toBe(
      "firefox",
    );
    expect(browserOf(safari)).toBe("safari");
    // an iPad says that it is a Mac
    expect(browserOf(safari, 5)).toBe("safari-ios");
    for (const browser of ["chrome", "edge", "firefox", "safari", "safari-ios", "android"] as const)
      expect(stepsToAllow(browser).length).toBeGreaterThan(1);
  });
});

describe("the device that is asked for", () => {
  it("is any that faces the creator, until one was picked", () => {
    const any = constraintsFor("camera", "");
    expect(any.facingMode).toEqual({ ideal: "user" });
    expect(any.deviceId).toBeUndefined();
  });

  it("is then that one, wherever it faces", () => {
    const one = constraintsFor("camera", "c1");
    expect(one.deviceId).toEqual({ exact: "c1" });
    expect(one.facingMode).toBeUndefined();
  });
});

describe("the microphone's level", () => {
  it("goes from silence to full scale", () => {
    expect(levelOf(new Float32Array(512))).toBe(0);
    expect(levelOf(new Float32Array(512).fill(1))).toBeCloseTo(1, 6);
    // -20 dB of 60
    expect(levelOf(new Float32Array(512).fill(0.1))).toBeCloseTo(2 / 3, 6);
  });
});

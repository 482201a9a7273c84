import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { Devices } from "../src/studio/devices.svelte";
import { FakeBrowser, type FakeDeviceTrack } from "./fakes/devices";

const BUSY = new DOMException("Could not start video source", "NotReadableError");

let browser: FakeBrowser;
let devices: Devices;

/** A page in this browser, which was allowed all on an earlier visit. */
async function arrive(remembered?: string): Promise<void> {
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => (key === "cyclorama.camera" && remembered ? JSON.stringify(remembered) : null),
    setItem: vi.fn(),
  });
  devices = new Devices();
  void devices.arrive();
  await vi.advanceTimersByTimeAsync(0);
}

const wait = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const camera = () => devices.camera;
const open = () => camera().track as unknown as FakeDeviceTrack;
/** Cameras whose light is on. */
const running = () =>
  browser.tracks.filter((track) => track.kind === "video" && track.readyState === "live").map(({ id }) => id);

beforeEach(() => {
  vi.useFakeTimers();
  browser = new FakeBrowser([
    { kind: "camera", id: "webcam" },
    { kind: "camera", id: "built-in" },
    { kind: "microphone", id: "desk" },
  ]);
  vi.stubGlobal("navigator", browser.navigator);
  vi.stubGlobal("document", browser.document);
  const page = new EventTarget();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a camera that is unplugged", () => {
  test.each([false, true])(
    "comes back by itself when it is plugged in again (ends last: %s)",
    async (last) => {
      await arrive("webcam");
      browser.unplug("webcam", last);
      await wait();
      expect(camera().state).toBe("unplugged");
      expect(camera().track).toBeNull();
      browser.plug("camera", "webcam");
      await wait();
      expect(camera().state).toBe("on");
      expect(running()).toEqual(["webcam"]);
    },
  );

  test.each([false, true])(
    "gives way to another that nobody picked, until it is back (ends last: %s)",
    async (last) => {
      await arrive();
      expect(camera().current).toBe("webcam");
      browser.unplug("webcam", last);
      await wait();
      expect(running()).toEqual(["built-in"]);
      browser.plug("camera", "webcam");
      await wait();
      expect(running()).toEqual(["webcam"]);
    },
  );

  test("may need a moment after it was plugged in", async () => {
    await arrive("webcam");
    browser.unplug("webcam");
    await wait();
    browser.answers.set("webcam", BUSY);
    browser.plug("camera", "webcam");
    await wait();
    expect(camera().state).toBe("busy");
    browser.answers.clear();
    await wait(2_000);
    expect(camera().state).toBe("on");
  });

  test("does not take the microphone with it", async () => {
    await arrive();
    const before = devices.microphone.track;
    browser.unplug("webcam");
    browser.plug("camera", "webcam");
    await wait();
    expect(devices.microphone.track).toBe(before);
  });
});

test("a remembered camera that comes later takes the place of the one that was there", async () => {
  await arrive("studio");
  expect(running()).toEqual(["webcam"]);
  browser.plug("camera", "studio");
  await wait();
  expect(running()).toEqual(["studio"]);
});

test("a first camera is taken up when it is plugged in", async () => {
  browser.unplug("webcam");
  browser.unplug("built-in");
  await arrive();
  expect(camera().state).toBe("missing");
  expect(devices.microphone.state).toBe("on");
  browser.plug("camera", "built-in");
  await wait();
  expect(running()).toEqual(["built-in"]);
});

describe("a camera that another program has", () => {
  test("is tried again by itself, ever more slowly, and says so all the while", async () => {
    browser.answers.set("webcam", BUSY);
    await arrive("webcam");
    expect(camera().state).toBe("busy");
    for (const seconds of [2, 4, 8, 16, 30, 30]) {
      const { asked } = browser;
      await wait(seconds * 1_000 - 1);
      expect(browser.asked).toBe(asked);
      await wait(1);
      expect(browser.asked).toBe(asked + 1);
      expect(camera().state).toBe("busy");
    }
    browser.answers.clear();
    await wait(30_000);
    expect(camera().state).toBe("on");
  });

  test("is not tried again where the browser would ask the creator every time", async () => {
    browser.permissions.camera.state = "prompt";
    await arrive();
    browser.answers.set("webcam", BUSY);
    await devices.start();
    const { asked } = browser;
    await wait(120_000);
    expect(browser.asked).toBe(asked);
  });

  test("pauses where the other one only takes the picture, and goes on", async () => {
    await arrive();
    open().mute(true);
    expect(camera().paused).toBe(true);
    expect(camera().state).toBe("on");
    open().mute(false);
    expect(camera().paused).toBe(false);
  });

  test("is opened again when the browser has ended it and it is still there", async () => {
    await arrive();
    open().end();
    await wait();
    expect(camera().state).toBe("on");
    expect(running()).toEqual(["webcam"]);
  });
});

describe("a permission that is taken away while on air", () => {
  test.each(["first", "last"])(
    "is told as such, and what is given back is taken up (told %s)",
    async (told) => {
      await arrive();
      if (told === "first") browser.permit("camera", "denied");
      else browser.permissions.camera.state = "denied";
      open().end();
      await wait();
      if (told === "last") browser.permit("camera", "denied");
      expect(camera().state).toBe("denied");
      expect(devices.microphone.state).toBe("on");
      const microphone = devices.microphone.track;
      browser.permit("camera", "granted");
      await wait();
      expect(camera().state).toBe("on");
      expect(devices.microphone.track).toBe(microphone);
    },
  );

  test("asks nothing by itself where the browser would have to ask", async () => {
    await arrive();
    browser.permissions.camera.state = "prompt";
    const { asked } = browser;
    open().end();
    await wait(60_000);
    expect(camera().state).toBe("ended");
    expect(browser.asked).toBe(asked);
    await devices.start();
    expect(camera().state).toBe("on");
  });

  test("leaves a camera off that the creator switched off", async () => {
    await arrive();
    await devices.toggleCamera();
    browser.permit("camera", "denied");
    browser.permit("camera", "granted");
    await wait();
    expect(camera().state).toBe("off");
    expect(running()).toEqual([]);
  });
});

describe("a camera that does not answer", () => {
  beforeEach(async () => {
    browser.answers.set("webcam", null);
    await arrive("webcam");
    expect(camera().state).toBe("asking");
  });

  test("is told, and taken when it answers after all", async () => {
    await wait(8_000);
    expect(camera().state).toBe("silent");
    browser.release();
    await wait();
    expect(camera().state).toBe("on");
    expect(running()).toEqual(["webcam"]);
  });

  test("makes room for another, and has lost its turn", async () => {
    expect(camera().choices.map(({ deviceId }) => deviceId)).toEqual(["webcam", "built-in"]);
    await camera().pick("built-in");
    expect(running()).toEqual(["built-in"]);
    browser.release();
    await wait();
    expect(camera().current).toBe("built-in");
    expect(running()).toEqual(["built-in"]);
    expect(devices.microphone.state).toBe("on");
  });

  test("is not told while it is the creator who has not answered", async () => {
    browser.permissions.camera.state = "prompt";
    await wait(60_000);
    expect(camera().state).toBe("asking");
  });
});

test("what a page missed while it was away is made up for when it is back", async () => {
  await arrive("webcam");
  // frozen: neither the end of the track nor the change of devices is told
  open().stop();
  browser.document.dispatchEvent(new Event("resume"));
  await wait();
  expect(camera().state).toBe("on");
  expect(running()).toEqual(["webcam"]);

  open().stop();
  browser.document.visibilityState = "visible";
  browser.document.dispatchEvent(new Event("visibilitychange"));
  await wait();
  expect(running()).toEqual(["webcam"]);
});

describe("devices that are lent", () => {
  test("let go, and are as they were afterwards", async () => {
    await arrive();
    await wait();
    devices.muted = true;
    devices.lend();
    expect(browser.tracks.every(({ readyState }) => readyState === "ended")).toBe(true);
    await wait(60_000);
    expect([camera().state, devices.microphone.state]).toEqual(["off", "off"]);
    await devices.takeBack();
    expect([camera().state, devices.microphone.state]).toEqual(["on", "on"]);
    expect(devices.microphone.track?.enabled).toBe(false);
    expect(running()).toEqual(["webcam"]);
  });

  test("stay off where the creator had switched them off", async () => {
    await arrive();
    await wait();
    camera().close();
    devices.lend();
    await devices.takeBack();
    expect([camera().state, devices.microphone.state]).toEqual(["off", "on"]);
  });

  test("that were not allowed are not asked for again", async () => {
    browser.permit("camera", "denied");
    await arrive();
    await devices.start();
    devices.lend();
    expect(camera().state).toBe("denied");
  });
});

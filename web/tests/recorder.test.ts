import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Api } from "../src/backgrounds/api";
import { ApiError } from "../src/backgrounds/http";
import type { Recording } from "../src/backgrounds/types";
import { notices } from "../src/lib/notices.svelte";
import { Recorder } from "../src/studio/recorder.svelte";

const quiet: Recording = { recording: false, since: null, folder: "/r", files: [], dropped: 0, problem: "" };
const going: Recording = { ...quiet, recording: true, since: 100 };
const file = { name: "a b.mkv", user_id: "Ann", started_at: 1, seconds: 2, bytes: 3, open: false };

describe("the recorder", () => {
  const api = {
    open: vi.fn(() => true),
    recording: vi.fn<Api["recording"]>(),
    record: vi.fn<Api["record"]>(),
    recordedAt: (stage: string, name: string) => `/${stage}/${encodeURIComponent(name)}`,
  };
  const recorder = (stage = "default") => new Recorder(api as unknown as Api, { stage });

  beforeEach(() => {
    vi.useFakeTimers();
    api.recording.mockReset().mockResolvedValue(quiet);
    api.record.mockReset().mockImplementation((_, on) => Promise.resolve(on ? going : quiet));
    notices.list = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("starts and stops what the server says it does", async () => {
    const it = recorder();
    await it.look();
    expect(it.on).toBe(false);
    await it.toggle();
    expect(api.record).toHaveBeenLastCalledWith("default", true);
    expect(it.on).toBe(true);
    await it.toggle();
    expect(api.record).toHaveBeenLastCalledWith("default", false);
    expect(it.on).toBe(false);
  });

  it("looks again for as long as it records, and no longer", async () => {
    api.recording.mockResolvedValueOnce(going).mockResolvedValueOnce(going);
    const it = recorder();
    await it.look();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.recording).toHaveBeenCalledTimes(3);
    expect(it.on).toBe(false);
  });

  it("is as before when the server refuses, and says why", async () => {
    const it = recorder();
    await it.look();
    api.record.mockRejectedValueOnce(new ApiError("The disk is full.", 503));
    await it.toggle();
    expect(it.on).toBe(false);
    expect(it.busy).toBe(false);
    expect(notices.list.map(({ text }) => text)).toEqual(["The disk is full."]);
  });

  it("keeps what it knows when the server does not answer", async () => {
    const it = recorder();
    api.recording.mockResolvedValueOnce(going).mockRejectedValueOnce(new ApiError("away", 0));
    await it.look();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(it.on).toBe(true);
  });

  it("asks nothing before it is known which stage is ours", async () => {
    const it = recorder("");
    await it.look();
    await it.toggle();
    expect(api.recording).not.toHaveBeenCalled();
    expect(api.record).not.toHaveBeenCalled();
  });

  it("has links for files only where no key is needed", () => {
    const it = recorder();
    expect(it.addressOf(file)).toBe("/default/a%20b.mkv");
    api.open.mockReturnValueOnce(false);
    expect(it.addressOf(file)).toBeNull();
  });
});

import { readFileSync } from "node:fs";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { openIvs } from "../src/stage/ivs";
import { problemOf } from "../src/stage/ivs/problems";
import { ADDRESS, VERSION, type Sdk } from "../src/stage/ivs/sdk";
import type { Claims } from "../src/stage/token";
import type { StageClient, Strategy } from "../src/stage/types";
import { FakeIvsBroadcastClient, FakeLocalStageStream, participant, StageErrorCode } from "./fakes/ivs";
import { FakeMediaStream, fakeTrack } from "./fakes/media";

const TOKEN = "header.payload.signature";
const CLAIMS: Claims = {
  id: "me",
  userId: "me",
  resource: "arn:aws:ivs:us-west-2:123456789012:stage/abcd",
  mayPublish: true,
  maySubscribe: true,
  liveKit: false,
};

describe("the Amazon IVS driver", () => {
  let ivs: FakeIvsBroadcastClient;
  let tracks: MediaStreamTrack[];
  let wanted: (id: string) => boolean;
  let client: StageClient;
  let told: string[];
  let load: () => Promise<Sdk>;

  const strategy: Strategy = {
    shouldPublish: () => tracks.length > 0,
    streamsToPublish: () => tracks,
    shouldSubscribe: ({ id, isLocal }) => !isLocal && wanted(id),
  };

  function open(claims: Partial<Claims> = {}): StageClient {
    client = openIvs(TOKEN, { ...CLAIMS, ...claims }, strategy, () => load());
    client.on("state", ({ state, message }) => told.push(message ? `${state}: ${message}` : state));
    for (const event of ["joined", "left"] as const)
      client.on(event, ({ id }) => told.push(`${event} ${id}`));
    client.on("muted", ({ id, muted }) => told.push(`muted ${id} ${muted.audio} ${muted.video}`));
    client.on("streamAdded", ({ participant: { id } }) => told.push(`streamAdded ${id}`));
    client.on("streamRemoved", ({ participant: { id } }) => told.push(`streamRemoved ${id}`));
    client.on("error", ({ message }) => told.push(`error ${message}`));
    return client;
  }

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("addEventListener", () => undefined);
    vi.stubGlobal("removeEventListener", () => undefined);
    vi.stubGlobal("MediaStream", FakeMediaStream);
    ivs = new FakeIvsBroadcastClient();
    tracks = [fakeTrack("video"), fakeTrack("audio")];
    wanted = () => true;
    told = [];
    load = () => Promise.resolve(ivs.sdk);
  });
  afterEach(async () => {
    await client.leave();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const joined = async (claims: Partial<Claims> = {}): Promise<void> => {
    await open(claims).join();
  };

  it("joins with the token and publishes our tracks in layers, within the SDK's limits", async () => {
    await joined();
    expect(ivs.stage.token).toBe(TOKEN);
    expect(ivs.stage.published.map(({ mediaStreamTrack }) => mediaStreamTrack)).toEqual(tracks);
    expect(ivs.stage.published[0]?.config).toEqual({
      maxVideoBitrateKbps: 2500,
      maxFramerate: 30,
      simulcast: { enabled: true },
    });
    expect(told).toEqual(["connecting", "connected"]);
  });

  it("sends one picture where the SDK takes no layers", async () => {
    FakeLocalStageStream.refusesLayers = true;
    await joined().finally(() => (FakeLocalStageStream.refusesLayers = false));
    expect(ivs.stage.published[0]?.config).toEqual({ maxVideoBitrateKbps: 2500, maxFramerate: 30 });
  });

  it("does not list the audience", async () => {
    await joined();
    let listed: string[] = [];
    client.on("participants", (all) => (listed = all.map(({ id }) => id)));
    ivs.stage.arrive(participant("eve", { isPublishing: false, capabilities: new Set() }), []);
    ivs.stage.arrive(participant("ann", { isPublishing: false }), []);
    expect(listed).toEqual(["me", "ann"]);
  });

  it("is connected only once we are seen", async () => {
    ivs.takesPublishers = false;
    open();
    const joining = client.join();
    await vi.advanceTimersByTimeAsync(0);
    expect(client.state).toBe("connecting");
    expect(told.at(-1)).toMatch(/As many people are seen .* Trying again\.$/);
    ivs.takesPublishers = true;
    await vi.advanceTimersByTimeAsync(600);
    await joining;
    expect(client.state).toBe("connected");
  });

  it("does not publish what it may not, and receives nothing without the capability for that", async () => {
    ivs.there.set("ann", { info: participant("ann"), tracks: [fakeTrack("video")] });
    await joined({ mayPublish: false, maySubscribe: false });
    expect(ivs.stage.published).toEqual([]);
    expect(told).toEqual(["connecting", "connected"]);
  });

  it("tells who is there without saying that they joined, then who comes and goes", async () => {
    ivs.there.set("ann", { info: participant("ann"), tracks: [fakeTrack("video"), fakeTrack("audio")] });
    await joined();
    expect(told).toContain("streamAdded ann");
    expect(told).not.toContain("joined ann");
    await vi.advanceTimersByTimeAsync(2000);
    told.length = 0;
    ivs.stage.arrive(participant("bob", { attributes: { seat: 3 } }), [fakeTrack("video")]);
    ivs.stage.depart("ann");
    expect(told).toEqual(["joined bob", "streamAdded bob", "streamRemoved ann", "left ann"]);
  });

  it("keeps one stream for all of a participant's tracks", async () => {
    await joined();
    const streams: MediaStream[] = [];
    client.on("streamAdded", ({ stream }) => streams.push(stream));
    ivs.stage.arrive(participant("ann"), [fakeTrack("video"), fakeTrack("audio")]);
    expect(streams.map((stream) => stream.getTracks().map(({ kind }) => kind))).toEqual([["video", "audio"]]);
  });

  it("subscribes by the strategy, asked again at refresh", async () => {
    wanted = (id) => id !== "ann";
    await joined();
    ivs.stage.arrive(participant("ann"), [fakeTrack("video")]);
    expect(told).not.toContain("streamAdded ann");
    wanted = () => true;
    client.refresh();
    expect(told).toContain("streamAdded ann");
    wanted = () => false;
    client.refresh();
    expect(told.at(-1)).toBe("streamRemoved ann");
  });

  it("tells what others mute", async () => {
    await joined();
    ivs.stage.arrive(participant("ann"), [fakeTrack("video"), fakeTrack("audio")]);
    ivs.stage.muteRemote("ann", "audio", true);
    expect(told.at(-1)).toBe("muted ann true false");
  });

  it("mutes our sound, but never the picture: with the camera off there is the background to see", async () => {
    await joined();
    client.setMuted({ audio: true, video: true });
    const muted = (): boolean[] => ivs.stage.published.map(({ isMuted }) => isMuted);
    expect(muted()).toEqual([false, true]);
    client.setMuted({ audio: false, video: true });
    expect(muted()).toEqual([false, false]);
  });

  it("stays muted with another microphone, and on coming back", async () => {
    await joined();
    client.setMuted({ audio: true, video: false });
    const [video] = ivs.stage.published;
    tracks = [tracks[0], fakeTrack("audio")].filter((track) => track !== undefined);
    client.refresh();
    expect(ivs.stage.published[0]).toBe(video);
    expect(ivs.stage.published[1]).toMatchObject({ mediaStreamTrack: tracks[1], isMuted: true });
    ivs.stage.break();
    await vi.advanceTimersByTimeAsync(600);
    expect(ivs.stages).toHaveLength(2);
    expect(ivs.stage.published[1]?.isMuted).toBe(true);
  });

  it("stops publishing when there is nothing to publish any more", async () => {
    await joined();
    tracks = [];
    client.refresh();
    expect(ivs.stage.published).toEqual([]);
    expect(client.state).toBe("connected");
  });

  it("lets the SDK come back by itself", async () => {
    await joined();
    ivs.stage.stall();
    expect(told.at(-1)).toBe("connecting: The connection to the stage was lost. Trying again.");
    ivs.stage.recover();
    expect(told.at(-1)).toBe("connected");
    expect(ivs.stages).toHaveLength(1);
  });

  it.each([
    ["it never does", () => vi.advanceTimersByTimeAsync(40_000), "stall"],
    ["it says that it could not", () => vi.advanceTimersByTimeAsync(600), "break"],
  ] as const)("joins again where %s", async (_, wait, trouble) => {
    await joined();
    const [first] = ivs.stages;
    first?.[trouble]();
    await wait();
    expect(first?.left).toBe(true);
    expect(ivs.stages).toHaveLength(2);
    expect(client.state).toBe("connected");
  });

  it("joins again where Amazon dropped it without a reason, until we leave", async () => {
    await joined();
    ivs.stage.end("UNKNOWN");
    await vi.advanceTimersByTimeAsync(600);
    expect(ivs.stages).toHaveLength(2);
    await client.leave();
    expect(ivs.stage.left).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ivs.stages).toHaveLength(2);
    expect(client.state).toBe("disconnected");
  });

  it("forgets those who left while it was away, and does not greet those who came", async () => {
    ivs.there.set("ann", { info: participant("ann"), tracks: [fakeTrack("video")] });
    await joined();
    await vi.advanceTimersByTimeAsync(2000);
    told.length = 0;
    ivs.there.clear();
    ivs.there.set("bob", { info: participant("bob"), tracks: [fakeTrack("video")] });
    ivs.stage.break();
    await vi.advanceTimersByTimeAsync(3000);
    expect(told).toEqual([
      "streamRemoved ann",
      "connecting: The connection to the stage was lost. Trying again.",
      "streamAdded bob",
      "connected",
      "left ann",
    ]);
  });

  it.each([
    ["PARTICIPANT_DISCONNECTED", "The host has removed you from this stage."],
    ["STAGE_DELETED", "This stage is over."],
    ["TOKEN_REUSED", "You joined this stage in another window, so this one has left it."],
  ] as const)("is out for good by %s", async (reason, words) => {
    await joined();
    ivs.stage.end(reason);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ivs.stages).toHaveLength(1);
    expect(told.at(-1)).toBe(`refused: ${words}`);
  });

  it.each([
    ["TOKEN_MALFORMED", /cannot read this token/],
    ["TOKEN_EXPIRED", /expired/],
    ["TOKEN_NOT_ALLOWED", /does not allow/],
    ["STAGE_DELETED", /over/],
    ["PARTICIPANT_DISCONNECTED", /removed/],
  ] as const)(
    "refuses a token of which the stage says %s, with the error before or after",
    async (code, words) => {
      for (const first of [true, false]) {
        ivs.answer = (stage) => {
          if (first) stage.fail(code, "JOIN_ERROR");
          else
            setTimeout(() => {
              stage.fail(code, "JOIN_ERROR");
            });
          return Promise.reject(new Error("the SDK's own words"));
        };
        const joining = expect(open().join()).rejects.toThrow(words);
        await vi.advanceTimersByTimeAsync(10);
        await joining;
        expect(client.state).toBe("refused");
      }
      await vi.advanceTimersByTimeAsync(60_000);
      expect(ivs.stages).toHaveLength(2);
    },
  );

  it("refuses a token that the SDK throws out at once, without a word of it", async () => {
    ivs.readsTokens = false;
    await expect(open().join()).rejects.toThrow(/^Amazon IVS cannot read this token\./);
    expect(told.join()).not.toContain(TOKEN);
  });

  it("goes on trying where the stage is full or does not answer", async () => {
    ivs.answer = (stage) => {
      stage.fail(ivs.stages.length === 1 ? "STAGE_AT_CAPACITY" : "TIMEOUT", "JOIN_ERROR");
      return ivs.stages.length < 3 ? Promise.reject(new Error("no")) : Promise.resolve();
    };
    const joining = open().join();
    await vi.advanceTimersByTimeAsync(5000);
    await joining;
    expect(told).toEqual([
      "connecting",
      "connecting: This stage is full. Trying again.",
      "connecting: The stage does not answer. Trying again.",
      "connected",
    ]);
  });

  it("gives up a join that never ends, and tries again", async () => {
    ivs.answer = () => (ivs.stages.length === 1 ? new Promise(() => undefined) : Promise.resolve());
    const joining = open().join();
    await vi.advanceTimersByTimeAsync(37_000);
    await joining;
    expect(ivs.stages.map(({ left }) => left)).toEqual([true, false]);
  });

  it("lets go of a join in flight when we leave", async () => {
    ivs.answer = () => new Promise(() => undefined);
    const joining = open().join();
    await vi.advanceTimersByTimeAsync(10);
    await client.leave();
    await vi.advanceTimersByTimeAsync(10);
    await joining;
    expect(ivs.stages.map(({ left }) => left)).toEqual([true]);
  });

  it("says once what is wrong with somebody's picture, and asks for it again", async () => {
    await joined();
    const asked = vi.spyOn(ivs.stage, "refreshStrategy");
    ivs.stage.fail("FAILED", "SUBSCRIBE_ERROR");
    ivs.stage.fail("FAILED", "SUBSCRIBE_ERROR");
    await vi.advanceTimersByTimeAsync(600);
    expect(told.filter((each) => each.startsWith("error"))).toEqual([
      "error Somebody's picture does not reach you. Trying again.",
    ]);
    expect(asked).toHaveBeenCalledOnce();
    expect(client.state).toBe("connected");
  });

  it("says nothing of what the SDK cancelled itself", async () => {
    await joined();
    told.length = 0;
    ivs.stage.fail("CANCELED", "PUBLISH_ERROR");
    expect(told).toEqual([]);
  });

  it("says so where the SDK cannot be loaded, and tries again", async () => {
    const sdk = ivs.sdk;
    load = vi.fn(() => Promise.resolve(sdk)).mockRejectedValueOnce(new Error("could not be loaded"));
    const joining = open().join();
    await vi.advanceTimersByTimeAsync(600);
    await joining;
    expect(told).toEqual(["connecting", "connecting: could not be loaded", "connected"]);
  });

  it("never shows the SDK's own words", () => {
    for (const code of [...Object.values(StageErrorCode), 999, undefined])
      for (const category of ["JOIN_ERROR", "PUBLISH_ERROR", "SUBSCRIBE_ERROR", "ELSE"]) {
        const problem = problemOf(ivs.sdk, { code, category });
        if (code === StageErrorCode.CANCELED) expect(problem).toBeNull();
        else expect(problem?.words).toMatch(/^[A-Z].*\.$/);
      }
  });
});

describe("the SDK's address", () => {
  it("is of the release that the types are of", () => {
    const installed = JSON.parse(
      readFileSync(new URL("../node_modules/amazon-ivs-web-broadcast/package.json", import.meta.url), "utf8"),
    ) as { version: string };
    expect(VERSION).toBe(installed.version);
    expect(ADDRESS).toBe(
      `https://web-broadcast.live-video.net/${installed.version}/amazon-ivs-web-broadcast.js`,
    );
  });
});

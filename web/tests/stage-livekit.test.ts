import { ConnectionError, DisconnectReason, RoomEvent, Track } from "livekit-client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Refusal } from "../src/stage/keeper";
import { openLiveKit } from "../src/stage/livekit";
import { askAddress } from "../src/stage/livekit/kit";
import type { Claims } from "../src/stage/token";
import type { StageClient, Strategy } from "../src/stage/types";
import { FakeLiveKit, FakeMember } from "./fakes/livekit";
import { FakeMediaStream, fakeTrack } from "./fakes/media";

const ADDRESS = "wss://live.example.org";
const CLAIMS: Claims = {
  id: "me",
  userId: "me",
  resource: "",
  mayPublish: true,
  maySubscribe: true,
  liveKit: true,
};

describe("the LiveKit driver", () => {
  let livekit: FakeLiveKit;
  let tracks: MediaStreamTrack[];
  let wanted: (id: string) => boolean;
  let client: StageClient;
  let told: string[];
  let pageHidden: () => void;

  const strategy: Strategy = {
    shouldPublish: () => tracks.length > 0,
    streamsToPublish: () => tracks,
    shouldSubscribe: ({ id, isLocal }) => !isLocal && wanted(id),
  };

  function open(claims: Partial<Claims> = {}): StageClient {
    client = openLiveKit(
      "token",
      { ...CLAIMS, ...claims },
      strategy,
      () => Promise.resolve(livekit.kit),
      () => Promise.resolve(ADDRESS),
    );
    client.on("state", ({ state, message }) => told.push(message ? `${state}: ${message}` : state));
    for (const event of ["joined", "left"] as const)
      client.on(event, ({ id }) => told.push(`${event} ${id}`));
    client.on("muted", ({ id, muted }) => told.push(`muted ${id} ${muted.audio} ${muted.video}`));
    client.on("streamAdded", ({ participant: { id } }) => told.push(`streamAdded ${id}`));
    client.on("streamRemoved", ({ participant: { id } }) => told.push(`streamRemoved ${id}`));
    client.on("viewers", (count) => told.push(`viewers ${count}`));
    client.on("error", ({ message, participant }) => told.push(`error ${participant?.id ?? ""}: ${message}`));
    return client;
  }

  beforeEach(() => {
    vi.useFakeTimers();
    pageHidden = () => undefined;
    vi.stubGlobal("addEventListener", (event: string, listener: () => void) => {
      if (event === "pagehide") pageHidden = listener;
    });
    vi.stubGlobal("removeEventListener", () => undefined);
    vi.stubGlobal("MediaStream", FakeMediaStream);
    livekit = new FakeLiveKit();
    tracks = [fakeTrack("video"), fakeTrack("audio")];
    wanted = () => true;
    told = [];
  });
  afterEach(async () => {
    await client.leave();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const joined = async (claims: Partial<Claims> = {}): Promise<void> => {
    await open(claims).join();
    await vi.advanceTimersByTimeAsync(0);
  };
  const sent = (): (MediaStreamTrack | undefined)[] =>
    [Track.Source.Camera, Track.Source.Microphone].map(
      (source) => livekit.room.localParticipant.sent.get(source)?.mediaStreamTrack,
    );

  it("joins at the server's address and publishes our tracks, VP8 in layers", async () => {
    await joined();
    expect(livekit.room.connectedTo).toEqual([ADDRESS, "token", { autoSubscribe: false }]);
    expect(sent()).toEqual(tracks);
    expect(livekit.room.localParticipant.sent.get(Track.Source.Camera)?.options).toMatchObject({
      videoCodec: "vp8",
      simulcast: true,
      videoEncoding: { maxBitrate: 2_500_000, maxFramerate: 30 },
    });
    expect(told.at(-1)).toBe("connected");
  });

  it("lets LiveKit neither stop our tracks nor leave when the page is asked whether it may close", async () => {
    await joined();
    expect(livekit.room.options).toMatchObject({
      stopLocalTrackOnUnpublish: false,
      disconnectOnPageLeave: false,
    });
    pageHidden();
    expect(livekit.room.left).toBe(true);
  });

  it("is connected only once we are seen", async () => {
    livekit.takesTracks = false;
    const joining = open().join();
    await vi.advanceTimersByTimeAsync(0);
    expect(told.at(-1)).toBe("connecting: Your picture does not reach the room. Trying again.");
    livekit.takesTracks = true;
    await vi.advanceTimersByTimeAsync(600);
    await joining;
    expect(client.state).toBe("connected");
  });

  it("only watches with a token that may not publish", async () => {
    await joined({ mayPublish: false });
    expect(sent()).toEqual([undefined, undefined]);
    expect(client.state).toBe("connected");
  });

  it("tells who is there without saying that they joined, then who comes and goes", async () => {
    livekit.there.set(new FakeMember("ann", true, "Ann"), [fakeTrack("video"), fakeTrack("audio")]);
    livekit.there.set(new FakeMember("eve", false), []);
    let names: string[] = [];
    open().on("participants", (all) => (names = all.map(({ userId }) => userId)));
    await client.join();
    await vi.advanceTimersByTimeAsync(0);
    expect(names).toEqual(["Me", "Ann"]);
    expect(told).toContain("viewers 1");
    expect(told).toContain("streamAdded ann");
    expect(told.some((each) => each.startsWith("joined"))).toBe(false);
    told.length = 0;
    livekit.room.arrive(new FakeMember("bob", true), [fakeTrack("video")]);
    livekit.room.arrive(new FakeMember("fay", false));
    livekit.room.depart("ann");
    expect(told).toEqual(["joined bob", "streamAdded bob", "viewers 2", "streamRemoved ann", "left ann"]);
  });

  it("subscribes by the strategy, asked again at refresh", async () => {
    wanted = (id) => id !== "ann";
    await joined();
    const ann = new FakeMember("ann", true);
    livekit.room.arrive(ann, [fakeTrack("video")]);
    expect(told).not.toContain("streamAdded ann");
    wanted = () => true;
    client.refresh();
    expect(told).toContain("streamAdded ann");
    wanted = () => false;
    client.refresh();
    expect(told.at(-1)).toBe("streamRemoved ann");
  });

  it("receives nothing without the capability for that", async () => {
    livekit.there.set(new FakeMember("ann", true), [fakeTrack("video")]);
    await joined({ maySubscribe: false });
    expect(told).not.toContain("streamAdded ann");
  });

  it("tells what others mute, and whom it cannot show", async () => {
    await joined();
    livekit.room.arrive(new FakeMember("ann", true, "Ann"), [fakeTrack("video"), fakeTrack("audio")]);
    livekit.room.muteRemote("ann", "audio", true);
    expect(told.at(-1)).toBe("muted ann true false");
    livekit.room.tell(RoomEvent.TrackSubscriptionFailed, "sid", livekit.room.remoteParticipants.get("ann"));
    expect(told.at(-1)).toBe("error ann: LiveKit does not pass on what they send.");
  });

  it("mutes our sound, but never the picture", async () => {
    await joined();
    const muted = (): (boolean | undefined)[] =>
      [...livekit.room.localParticipant.sent.values()].map(({ isMuted }) => isMuted);
    client.setMuted({ audio: true, video: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(muted()).toEqual([false, true]);
    client.setMuted({ audio: false, video: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(muted()).toEqual([false, false]);
  });

  it("sends other tracks when they change, and none when there are none", async () => {
    await joined();
    const camera = livekit.room.localParticipant.sent.get(Track.Source.Camera);
    tracks = [fakeTrack("video")];
    client.refresh();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent()).toEqual([tracks[0], undefined]);
    expect(livekit.room.localParticipant.sent.get(Track.Source.Camera)).toBe(camera);
    tracks = [];
    client.refresh();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent()).toEqual([undefined, undefined]);
    expect(client.state).toBe("connected");
  });

  it("lets LiveKit come back by itself", async () => {
    await joined();
    livekit.room.tell(RoomEvent.Reconnecting);
    expect(told.at(-1)).toBe("connecting: The connection to the room was lost. Trying again.");
    livekit.room.tell(RoomEvent.Reconnected);
    expect(told.at(-1)).toBe("connected");
    expect(livekit.rooms).toHaveLength(1);
  });

  it.each([
    [DisconnectReason.SERVER_SHUTDOWN],
    [DisconnectReason.STATE_MISMATCH],
    [DisconnectReason.JOIN_FAILURE],
    [DisconnectReason.SIGNAL_CLOSE],
    [DisconnectReason.ROOM_CLOSED],
    [undefined],
  ])("joins again after reason %s, until we leave", async (reason) => {
    livekit.there.set(new FakeMember("ann", true), [fakeTrack("video")]);
    await joined();
    livekit.room.tell(RoomEvent.Disconnected, reason);
    livekit.there.clear();
    await vi.advanceTimersByTimeAsync(600);
    expect(livekit.rooms).toHaveLength(2);
    expect(client.state).toBe("connected");
    expect(told).toContain("left ann");
    expect(sent()).toEqual(tracks);
    await client.leave();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(livekit.rooms.map(({ left }) => left)).toEqual([true, true]);
  });

  it.each([
    [DisconnectReason.PARTICIPANT_REMOVED, "The host has removed you from this room."],
    [DisconnectReason.DUPLICATE_IDENTITY, "You joined this room in another window, so this one has left it."],
    [DisconnectReason.ROOM_DELETED, "This room is over."],
  ])("is out for good after reason %s", async (reason, words) => {
    await joined();
    livekit.room.tell(RoomEvent.Disconnected, reason);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(livekit.rooms).toHaveLength(1);
    expect(told.at(-1)).toBe(`refused: ${words}`);
  });

  it.each([
    [ConnectionError.notAllowed("x", 401), /expired, or is another server's/],
    [ConnectionError.notAllowed("x", 404), /no such room/],
    [ConnectionError.leaveRequest("x", DisconnectReason.ROOM_DELETED), /over/],
  ])("refuses a token that the server does: %s", async (error, words) => {
    livekit.answer = () => Promise.reject(error);
    await expect(open().join()).rejects.toThrow(words);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(livekit.rooms).toHaveLength(1);
  });

  it.each([
    [ConnectionError.serverUnreachable("x"), /does not answer/],
    [ConnectionError.serviceNotFound("x", "v0-rtc"), /something else/],
    [ConnectionError.leaveRequest("x", DisconnectReason.SERVER_SHUTDOWN), /does not answer/],
    [new Error("LiveKit's own words"), /does not answer/],
  ])("tries again where it need not stay so: %s", async (error, words) => {
    livekit.answer = () => (livekit.rooms.length === 1 ? Promise.reject(error) : Promise.resolve());
    const joining = open().join();
    await vi.advanceTimersByTimeAsync(600);
    await joining;
    expect(told[1]).toMatch(words);
    expect(client.state).toBe("connected");
  });

  it("lets go of a join in flight when we leave", async () => {
    livekit.answer = () => new Promise(() => undefined);
    const joining = open().join();
    await vi.advanceTimersByTimeAsync(0);
    await client.leave();
    await joining;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(livekit.rooms.map(({ left }) => left)).toEqual([true]);
  });
});

describe("the address of LiveKit", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  const ask = (answer: () => Promise<unknown>): Promise<string> => {
    vi.stubGlobal("fetch", () => Promise.resolve({ json: answer }));
    return askAddress(new AbortController().signal);
  };

  it("is what our server says", async () => {
    await expect(ask(() => Promise.resolve({ livekit_url: ADDRESS }))).resolves.toBe(ADDRESS);
  });

  it("is nowhere where our server has none", async () => {
    const asked = ask(() => Promise.resolve({ livekit_url: "" }));
    await expect(asked).rejects.toThrow(Refusal);
    await expect(asked).rejects.toThrow(/CYCLORAMA_LIVEKIT_URL/);
  });

  it("is asked for again where our server does not answer", async () => {
    const asked = ask(() => Promise.reject(new Error("no JSON")));
    await expect(asked).rejects.not.toThrow(Refusal);
    await expect(asked).rejects.toThrow(/Trying again/);
  });
});

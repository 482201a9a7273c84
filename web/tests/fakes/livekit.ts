/** A fake of the parts of LiveKit's client that we use; its enumerations and errors are LiveKit's own. */
import * as LiveKit from "livekit-client";

import type { Kit } from "../../src/stage/livekit/kit";

const { DisconnectReason, RoomEvent, Track } = LiveKit;

type Publication = Pick<LiveKit.RemoteTrackPublication, "isDesired" | "isMuted" | "kind" | "setSubscribed">;
type Source = LiveKit.Track.Source;

class FakePublication implements Publication {
  readonly kind: LiveKit.Track.Kind;
  readonly track: { mediaStreamTrack: MediaStreamTrack };
  isDesired = false;
  isMuted = false;
  readonly #changed: (publication: FakePublication) => void;

  constructor(track: MediaStreamTrack, changed: (publication: FakePublication) => void) {
    this.kind = track.kind === "video" ? Track.Kind.Video : Track.Kind.Audio;
    this.track = { mediaStreamTrack: track };
    this.#changed = changed;
  }

  setSubscribed(subscribed: boolean): void {
    this.isDesired = subscribed;
    this.#changed(this);
  }
}

/** One of our tracks in the room. */
class FakeLocalTrack implements Pick<
  LiveKit.LocalAudioTrack,
  "isMuted" | "mediaStreamTrack" | "mute" | "unmute"
> {
  mediaStreamTrack: MediaStreamTrack;
  readonly options: LiveKit.TrackPublishOptions | undefined;
  isMuted = false;

  constructor(track: MediaStreamTrack, options: LiveKit.TrackPublishOptions | undefined) {
    this.mediaStreamTrack = track;
    this.options = options;
  }

  mute(): Promise<never> {
    return this.#mute(true);
  }

  unmute(): Promise<never> {
    return this.#mute(false);
  }

  replaceTrack(track: MediaStreamTrack, userProvided: boolean): Promise<void> {
    if (!userProvided) throw new Error("LiveKit would stop a track of ours");
    this.mediaStreamTrack = track;
    return Promise.resolve();
  }

  #mute(muted: boolean): Promise<never> {
    this.isMuted = muted;
    return Promise.resolve(this as never);
  }
}

export class FakeMember {
  readonly identity: string;
  readonly name: string;
  readonly attributes: Record<string, string> = {};
  readonly trackPublications = new Map<string, FakePublication>();
  readonly isLocal = false;
  permissions: { canPublish: boolean };

  constructor(identity: string, canPublish: boolean, name = "") {
    this.identity = identity;
    this.name = name;
    this.permissions = { canPublish };
  }
}

class FakeLocalParticipant {
  readonly identity = "me";
  readonly name = "Me";
  readonly attributes = {};
  readonly isLocal = true;
  readonly permissions = { canPublish: true };
  readonly sent = new Map<Source, FakeLocalTrack>();
  readonly #room: FakeRoom;

  constructor(room: FakeRoom) {
    this.#room = room;
  }

  get trackPublications(): Map<Source, { kind: LiveKit.Track.Kind; isMuted: boolean }> {
    return new Map(
      [...this.sent].map(([source, { isMuted }]) => [
        source,
        { kind: source === Track.Source.Camera ? Track.Kind.Video : Track.Kind.Audio, isMuted },
      ]),
    );
  }

  getTrackPublication(source: Source): { track: FakeLocalTrack; isMuted: boolean } | undefined {
    const track = this.sent.get(source);
    return track && { track, isMuted: track.isMuted };
  }

  publishTrack(track: MediaStreamTrack, options: LiveKit.TrackPublishOptions): Promise<void> {
    if (!this.#room.fake.takesTracks) return Promise.reject(new Error("LiveKit's own words"));
    if (!options.source) throw new Error("a track without a source");
    this.sent.set(options.source, new FakeLocalTrack(track, options));
    this.#room.tell(RoomEvent.LocalTrackPublished);
    return Promise.resolve();
  }

  unpublishTrack(track: MediaStreamTrack, stop: boolean): Promise<void> {
    if (stop) throw new Error("LiveKit would stop a track of ours");
    for (const [source, { mediaStreamTrack }] of this.sent) {
      if (mediaStreamTrack === track) this.sent.delete(source);
    }
    this.#room.tell(RoomEvent.LocalTrackUnpublished);
    return Promise.resolve();
  }
}

/** One room that was joined, or is to be. Its controls stand for LiveKit's end. */
export class FakeRoom {
  readonly fake: FakeLiveKit;
  readonly options: LiveKit.RoomOptions;
  readonly localParticipant = new FakeLocalParticipant(this);
  readonly remoteParticipants = new Map<string, FakeMember>();
  connectedTo: unknown[] = [];
  left = false;
  readonly #listeners = new Map<string, ((...args: unknown[]) => void)[]>();
  #abort: (error: Error) => void = () => undefined;

  constructor(fake: FakeLiveKit, options: LiveKit.RoomOptions) {
    this.fake = fake;
    this.options = options;
    fake.rooms.push(this);
  }

  on(event: LiveKit.RoomEvent, listener: (...args: unknown[]) => void): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }

  async connect(...given: [url: string, token: string, options: LiveKit.RoomConnectOptions]): Promise<void> {
    this.connectedTo = given;
    const aborted = new Promise<never>((_, reject) => (this.#abort = reject));
    await Promise.race([this.fake.answer(this), aborted]);
    for (const [member, tracks] of this.fake.there) this.arrive(member, tracks, false);
  }

  disconnect(stopTracks: boolean): Promise<void> {
    if (stopTracks) throw new Error("LiveKit would stop our tracks");
    if (this.left) return Promise.resolve();
    this.left = true;
    this.#abort(LiveKit.ConnectionError.cancelled("Client initiated disconnect"));
    this.tell(RoomEvent.Disconnected, DisconnectReason.CLIENT_INITIATED);
    return Promise.resolve();
  }

  /** Somebody comes, and publishes these tracks. */
  arrive(member: FakeMember, tracks: MediaStreamTrack[] = [], announced = true): void {
    for (const track of tracks) {
      const publication = new FakePublication(track, ({ isDesired }) => {
        const { TrackSubscribed, TrackUnsubscribed } = RoomEvent;
        this.tell(isDesired ? TrackSubscribed : TrackUnsubscribed, publication.track, publication, member);
      });
      member.trackPublications.set(track.id, publication);
    }
    this.remoteParticipants.set(member.identity, member);
    if (announced) this.tell(RoomEvent.ParticipantConnected, member);
  }

  depart(identity: string): void {
    this.remoteParticipants.delete(identity);
    this.tell(RoomEvent.ParticipantDisconnected);
  }

  muteRemote(identity: string, kind: "audio" | "video", muted: boolean): void {
    for (const publication of this.remoteParticipants.get(identity)?.trackPublications.values() ?? []) {
      if ((publication.kind as string) === kind) publication.isMuted = muted;
    }
    this.tell(muted ? RoomEvent.TrackMuted : RoomEvent.TrackUnmuted);
  }

  tell(event: LiveKit.RoomEvent, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...args);
  }
}

/** LiveKit's module, and all that was done with it. */
export class FakeLiveKit {
  readonly rooms: FakeRoom[] = [];
  /** Who is there for everybody who joins, with their tracks. */
  readonly there = new Map<FakeMember, MediaStreamTrack[]>();
  takesTracks = true;
  /** What the server does about somebody who joins; it may reject. */
  answer: (room: FakeRoom) => Promise<void> = () => Promise.resolve();
  readonly kit: Kit;

  constructor() {
    const fake = this as FakeLiveKit;
    class Room extends FakeRoom {
      constructor(options: LiveKit.RoomOptions) {
        super(fake, options);
      }
    }
    this.kit = { ...LiveKit, Room: Room as unknown as Kit["Room"] };
  }

  /** The room that was joined last. */
  get room(): FakeRoom {
    const last = this.rooms.at(-1);
    if (!last) throw new Error("no room was made");
    return last;
  }
}

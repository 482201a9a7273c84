import type { Participant as Member, RemoteParticipant, Room } from "livekit-client";

import { backoff } from "../backoff";
import type { Session, Surroundings } from "../hosted";
import type { Claims } from "../token";
import type { Muted, Participant } from "../types";
import type { Kit } from "./kit";
import { farewell, unjoined } from "./problems";
import { publish } from "./publish";

const LOST = "The connection to the room was lost. Trying again.";
const UNSENT = "Your picture does not reach the room. Trying again.";

/** One stay in a LiveKit room. */
export class LiveKitSession implements Session {
  readonly lost: Promise<string>;
  readonly #kit: Kit;
  readonly #claims: Claims;
  readonly #here: Surroundings;
  readonly #room: Room;
  #muted: Muted;
  #lose: (why: string) => void = () => undefined;
  #met = false;
  #connected = false;
  #published = false;
  #closed = false;
  #failures = 0;
  /** One after the other: LiveKit does not like a track to be published while it is being unpublished. */
  #publishing: Promise<void> = Promise.resolve();
  #retrying: ReturnType<typeof setTimeout> | undefined;

  private constructor(kit: Kit, claims: Claims, here: Surroundings) {
    this.lost = new Promise((resolve) => (this.#lose = resolve));
    this.#kit = kit;
    this.#claims = claims;
    this.#here = here;
    this.#muted = here.muted;
    // the tracks are ours: LiveKit must neither stop them, nor leave when the creator is merely asked whether to
    this.#room = new kit.Room({
      dynacast: true,
      stopLocalTrackOnUnpublish: false,
      disconnectOnPageLeave: false,
    });
    this.#listen();
  }

  /** Resolves once joined. */
  static async open(
    kit: Kit,
    address: string,
    token: string,
    claims: Claims,
    here: Surroundings,
    signal: AbortSignal,
  ): Promise<LiveKitSession> {
    const session = new LiveKitSession(kit, claims, here);
    signal.addEventListener("abort", session.#end);
    try {
      await session.#room.connect(address, token, { autoSubscribe: false });
    } catch (error) {
      session.close();
      throw unjoined(kit, error);
    } finally {
      signal.removeEventListener("abort", session.#end);
    }
    session.#connected = true;
    session.#meet();
    return session;
  }

  get ready(): boolean {
    return this.#connected && (this.#published || this.#tracks().length === 0);
  }

  refresh(): void {
    this.#publish();
    this.#meet();
  }

  mute(muted: Muted): void {
    this.#muted = muted;
    this.#publish();
  }

  close(): void {
    if (this.#closed) return;
    this.#end();
    this.#closed = true;
    clearTimeout(this.#retrying);
    removeEventListener("pagehide", this.#end);
    this.#lose(LOST);
  }

  readonly #end = (): void => {
    void this.#room.disconnect(false).catch(() => undefined);
  };

  #listen(): void {
    const { RoomEvent: events } = this.#kit;
    const meet = (): void => {
      this.#meet();
    };
    const changes = [
      ...[events.ParticipantConnected, events.ParticipantDisconnected, events.ParticipantPermissionsChanged],
      ...[events.ParticipantNameChanged, events.ParticipantAttributesChanged],
      ...[events.TrackPublished, events.TrackUnpublished, events.TrackMuted, events.TrackUnmuted],
      ...[events.LocalTrackPublished, events.LocalTrackUnpublished],
    ] as const;
    for (const event of changes) this.#room.on(event, meet);
    this.#room.on(events.TrackSubscribed, (track, _, { identity }) => {
      if (this.#closed) return;
      this.#meet();
      this.#here.attendance.addTrack(identity, track.mediaStreamTrack);
    });
    this.#room.on(events.TrackUnsubscribed, (track, _, { identity }) => {
      if (!this.#closed) this.#here.attendance.removeTrack(identity, track.mediaStreamTrack);
    });
    this.#room.on(events.TrackSubscriptionFailed, (_, member) => {
      this.#here.complain("LiveKit does not pass on what they send.", participantOf(member));
    });
    this.#room.on(events.Reconnecting, () => {
      this.#connected = false;
      this.#here.changed(LOST);
    });
    this.#room.on(events.Reconnected, () => {
      this.#connected = true;
      this.#here.changed("");
      this.refresh();
    });
    this.#room.on(events.Disconnected, (reason) => {
      if (this.#closed) return;
      const over = farewell(this.#kit, reason);
      if (over) this.#here.refuse(over);
      else this.#lose(LOST);
    });
    addEventListener("pagehide", this.#end);
  }

  /** Tell who is there, and receive from whom the strategy wants. */
  #meet(): void {
    if (!this.#connected || this.#closed) return;
    const { attendance, strategy } = this.#here;
    const everybody = [this.#room.localParticipant, ...this.#room.remoteParticipants.values()];
    const publishers = everybody.filter(mayPublish);
    attendance.state(
      publishers.map((member) => participantOf(member)),
      !this.#met,
    );
    attendance.viewers(everybody.length - publishers.length);
    this.#met = true;
    for (const member of this.#room.remoteParticipants.values()) {
      const wanted = this.#claims.maySubscribe && strategy.shouldSubscribe(participantOf(member));
      receive(member, wanted);
    }
  }

  #tracks(): MediaStreamTrack[] {
    const { strategy } = this.#here;
    return this.#claims.mayPublish && strategy.shouldPublish() ? strategy.streamsToPublish() : [];
  }

  #publish(): void {
    this.#publishing = this.#publishing.then(async () => {
      if (this.#closed || !this.#connected) return;
      try {
        await publish(this.#kit, this.#room.localParticipant, this.#tracks(), this.#muted.audio);
        this.#published = this.#tracks().length > 0;
        this.#failures = 0;
        this.#here.changed("");
      } catch {
        this.#published = false;
        this.#here.changed(UNSENT);
        this.#retrying ??= setTimeout(() => {
          this.#retrying = undefined;
          this.#publish();
        }, backoff(++this.#failures));
      }
    });
  }
}

/** Those who may not are the audience: they are counted, not listed. */
function mayPublish(member: Member): boolean {
  return member.trackPublications.size > 0 || member.permissions?.canPublish !== false;
}

function participantOf(member: Member): Participant {
  const tracks = [...member.trackPublications.values()];
  const publishing = tracks.length > 0;
  const silent = (kind: string): boolean =>
    publishing && !tracks.some((track) => (track.kind as string) === kind && !track.isMuted);
  return {
    id: member.identity,
    userId: member.name || member.identity,
    attributes: { ...member.attributes },
    isLocal: member.isLocal,
    publishing,
    muted: { audio: silent("audio"), video: silent("video") },
  };
}

function receive(member: RemoteParticipant, wanted: boolean): void {
  for (const publication of member.trackPublications.values()) {
    if (publication.isDesired !== wanted) publication.setSubscribed(wanted);
  }
}

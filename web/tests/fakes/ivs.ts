/**
 * A fake of the parts of Amazon's web SDK that we use, by its public documentation and its published types alone.
 * It runs in unit tests, and as the answer to the SDK's address in a browser.
 */
import type * as Real from "amazon-ivs-web-broadcast";

import type { Sdk, SdkStage } from "../../src/stage/ivs/sdk";

/** An enumeration's names with their values, so that the compiler finds where the real one differs. */
type Literals<E> = {
  readonly [K in keyof E]: E[K] extends string
    ? `${E[K]}`
    : E[K] extends number
      ? `${E[K]}` extends `${infer N extends number}`
        ? N
        : never
      : never;
};

export const StageEvents = {
  STAGE_CONNECTION_STATE_CHANGED: "stageConnectionStateChanged",
  STAGE_PARTICIPANT_JOINED: "stageParticipantJoined",
  STAGE_PARTICIPANT_LEFT: "stageParticipantLeft",
  STAGE_PARTICIPANT_STREAMS_ADDED: "stageParticipantStreamsAdded",
  STAGE_PARTICIPANT_STREAMS_REMOVED: "stageParticipantStreamsRemoved",
  STAGE_STREAM_MUTE_CHANGED: "stageStreamMuteChanged",
  STAGE_PARTICIPANT_PUBLISH_STATE_CHANGED: "stageParticipantPublishStateChanged",
  STAGE_PARTICIPANT_METADATA_CHANGED: "stageParticipantMetadataChanged",
  STAGE_LEFT: "stageLeft",
  ERROR: "error",
} as const satisfies Partial<Literals<typeof Real.StageEvents>>;

export const StageConnectionState = {
  DISCONNECTED: "disconnected",
  CONNECTING: "connecting",
  CONNECTED: "connected",
  ERRORED: "errored",
} as const satisfies Literals<typeof Real.StageConnectionState>;

export const StageErrorCategory = {
  JOIN_ERROR: "JOIN_ERROR",
  PUBLISH_ERROR: "PUBLISH_ERROR",
  SUBSCRIBE_ERROR: "SUBSCRIBE_ERROR",
} as const satisfies Literals<typeof Real.StageErrorCategory>;

export const StageErrorCode = {
  TOKEN_MALFORMED: 1,
  TOKEN_EXPIRED: 2,
  TIMEOUT: 3,
  FAILED: 4,
  CANCELED: 5,
  STAGE_AT_CAPACITY: 6,
  CODEC_MISMATCH: 7,
  TOKEN_NOT_ALLOWED: 8,
  STAGE_DELETED: 9,
  PARTICIPANT_DISCONNECTED: 10,
  TOKEN_EXCHANGE_REQUEST_INVALID: 11,
  TOKEN_EXCHANGE_FAILED: 12,
} as const satisfies Literals<typeof Real.StageErrorCode>;

export const StageLeftReason = {
  UNKNOWN: "unknown",
  USER_INITIATED: "user-initiated",
  TOKEN_REUSED: "token-reused",
  PARTICIPANT_DISCONNECTED: "participant-disconnected",
  STAGE_DELETED: "stage-deleted",
} as const satisfies Partial<Literals<typeof Real.StageLeftReason>>;

const StageParticipantPublishState = {
  NOT_PUBLISHED: "not_published",
  ATTEMPTING_PUBLISH: "attempting_publish",
  PUBLISHED: "published",
  ERRORED: "errored",
} as const satisfies Literals<typeof Real.StageParticipantPublishState>;

const SubscribeType = {
  NONE: "none",
  AUDIO_ONLY: "audio_only",
  AUDIO_VIDEO: "audio_video",
} as const satisfies Literals<typeof Real.SubscribeType>;

type Stream = Pick<Real.StageStream, "isMuted" | "mediaStreamTrack">;
type PublishState = (typeof StageParticipantPublishState)[keyof typeof StageParticipantPublishState];

/** Somebody on the stage, as the SDK tells of them. */
export function participant(
  id: string,
  more: Partial<Real.StageParticipantInfo> = {},
): Real.StageParticipantInfo {
  return {
    id,
    userId: id,
    attributes: {},
    capabilities: new Set(["publish"]) as unknown as Real.StageParticipantInfo["capabilities"],
    isLocal: false,
    userInfo: {},
    videoStopped: false,
    audioMuted: false,
    isPublishing: true,
    ...more,
  };
}

export class FakeLocalStageStream implements Pick<
  Real.LocalStageStream,
  "isMuted" | "mediaStreamTrack" | "setMuted"
> {
  readonly mediaStreamTrack: MediaStreamTrack;
  readonly config: Real.StageVideoConfiguration | Real.StageAudioConfiguration | undefined;
  isMuted = false;
  static refusesLayers = false;

  constructor(track: MediaStreamTrack, config?: Real.StageVideoConfiguration | Real.StageAudioConfiguration) {
    if (FakeLocalStageStream.refusesLayers && config && "simulcast" in config)
      throw new Error("SIMULCAST_UNSUPPORTED");
    this.mediaStreamTrack = track;
    this.config = config;
  }

  setMuted = (muted: boolean): void => {
    this.isMuted = muted;
  };
}

/** One stage that was joined, or is to be. Its controls stand for Amazon's end. */
export class FakeStage implements SdkStage {
  readonly token: string;
  readonly strategy: Real.StageStrategy;
  /** What the audience gets now. */
  published: FakeLocalStageStream[] = [];
  left = false;
  readonly #fake: FakeIvsBroadcastClient;
  readonly #listeners = new Map<string, ((...args: never[]) => void)[]>();
  readonly #local = participant("me", { isLocal: true, isPublishing: false });
  readonly #remote = new Map<
    string,
    { info: Real.StageParticipantInfo; streams: Stream[]; received: boolean }
  >();
  #connected = false;

  constructor(fake: FakeIvsBroadcastClient, token: string, strategy: Real.StageStrategy) {
    if (!fake.readsTokens) throw new Error(`malformed: ${token}`);
    this.#fake = fake;
    this.token = token;
    this.strategy = strategy;
    fake.stages.push(this);
  }

  readonly on: SdkStage["on"] = (event, listener) => {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  };

  async join(): Promise<void> {
    this.#state(StageConnectionState.CONNECTING);
    await this.#fake.answer(this);
    this.#connected = true;
    this.#state(StageConnectionState.CONNECTED);
    this.#tell(StageEvents.STAGE_PARTICIPANT_JOINED, this.#local);
    for (const { info, tracks } of this.#fake.there.values()) this.arrive(info, tracks);
    this.refreshStrategy();
  }

  readonly leave = (): void => {
    if (this.left) return;
    this.left = true;
    this.published = [];
    this.#state(StageConnectionState.DISCONNECTED);
    this.#tell(StageEvents.STAGE_LEFT, StageLeftReason.USER_INITIATED);
  };

  readonly refreshStrategy = (): void => {
    if (!this.#connected || this.left) return;
    const before = this.published.length > 0;
    const wanted = this.strategy.shouldPublishParticipant(this.#local);
    this.published = wanted
      ? (this.strategy.stageStreamsToPublish() as unknown as FakeLocalStageStream[])
      : [];
    if (wanted && !before) {
      this.#publishState(StageParticipantPublishState.ATTEMPTING_PUBLISH);
      if (this.#fake.takesPublishers) this.#publishState(StageParticipantPublishState.PUBLISHED);
      else {
        this.published = [];
        this.#publishState(StageParticipantPublishState.ERRORED);
        this.fail("STAGE_AT_CAPACITY", "PUBLISH_ERROR");
      }
    } else if (!wanted && before) this.#publishState(StageParticipantPublishState.NOT_PUBLISHED);
    for (const each of this.#remote.values()) {
      const receive = String(this.strategy.shouldSubscribeToParticipant(each.info)) !== SubscribeType.NONE;
      if (receive === each.received || each.streams.length === 0) continue;
      each.received = receive;
      const { STAGE_PARTICIPANT_STREAMS_ADDED, STAGE_PARTICIPANT_STREAMS_REMOVED } = StageEvents;
      this.#tell(
        receive ? STAGE_PARTICIPANT_STREAMS_ADDED : STAGE_PARTICIPANT_STREAMS_REMOVED,
        each.info,
        each.streams,
      );
    }
  };

  /** Somebody comes and publishes these tracks. */
  arrive(info: Real.StageParticipantInfo, tracks: MediaStreamTrack[]): void {
    const streams = tracks.map((mediaStreamTrack) => ({ mediaStreamTrack, isMuted: false }));
    this.#remote.set(info.id, { info, streams, received: false });
    this.#tell(StageEvents.STAGE_PARTICIPANT_JOINED, info);
    this.refreshStrategy();
  }

  /** Somebody mutes themselves, or stops that. */
  muteRemote(id: string, kind: "audio" | "video", muted: boolean): void {
    const one = this.#remote.get(id);
    const stream = one?.streams.find(({ mediaStreamTrack }) => mediaStreamTrack.kind === kind);
    if (!one || !stream) throw new Error(`there is no ${kind} of ${id}`);
    stream.isMuted = muted;
    this.#tell(StageEvents.STAGE_STREAM_MUTE_CHANGED, one.info, stream);
  }

  /** Somebody leaves. */
  depart(id: string): void {
    const one = this.#remote.get(id);
    if (!one) throw new Error(`${id} is not there`);
    this.#remote.delete(id);
    this.#tell(StageEvents.STAGE_PARTICIPANT_STREAMS_REMOVED, one.info, one.streams);
    this.#tell(StageEvents.STAGE_PARTICIPANT_LEFT, one.info);
  }

  /** The network goes; the SDK tries to come back. */
  stall(): void {
    this.#state(StageConnectionState.CONNECTING);
  }

  /** It does. */
  recover(): void {
    this.#state(StageConnectionState.CONNECTED);
  }

  /** It does not. */
  break(): void {
    this.#state(StageConnectionState.ERRORED);
  }

  /** Amazon ends it. */
  end(reason: keyof typeof StageLeftReason): void {
    this.#state(StageConnectionState.DISCONNECTED);
    this.#tell(StageEvents.STAGE_LEFT, StageLeftReason[reason]);
  }

  /** The SDK reports an error. */
  fail(code: keyof typeof StageErrorCode, category: keyof typeof StageErrorCategory): void {
    const error = {
      name: "StageError",
      code: StageErrorCode[code],
      category,
      message: "the SDK's own words",
    };
    this.#tell(StageEvents.ERROR, error);
  }

  #publishState(state: PublishState): void {
    this.#tell(StageEvents.STAGE_PARTICIPANT_PUBLISH_STATE_CHANGED, this.#local, state);
  }

  #state(state: (typeof StageConnectionState)[keyof typeof StageConnectionState]): void {
    this.#tell(StageEvents.STAGE_CONNECTION_STATE_CHANGED, state);
  }

  #tell(event: (typeof StageEvents)[keyof typeof StageEvents], ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...(args as never[]));
  }
}

/** What the SDK's script leaves in the page, and all that was done with it. */
export class FakeIvsBroadcastClient {
  readonly stages: FakeStage[] = [];
  /** Who is there for everybody who joins. */
  readonly there = new Map<string, { info: Real.StageParticipantInfo; tracks: MediaStreamTrack[] }>();
  takesPublishers = true;
  /** Whether it can read a token at all. */
  readsTokens = true;
  /** What a stage does about somebody who joins; it may reject. */
  answer: (stage: FakeStage) => Promise<void> = () => Promise.resolve();

  readonly sdk = {
    ...{ StageConnectionState, StageErrorCategory, StageErrorCode, StageEvents },
    ...{ StageLeftReason, StageParticipantPublishState, SubscribeType },
    LocalStageStream: FakeLocalStageStream,
    Stage: stageOf(this),
  } as unknown as Sdk;

  /** The stage that was joined last. */
  get stage(): FakeStage {
    const last = this.stages.at(-1);
    if (!last) throw new Error("no stage was made");
    return last;
  }
}

/** The class of the stages of this client. */
function stageOf(
  fake: FakeIvsBroadcastClient,
): new (token: string, strategy: Real.StageStrategy) => FakeStage {
  return class extends FakeStage {
    constructor(token: string, strategy: Real.StageStrategy) {
      super(fake, token, strategy);
    }
  };
}

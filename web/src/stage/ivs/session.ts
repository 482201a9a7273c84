import type { LocalStageStream, StageConnectionState, StageError } from "amazon-ivs-web-broadcast";

import { backoff } from "../backoff";
import type { Session, Surroundings } from "../hosted";
import { Refusal } from "../keeper";
import type { Claims } from "../token";
import type { Muted } from "../types";
import { participantOf, People } from "./people";
import { farewell, problemOf, UNREADABLE } from "./problems";
import type { Sdk, SdkStage } from "./sdk";

/** Milliseconds for joining, and for coming back by itself: the SDK gives up after 30 s. */
const PATIENCE = 35_000;
/** Milliseconds in which a stage names those who were there before us. */
const SETTLING = 1500;
/** As much as the SDK takes; it also takes no more than 1280 pixels, which is what the camera is asked for. */
const VIDEO = { maxVideoBitrateKbps: 2500, maxFramerate: 30 };

const LOST = "The connection to the stage was lost. Trying again.";
const UNANSWERED = "The stage does not answer. Trying again.";

/** One stay on an Amazon IVS stage. */
export class IvsSession implements Session {
  readonly lost: Promise<string>;
  readonly #sdk: Sdk;
  readonly #claims: Claims;
  readonly #here: Surroundings;
  readonly #stage: SdkStage;
  readonly #people: People;
  readonly #streams = new Map<MediaStreamTrack, LocalStageStream>();
  #muted: Muted;
  #lose: (why: string) => void = () => undefined;
  #joined = false;
  #connected = false;
  #published = false;
  #closed = false;
  /** Why it could not be joined, as far as the SDK has said. */
  #why = UNANSWERED;
  #failures = 0;
  #retrying: ReturnType<typeof setTimeout> | undefined;
  #returning: ReturnType<typeof setTimeout> | undefined;
  #settling: ReturnType<typeof setTimeout> | undefined;

  private constructor(sdk: Sdk, token: string, claims: Claims, here: Surroundings) {
    this.lost = new Promise((resolve) => (this.#lose = resolve));
    this.#sdk = sdk;
    this.#claims = claims;
    this.#here = here;
    this.#muted = here.muted;
    const { AUDIO_VIDEO, NONE } = sdk.SubscribeType;
    this.#stage = new sdk.Stage(token, {
      stageStreamsToPublish: () => this.#tracks().map((track) => this.#streamOf(track)),
      shouldPublishParticipant: () => this.#tracks().length > 0,
      shouldSubscribeToParticipant: (info) =>
        claims.maySubscribe && here.strategy.shouldSubscribe(participantOf(info)) ? AUDIO_VIDEO : NONE,
    });
    this.#people = new People(sdk, this.#stage, here.attendance);
    this.#listen();
  }

  /** Resolves once joined. */
  static async open(
    sdk: Sdk,
    token: string,
    claims: Claims,
    here: Surroundings,
    signal: AbortSignal,
  ): Promise<IvsSession> {
    let session: IvsSession;
    try {
      session = new IvsSession(sdk, token, claims, here);
    } catch {
      // never what the SDK throws: that may have the token in it
      throw new Refusal(UNREADABLE);
    }
    const leave = (): void => {
      session.close();
    };
    signal.addEventListener("abort", leave);
    try {
      await session.#join();
    } catch {
      // the SDK may say what is wrong just after it said that something is
      await new Promise((resolve) => setTimeout(resolve));
      session.close();
      throw new Error(session.#why);
    } finally {
      signal.removeEventListener("abort", leave);
    }
    return session;
  }

  get ready(): boolean {
    return this.#connected && (this.#published || this.#tracks().length === 0);
  }

  refresh(): void {
    this.#stage.refreshStrategy();
  }

  /** Only sound: a muted picture would stop, and with the camera off there is still the background to see. */
  mute(muted: Muted): void {
    this.#muted = muted;
    for (const [track, stream] of this.#streams) if (track.kind === "audio") stream.setMuted(muted.audio);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of [this.#retrying, this.#returning, this.#settling]) clearTimeout(timer);
    this.#people.stop();
    this.#stage.leave();
    this.#lose(LOST);
  }

  async #join(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<string>((resolve) => {
      timer = setTimeout(() => {
        resolve(UNANSWERED);
      }, PATIENCE);
    });
    try {
      const failed = await Promise.race([this.#stage.join(), tooLong, this.lost]);
      if (failed) throw new Error(failed);
    } finally {
      clearTimeout(timer);
    }
    this.#joined = this.#connected = true;
    this.#settling = setTimeout(() => {
      this.#people.settle();
    }, SETTLING);
  }

  #listen(): void {
    const { StageEvents: events, StageParticipantPublishState: states } = this.#sdk;
    this.#stage.on(events.STAGE_CONNECTION_STATE_CHANGED, (state) => {
      if (this.#joined && !this.#closed) this.#follow(state);
    });
    this.#stage.on(events.STAGE_LEFT, (reason) => {
      if (this.#closed) return;
      const over = farewell(this.#sdk, reason);
      if (over) this.#here.refuse(over);
      else this.#lose(LOST);
    });
    this.#stage.on(events.STAGE_PARTICIPANT_PUBLISH_STATE_CHANGED, ({ isLocal }, state) => {
      if (this.#closed || !isLocal) return;
      this.#published = state === states.PUBLISHED;
      if (this.#published) this.#failures = 0;
      this.#here.changed("");
      if (state === states.ERRORED) this.#retry();
    });
    this.#stage.on(events.ERROR, (error) => {
      if (!this.#closed) this.#complain(error);
    });
  }

  #follow(state: StageConnectionState): void {
    const { CONNECTED, CONNECTING } = this.#sdk.StageConnectionState;
    this.#connected = state === CONNECTED;
    clearTimeout(this.#returning);
    if (state === CONNECTED) this.#here.changed("");
    else if (state === CONNECTING) {
      this.#here.changed(LOST);
      this.#returning = setTimeout(() => {
        this.#lose(LOST);
      }, PATIENCE);
    } else this.#lose(LOST);
  }

  #complain(error: StageError): void {
    const problem = problemOf(this.#sdk, error);
    if (!problem) return;
    if (problem.final) this.#here.refuse(problem.words);
    else if (problem.about === "join") {
      this.#why = problem.words;
      if (this.#joined) this.#lose(problem.words);
    } else {
      if (problem.about === "publish") this.#here.changed(problem.words);
      else this.#here.complain(problem.words);
      this.#retry();
    }
  }

  /** Have the SDK try again what it gave up. */
  #retry(): void {
    this.#retrying ??= setTimeout(() => {
      this.#retrying = undefined;
      this.refresh();
    }, backoff(++this.#failures));
  }

  #tracks(): MediaStreamTrack[] {
    const { strategy } = this.#here;
    return this.#claims.mayPublish && strategy.shouldPublish() ? strategy.streamsToPublish() : [];
  }

  /** The SDK goes on with a track for as long as it gets the same object for it. */
  #streamOf(track: MediaStreamTrack): LocalStageStream {
    const known = this.#streams.get(track);
    if (known) return known;
    const video = track.kind === "video";
    for (const each of this.#streams.keys()) if (each.kind === track.kind) this.#streams.delete(each);
    const stream = video ? this.#layered(track) : new this.#sdk.LocalStageStream(track);
    this.#streams.set(track, stream);
    if (!video && this.#muted.audio) stream.setMuted(true);
    return stream;
  }

  /** The SDK throws where the picture is too small for layers, or the browser cannot make them. */
  #layered(track: MediaStreamTrack): LocalStageStream {
    try {
      return new this.#sdk.LocalStageStream(track, { ...VIDEO, simulcast: { enabled: true } });
    } catch {
      return new this.#sdk.LocalStageStream(track, VIDEO);
    }
  }
}

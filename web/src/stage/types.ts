/** What a participant has switched off. */
export interface Muted {
  audio: boolean;
  video: boolean;
}

/** Somebody who may publish to the stage. Those who only watch are counted, not listed. */
export interface Participant {
  id: string;
  userId: string;
  attributes: Record<string, string>;
  isLocal: boolean;
  publishing: boolean;
  muted: Muted;
}

/** `connecting` also while coming back after a loss. `refused` is final: the token is no good any more. */
export type ConnectionState = "disconnected" | "connecting" | "connected" | "refused";

export interface StageEvents {
  /** `message` says in plain words what happened and what to do; "" when all is well. */
  state: { state: ConnectionState; message: string };
  /** Everybody who is there now; sent on every change. */
  participants: Participant[];
  /** How many watch; null where the stage does not tell. */
  viewers: number | null;
  /** Whether what participants publish is being recorded, where the stage tells. */
  recording: boolean;
  /** Somebody came, or went. Not told of ourselves, nor of those who were there before us. */
  joined: Participant;
  left: Participant;
  /** Somebody switched microphone or camera off or on. */
  muted: Participant;
  /** A participant's media arrived; it stays the same object until it is removed. */
  streamAdded: { participant: Participant; stream: MediaStream };
  streamRemoved: { participant: Participant };
  /**
   * Something went wrong that does not end the connection, in plain words: what, and what to do. With a
   * `participant` where it is why their media does not arrive; once it does, that is over.
   */
  error: { message: string; participant?: Participant };
}

/** What a joined stage shall do with us and with the others. It is asked again at `refresh`. */
export interface Strategy {
  /** Whether we are to be seen and heard now. */
  shouldPublish(): boolean;
  /** Our tracks, at most one of each kind. */
  streamsToPublish(): MediaStreamTrack[];
  shouldSubscribe(participant: Participant): boolean;
}

/** One stage, whoever runs it. It comes back by itself after a lost network or a restarted server. */
export interface StageClient {
  readonly state: ConnectionState;
  /** Resolves once connected or left again; rejects when the stage refuses the token. */
  join(): Promise<void>;
  leave(): Promise<void>;
  /** Ask the strategy again, after its answers changed. */
  refresh(): void;
  /** Tell the others that we are muted; the caller disables the track itself. */
  setMuted(muted: Muted): void;
  /** @returns a function that takes the listener away again */
  on<K extends keyof StageEvents>(event: K, listener: (value: StageEvents[K]) => void): () => void;
}

/**
 * `openStage(token, strategy): StageClient` in `open.ts` picks the driver by the token's claims.
 * It throws `UnusableToken` (message: what is wrong with it and what to do) before anything is sent.
 */
export class UnusableToken extends Error {
  override name = "UnusableToken";
}

/** Somebody who may publish to the stage. Those who only watch are counted, not listed. */
export interface Participant {
  id: string;
  userId: string;
  attributes: Record<string, string>;
  isLocal: boolean;
  publishing: boolean;
  muted: { audio: boolean; video: boolean };
}

/** `connecting` also while coming back after a loss. `refused` is final: the token is no good any more. */
export type ConnectionState = "disconnected" | "connecting" | "connected" | "refused";

export interface StageEvents {
  /** `message` says in plain words what happened and what to do; "" when all is well. */
  state: { state: ConnectionState; message: string };
  /** Everybody who is there now; sent on every change. */
  participants: Participant[];
  viewers: number;
  /** A participant's media arrived, or went (null). */
  stream: { participant: Participant; stream: MediaStream | null };
}

/** What a joined stage shall do with us and with the others. */
export interface Strategy {
  /** Tracks to publish; empty while not live. */
  tracksToPublish(): MediaStreamTrack[];
  shouldSubscribe(participant: Participant): boolean;
}

/** One stage, whoever runs it. It comes back by itself after a lost network or a restarted server. */
export interface StageClient {
  readonly state: ConnectionState;
  join(): Promise<void>;
  leave(): Promise<void>;
  /** Ask the strategy again, after its answers changed. */
  refresh(): void;
  /** Tell the others that we are muted; the caller disables the track itself. */
  setMuted(muted: { audio: boolean; video: boolean }): void;
  on<K extends keyof StageEvents>(event: K, listener: (value: StageEvents[K]) => void): () => void;
}

/**
 * `openStage(token, strategy): StageClient` in `open.ts` picks the driver by the token's claims.
 * It throws `UnusableToken` (message: what is wrong with it and what to do) before anything is sent.
 */
export class UnusableToken extends Error {
  override name = "UnusableToken";
}

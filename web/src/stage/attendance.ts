import type { Listeners } from "./listeners";
import type { Participant, StageEvents } from "./types";

/**
 * Who is there, and what we receive from them. Drivers feed it with whole states or single changes, whichever
 * their stage speaks in; what came of it, it tells.
 */
export class Attendance {
  readonly #listeners: Listeners<StageEvents>;
  #participants = new Map<string, Participant>();
  readonly #streams = new Map<string, MediaStream>();
  #viewers: number | null = null;
  #recording = false;

  constructor(listeners: Listeners<StageEvents>) {
    this.#listeners = listeners;
  }

  get participants(): Participant[] {
    return [...this.#participants.values()];
  }

  /**
   * These are there now, and nobody else. `quietly` where those who are new were there before us, so that
   * nobody is told that they joined.
   */
  state(participants: Participant[], quietly = false): void {
    const before = this.#participants;
    this.#participants = new Map(participants.map((each) => [each.id, each]));
    const gone = [...before.values()].filter(({ id }) => !this.#participants.has(id));
    for (const participant of gone) this.#removeStream(participant);
    if (!same([...before.values()], participants)) this.#listeners.tell("participants", participants);
    for (const participant of gone) if (!participant.isLocal) this.#listeners.tell("left", participant);
    for (const participant of participants) {
      const known = before.get(participant.id);
      if (!known) {
        if (!quietly && !participant.isLocal) this.#listeners.tell("joined", participant);
      } else if (!same(known.muted, participant.muted)) this.#listeners.tell("muted", participant);
    }
  }

  /** One of them came, or is not as before. */
  update(participant: Participant, quietly = false): void {
    this.state([...new Map(this.#participants).set(participant.id, participant).values()], quietly);
  }

  /** One of them went. */
  remove(id: string): void {
    this.state(this.participants.filter((each) => each.id !== id));
  }

  /** This is what we receive from somebody who is there; null for nothing any more. */
  stream(id: string, stream: MediaStream | null): void {
    const participant = this.#participants.get(id);
    if (!participant || this.#streams.get(id) === (stream ?? undefined)) return;
    this.#removeStream(participant);
    if (!stream) return;
    this.#streams.set(id, stream);
    this.#listeners.tell("streamAdded", { participant, stream });
  }

  /** A track of somebody's arrived; the first one makes their stream. */
  addTrack(id: string, track: MediaStreamTrack): void {
    const stream = this.#streams.get(id) ?? new MediaStream();
    stream.addTrack(track);
    this.stream(id, stream);
  }

  /** A track of somebody's ended; the last one ends their stream. */
  removeTrack(id: string, track: MediaStreamTrack): void {
    const stream = this.#streams.get(id);
    stream?.removeTrack(track);
    if (stream?.getTracks().length === 0) this.stream(id, null);
  }

  /** Nothing arrives any more, though nobody is known to have left. */
  loseStreams(): void {
    for (const participant of this.participants) this.#removeStream(participant);
  }

  viewers(count: number | null): void {
    if (count === this.#viewers) return;
    this.#viewers = count;
    this.#listeners.tell("viewers", count);
  }

  recording(now: boolean): void {
    if (now === this.#recording) return;
    this.#recording = now;
    this.#listeners.tell("recording", now);
  }

  /** We left: forget everybody, without a word of who is there. */
  clear(): void {
    this.loseStreams();
    this.#participants.clear();
    this.#viewers = null;
    this.#recording = false;
  }

  #removeStream(participant: Participant): void {
    if (this.#streams.delete(participant.id)) this.#listeners.tell("streamRemoved", { participant });
  }
}

/** Both are plain data, with their fields in the same order. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What of a media track our drivers touch. */
export function fakeTrack(kind: "audio" | "video"): MediaStreamTrack {
  return { kind, id: crypto.randomUUID(), enabled: true } as MediaStreamTrack;
}

/** A media stream where there is no browser. */
export class FakeMediaStream implements Pick<MediaStream, "addTrack" | "getTracks" | "removeTrack"> {
  readonly #tracks = new Set<MediaStreamTrack>();

  addTrack(track: MediaStreamTrack): void {
    this.#tracks.add(track);
  }

  removeTrack(track: MediaStreamTrack): void {
    this.#tracks.delete(track);
  }

  getTracks(): MediaStreamTrack[] {
    return [...this.#tracks];
  }
}

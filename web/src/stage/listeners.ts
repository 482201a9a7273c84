/** Who wants to hear of which event. */
export class Listeners<Events> {
  readonly #of: { [K in keyof Events]?: Set<(value: Events[K]) => void> } = {};

  /** Returns a function that takes the listener away again. */
  on<K extends keyof Events>(event: K, listener: (value: Events[K]) => void): () => void {
    const listeners = (this.#of[event] ??= new Set<(value: Events[K]) => void>());
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  tell<K extends keyof Events>(event: K, value: Events[K]): void {
    for (const listener of [...(this.#of[event] ?? [])]) listener(value);
  }
}

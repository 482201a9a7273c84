export interface Notice {
  id: number;
  text: string;
  tone: "plain" | "good" | "bad";
  action?: { label: string; run: () => void } | undefined;
}

const LASTS_MS = { plain: 6000, good: 5000, bad: 12_000 };

/** Short messages to the creator, which are also read aloud; they go by themselves. */
class Notices {
  list = $state.raw<Notice[]>([]);
  #next = 1;

  show(text: string, tone: Notice["tone"] = "plain", action?: Notice["action"]): number {
    const id = this.#next++;
    // saying the same again replaces what was said
    this.list = [...this.list.filter((notice) => notice.text !== text), { id, text, tone, action }].slice(-3);
    setTimeout(() => {
      this.dismiss(id);
    }, LASTS_MS[tone]);
    return id;
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();

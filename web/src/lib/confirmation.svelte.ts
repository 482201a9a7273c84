export interface Question {
  title: string;
  text: string;
  yes: string;
  no: string;
}

/** One question at a time; closing it, in whatever way, is a no. */
class Confirmation {
  question = $state.raw<Question | null>(null);
  #resolve: ((yes: boolean) => void) | null = null;

  ask(question: Question): Promise<boolean> {
    this.answer(false);
    this.question = question;
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  answer(yes: boolean): void {
    const resolve = this.#resolve;
    this.#resolve = null;
    this.question = null;
    resolve?.(yes);
  }
}

export const confirmation = new Confirmation();

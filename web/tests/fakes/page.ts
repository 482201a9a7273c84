import { vi } from "vitest";

/** The window and the document of a page, as far as what is tested hears of them. */
export class FakePage {
  readonly window = new EventTarget();
  readonly document = Object.assign(new EventTarget(), { hidden: false });

  install(): void {
    const { window } = this;
    vi.stubGlobal("document", this.document);
    vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
    vi.stubGlobal("removeEventListener", window.removeEventListener.bind(window));
  }

  hide(hidden: boolean): void {
    this.document.hidden = hidden;
    this.document.dispatchEvent(new Event("visibilitychange"));
  }

  /** It is being left. */
  leave(): void {
    this.window.dispatchEvent(new Event("pagehide"));
  }
}

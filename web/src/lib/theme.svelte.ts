import { oneOf, recall, remember } from "./prefs";

export type ThemeChoice = "system" | "dark" | "light";

const isChoice = oneOf("system", "dark", "light");

/** Dark or light: as the system says, until the creator says otherwise. */
class Theme {
  choice = $state<ThemeChoice>("system");
  readonly #system = matchMedia("(prefers-color-scheme: light)");
  #systemLight = $state(false);
  readonly shown = $derived(this.choice === "system" ? (this.#systemLight ? "light" : "dark") : this.choice);

  constructor() {
    this.choice = recall("theme", "system", isChoice);
    this.#systemLight = this.#system.matches;
    this.#system.addEventListener("change", () => {
      this.#systemLight = this.#system.matches;
      this.#paint();
    });
    this.#paint();
  }

  toggle(): void {
    this.choice = this.shown === "dark" ? "light" : "dark";
    remember("theme", this.choice);
    this.#paint();
  }

  #paint(): void {
    document.documentElement.dataset.theme = this.shown;
  }
}

export const theme = new Theme();

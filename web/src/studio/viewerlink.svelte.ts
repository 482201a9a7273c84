import type { Api } from "../backgrounds/api";
import { inWords } from "../backgrounds/http";

// a link that dies within the hour is no good for the stream about to start
const SPARE_SECONDS = 3600;

/** The link that the audience opens. Its token is in the fragment, which no server's log ever sees. */
export class ViewerLink {
  url = $state("");
  /** The id of the stage that it shows, which is the one that we go live on. */
  stage = $state("");
  complaint = $state("");
  readonly #api: Api;
  #expiresAt = 0;

  constructor(api: Api) {
    this.#api = api;
  }

  async renew(): Promise<void> {
    if (this.#expiresAt - Date.now() / 1000 > SPARE_SECONDS) return;
    try {
      const { token, expires_at, stage } = await this.#api.link();
      this.#expiresAt = expires_at;
      this.stage = stage;
      this.url = `${location.origin}/watch#${token}`;
      this.complaint = "";
    } catch (error) {
      this.complaint = inWords(error);
    }
  }
}

import { connected, watchConnection } from "./connection";
import type { Holding } from "./keeper";
import { endSession, negotiate } from "./sdp";

/** A WHIP or WHEP session: a peer connection, and the resource at the stage that stands for it. */
export abstract class Session implements Holding {
  readonly lost: Promise<string>;
  protected readonly pc: RTCPeerConnection;
  readonly #token: string;
  readonly #why: string;
  #lose: (why: string) => void = () => undefined;
  #url: string | null = null;

  /** `why` is what to say when the session is lost. */
  protected constructor(token: string, why: string, iceServers: RTCIceServer[]) {
    this.pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers });
    this.#token = token;
    this.#why = why;
    this.lost = new Promise((resolve) => (this.#lose = resolve));
    watchConnection(this.pc, () => {
      this.lose();
    });
    addEventListener("pagehide", this.#end);
  }

  close(): void {
    this.#end();
    removeEventListener("pagehide", this.#end);
    this.pc.close();
    this.lose();
  }

  /** Do `prepare`, offer what came of it to the stage, do `agreed`, and wait until media can flow. */
  protected async begin(
    endpoint: string,
    signal: AbortSignal,
    prepare: () => unknown,
    agreed: () => void = () => undefined,
  ): Promise<void> {
    try {
      await prepare();
      this.#url = await negotiate(this.pc, endpoint, this.#token, signal);
      agreed();
      await connected(this.pc, signal);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  protected lose(): void {
    this.#lose(this.#why);
  }

  readonly #end = (): void => {
    if (this.#url !== null) endSession(this.#url, this.#token);
    this.#url = null;
  };
}

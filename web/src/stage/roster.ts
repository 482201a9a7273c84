import { Refusal, type Holding } from "./keeper";
import type { Muted, Participant } from "./types";

/** Who is there. */
export interface RosterState {
  viewers: number;
  recording: boolean;
  participants: Participant[];
}

const BAD_TOKEN = 4401;
const SENT_AWAY = 4403;
const JOINED_ELSEWHERE = 4409;
const STAGE_OVER = 4410;
/** The stage says something every 5 s at least. */
const SILENCE = 12_000;

const LOST = "The connection to the stage was lost. Trying again.";

/** The connection that tells who is there. */
export class RosterLink implements Holding {
  readonly lost: Promise<string>;
  readonly #socket: WebSocket;
  #lose: (why: string) => void = () => undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  private constructor(socket: WebSocket, heard: (state: RosterState) => void) {
    this.#socket = socket;
    this.lost = new Promise((resolve) => (this.#lose = resolve));
    socket.onmessage = ({ data }) => {
      this.#listen();
      const state = readState(data);
      if (state) heard(state);
    };
    socket.onclose = () => {
      this.#end(LOST);
    };
    this.#listen();
  }

  /** Resolves with the first word of the stage. Rejects with a Refusal where the token is no good. */
  static open(
    token: string,
    heard: (state: RosterState) => void,
    refused: (why: string) => void,
    signal: AbortSignal,
  ): Promise<RosterLink> {
    const url = new URL("/roster", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, ["cyclorama", token]);
      const abandon = (): void => {
        socket.close();
      };
      signal.addEventListener("abort", abandon, { once: true });
      let link: RosterLink | null = null;
      socket.onmessage = (first) => {
        link = new RosterLink(socket, heard);
        resolve(link);
        socket.onmessage?.(first);
      };
      socket.addEventListener("close", ({ code }) => {
        signal.removeEventListener("abort", abandon);
        const final = FINAL[code];
        if (link && final) refused(final);
        reject(final ? new Refusal(final) : new Error("The stage does not answer. Trying again."));
      });
    });
  }

  mute(muted: Muted): void {
    if (this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify({ type: "mute", ...muted }));
  }

  close(): void {
    this.#socket.close();
    this.#end(LOST);
  }

  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.close();
    }, SILENCE);
  }

  #end(why: string): void {
    clearTimeout(this.#silence);
    this.#lose(why);
  }
}

/** Close codes after which it is no use to come back, and what they mean. */
const FINAL: Readonly<Record<number, string>> = {
  [BAD_TOKEN]: "This link is not good any more. Ask whoever gave it to you for a new one.",
  [SENT_AWAY]: "The host has removed you from this stage.",
  [JOINED_ELSEWHERE]: "You joined this stage in another window, so this one has left it.",
  [STAGE_OVER]: "This stage is over.",
};

/** Read a message of the stage; null if it is not the roster's state. */
export function readState(data: unknown): RosterState | null {
  if (typeof data !== "string") return null;
  let message: unknown;
  try {
    message = JSON.parse(data);
  } catch {
    return null;
  }
  if (!isState(message)) return null;
  return {
    viewers: message.viewers,
    recording: message.recording === true,
    participants: message.participants.map(({ id, user_id, attributes, publishing, muted }) => ({
      id,
      userId: user_id,
      attributes,
      isLocal: id === message.you,
      publishing,
      muted,
    })),
  };
}

interface WireState {
  you: string;
  viewers: number;
  recording?: boolean;
  participants: {
    id: string;
    user_id: string;
    attributes: Record<string, string>;
    publishing: boolean;
    muted: Muted;
  }[];
}

function isState(message: unknown): message is WireState {
  return (
    typeof message === "object" &&
    message !== null &&
    "type" in message &&
    message.type === "state" &&
    "participants" in message &&
    Array.isArray(message.participants)
  );
}

/** Whom to watch and whom no more, given whom we watch: only those who publish, never ourselves. */
export function subscriptions(
  watched: Iterable<string>,
  participants: Participant[],
  wanted: (participant: Participant) => boolean,
): { begin: Participant[]; end: string[] } {
  const watching = new Set(watched);
  const wish = participants.filter((each) => each.publishing && !each.isLocal && wanted(each));
  const ids = new Set(wish.map(({ id }) => id));
  return {
    begin: wish.filter(({ id }) => !watching.has(id)),
    end: [...watching].filter((id) => !ids.has(id)),
  };
}

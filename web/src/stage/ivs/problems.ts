import type { StageErrorCode, StageLeftReason } from "amazon-ivs-web-broadcast";

import type { Sdk } from "./sdk";

/** What an error of the SDK is about. */
export type About = "join" | "publish" | "subscribe";

export interface Problem {
  about: About;
  /** What happened and what to do. */
  words: string;
  /** It is no use to try again. */
  final: boolean;
}

const ANOTHER = "Ask whoever gave it to you for a new one.";
const REMOVED = "The host has removed you from this stage.";
const OVER = "This stage is over.";
export const UNREADABLE =
  "Amazon IVS cannot read this token. Copy it again, from its first letter to its last.";
const UNREACHED: Record<About, string> = {
  join: "The stage does not answer. Trying again.",
  publish: "Your picture does not reach the stage. Trying again.",
  subscribe: "Somebody's picture does not reach you. Trying again.",
};

const PROBLEMS: Record<keyof typeof StageErrorCode, Record<About, string> | { final: string } | null> = {
  TOKEN_MALFORMED: { final: UNREADABLE },
  TOKEN_EXPIRED: { final: `This token has expired. ${ANOTHER}` },
  TOKEN_NOT_ALLOWED: {
    final:
      "This token does not allow what you want to do on this stage. Ask whoever gave it to you for one that does.",
  },
  STAGE_DELETED: { final: OVER },
  PARTICIPANT_DISCONNECTED: { final: REMOVED },
  STAGE_AT_CAPACITY: {
    join: "This stage is full. Trying again.",
    publish: "As many people are seen on this stage as it takes. Trying again.",
    subscribe: "This stage has no room for another viewer. Trying again.",
  },
  CODEC_MISMATCH: {
    join: UNREACHED.join,
    publish: "Amazon IVS wants H.264 video, which this browser cannot send. Use Chrome, Edge or Safari.",
    subscribe: "Somebody's picture cannot be shown: this browser does not know its codec.",
  },
  TIMEOUT: UNREACHED,
  FAILED: UNREACHED,
  TOKEN_EXCHANGE_REQUEST_INVALID: UNREACHED,
  TOKEN_EXCHANGE_FAILED: UNREACHED,
  // something newer took its place
  CANCELED: null,
};

/** An error of the SDK in plain words; null where it is none. Its own message may hold what nobody should see. */
export function problemOf(sdk: Sdk, error: { code: unknown; category: unknown }): Problem | null {
  const about = aboutOf(sdk, error.category);
  // a reverse lookup would not do: the enumeration is the SDK's, and may know more than we
  const names = Object.keys(PROBLEMS) as (keyof typeof PROBLEMS)[];
  const name = names.find((each) => sdk.StageErrorCode[each] === error.code);
  const said = name ? PROBLEMS[name] : UNREACHED;
  if (!said) return null;
  return "final" in said
    ? { about, words: said.final, final: true }
    : { about, words: said[about], final: false };
}

function aboutOf({ StageErrorCategory: categories }: Sdk, category: unknown): About {
  if (category === categories.PUBLISH_ERROR) return "publish";
  return category === categories.SUBSCRIBE_ERROR ? "subscribe" : "join";
}

/** Why we are out for good, by the reason with which the stage let us go; null where we may come back. */
export function farewell({ StageLeftReason: reasons }: Sdk, reason: StageLeftReason): string | null {
  if (reason === reasons.PARTICIPANT_DISCONNECTED) return REMOVED;
  if (reason === reasons.STAGE_DELETED) return OVER;
  if (reason === reasons.TOKEN_REUSED)
    return "You joined this stage in another window, so this one has left it.";
  return null;
}

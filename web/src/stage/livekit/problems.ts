import type { DisconnectReason } from "livekit-client";

import { Refusal } from "../keeper";
import type { Kit } from "./kit";

const UNANSWERED = "LiveKit does not answer. Trying again.";

/** Why we are out for good, by the reason with which the room let us go; null where we may come back. */
export function farewell(
  { DisconnectReason: reasons }: Pick<Kit, "DisconnectReason">,
  reason: DisconnectReason | undefined,
): string | null {
  switch (reason) {
    case reasons.PARTICIPANT_REMOVED:
      return "The host has removed you from this room.";
    case reasons.DUPLICATE_IDENTITY:
      return "You joined this room in another window, so this one has left it.";
    case reasons.ROOM_DELETED:
      return "This room is over.";
    default:
      return null;
  }
}

/** What it means that we could not join: a Refusal where it is no use to try again. Never LiveKit's own words. */
export function unjoined(kit: Kit, error: unknown): Error {
  if (!(error instanceof kit.ConnectionError)) return new Error(UNANSWERED);
  const { NotAllowed, LeaveRequest, ServiceNotFound } = kit.ConnectionErrorReason;
  if (error.reason === NotAllowed) {
    return new Refusal(
      error.status === 404
        ? "There is no such room on the LiveKit server. Ask whoever gave you the token whether it is over."
        : "The LiveKit server does not take this token: it has expired, or is another server's. Ask whoever gave it to you for a new one.",
    );
  }
  if (error.reason === LeaveRequest) {
    const over = farewell(kit, error.context as DisconnectReason);
    if (over) return new Refusal(over);
  }
  if (error.reason === ServiceNotFound)
    return new Error("At the address of the LiveKit server is something else. Check CYCLORAMA_LIVEKIT_URL.");
  return new Error(UNANSWERED);
}

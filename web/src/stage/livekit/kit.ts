import type * as LiveKit from "livekit-client";

import { Refusal } from "../keeper";

/** The parts of LiveKit's client that we use. */
export type Kit = Pick<
  typeof LiveKit,
  | "ConnectionError"
  | "ConnectionErrorReason"
  | "DisconnectReason"
  | "Room"
  | "RoomEvent"
  | "Track"
  | "setLogLevel"
>;

/** Load LiveKit's client: half a megabyte that pages without LiveKit need not have. */
export async function loadKit(): Promise<Kit> {
  try {
    const kit = await import("livekit-client");
    // its messages hold addresses with the token in them
    kit.setLogLevel("silent");
    return kit;
  } catch {
    throw new Error("A part of this page could not be loaded. Check the network. Trying again.");
  }
}

/** Ask our server where its LiveKit server is. Rejects with a Refusal where it has none. */
export async function askAddress(signal: AbortSignal): Promise<string> {
  let config: { livekit_url?: unknown };
  try {
    const response = await fetch("/config", { signal });
    config = (await response.json()) as { livekit_url?: unknown };
  } catch {
    throw new Error("The server does not answer. Trying again.");
  }
  if (typeof config.livekit_url === "string" && config.livekit_url !== "") return config.livekit_url;
  throw new Refusal(
    "This token is for a LiveKit room, and this server knows no LiveKit server. Set CYCLORAMA_LIVEKIT_URL to its address, such as wss://live.example.org, and start the server again.",
  );
}

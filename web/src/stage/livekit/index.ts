import { HostedStage } from "../hosted";
import type { Claims } from "../token";
import type { StageClient, Strategy } from "../types";
import { askAddress, loadKit, type Kit } from "./kit";
import { LiveKitSession } from "./session";

/** The client for a LiveKit room. */
export function openLiveKit(
  token: string,
  claims: Claims,
  strategy: Strategy,
  load: () => Promise<Kit> = loadKit,
  ask: (signal: AbortSignal) => Promise<string> = askAddress,
): StageClient {
  return new HostedStage(async (here, signal) => {
    const [kit, address] = await Promise.all([load(), ask(signal)]);
    signal.throwIfAborted();
    return LiveKitSession.open(kit, address, token, claims, here, signal);
  }, strategy);
}

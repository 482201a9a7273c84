/** The fake as a script: it leaves in a page what Amazon's would, and itself for the test to work with. */
import { FakeIvsBroadcastClient, participant } from "./ivs";

const ivs = new FakeIvsBroadcastClient();
Object.assign(globalThis, { IVSBroadcastClient: ivs.sdk, fakeIvs: ivs, fakeParticipant: participant });

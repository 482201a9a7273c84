// What a strict firewall leaves of a network: connections by a relay, and no other.
{
  const Native = RTCPeerConnection;
  const made = [];
  globalThis.RTCPeerConnection = class extends Native {
    constructor(configuration) {
      super({ ...configuration, iceTransportPolicy: "relay" });
      made.push(this);
    }
  };
  globalThis.relayOnly = {
    /** The kinds of our candidates in the pairs that carry media. */
    async used() {
      const kinds = [];
      for (const pc of made) {
        const stats = await pc.getStats();
        for (const each of stats.values()) {
          if (each.type === "candidate-pair" && each.nominated && each.state === "succeeded")
            kinds.push(stats.get(each.localCandidateId).candidateType);
        }
      }
      return kinds;
    },
  };
}

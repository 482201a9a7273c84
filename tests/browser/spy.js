// Put into every page before anything of its own runs: keeps hold of what a page opens, for tests to look at.
(() => {
  window.opened = { peers: [], tracks: [], iceServers: [] };

  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(configuration) {
      super(configuration);
      window.opened.peers.push(this);
      window.opened.iceServers.push(...(configuration?.iceServers ?? []));
    }
  };

  const devices = navigator.mediaDevices;
  if (devices) {
    const ask = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wish) => {
      const stream = await ask(wish);
      window.opened.tracks.push(...stream.getTracks());
      return stream;
    };
  }

  /** How many devices of this kind are running. */
  window.opened.running = (kind) =>
    window.opened.tracks.filter((track) => track.kind === kind && track.readyState === "live").length;

  /** Frames of video that have arrived, over all connections that are still open. */
  window.opened.framesDecoded = async () => {
    let frames = 0;
    for (const peer of window.opened.peers) {
      for (const report of (await peer.getStats()).values()) {
        if (report.type === "inbound-rtp" && report.kind === "video") frames += report.framesDecoded ?? 0;
      }
    }
    return frames;
  };
})();

// Put into a page that has nothing of its own: a WHIP publisher of a canvas and a WHEP viewer, plain WebRTC.
window.peers = {
  connections: [],

  async ask(path, token, connection) {
    await connection.setLocalDescription();
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/sdp" };
    const response = await fetch(path, { method: "POST", headers, body: connection.localDescription.sdp });
    const body = await response.text();
    if (response.status === 201) await connection.setRemoteDescription({ type: "answer", sdp: body });
    this.connections.push(connection);
    return { status: response.status, body };
  },

  /** The codecs of this name with what goes with each; all without a name. */
  codecs(capabilities, name) {
    const fits = ({ mimeType }) => [`video/${name}`, "video/rtx"].includes(mimeType.toLowerCase());
    return capabilities.codecs.filter((codec) => !name || fits(codec));
  },

  /** A picture of one colour that is another one in every second: red, blue, red. */
  blinking(width, height) {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    const paint = () => {
      context.fillStyle = Math.floor(performance.now() / 1000) % 2 ? "rgb(254 0 0)" : "rgb(0 0 255)";
      context.fillRect(0, 0, width, height);
    };
    paint();
    setInterval(paint, 66);
    return canvas.captureStream(15).getVideoTracks()[0];
  },

  /** A picture that is higher than wide, red above and blue below. */
  upright() {
    const canvas = Object.assign(document.createElement("canvas"), { width: 192, height: 320 });
    const context = canvas.getContext("2d");
    setInterval(() => {
      context.fillStyle = "rgb(0 0 255)";
      context.fillRect(0, 0, 192, 320);
      context.fillStyle = "rgb(254 0 0)";
      context.fillRect(0, 0, 192, 160);
    }, 66);
    return canvas.captureStream(15).getVideoTracks()[0];
  },

  async publish(token, track, { codec, encodings } = {}) {
    const connection = new RTCPeerConnection();
    const transceiver = connection.addTransceiver(track, { direction: "sendonly", sendEncodings: encodings ?? [{}] });
    transceiver.setCodecPreferences(this.codecs(RTCRtpSender.getCapabilities("video"), codec));
    return this.ask("/whip", token, connection);
  },

  async watch(token, participant, { codec } = {}) {
    const connection = new RTCPeerConnection();
    const transceiver = connection.addTransceiver("video", { direction: "recvonly" });
    transceiver.setCodecPreferences(this.codecs(RTCRtpReceiver.getCapabilities("video"), codec));
    const video = Object.assign(document.createElement("video"), { muted: true, autoplay: true });
    document.body.append(video);
    connection.ontrack = ({ track }) => (video.srcObject = new MediaStream([track]));
    return this.ask(`/whep/${participant}`, token, connection);
  },

  /** What a connection says of the video that goes over it. */
  async about(direction) {
    const report = [...(await this.connections.at(-1).getStats()).values()];
    const streams = report.filter(({ type, kind }) => type === direction && kind === "video");
    const [stream] = streams;
    const codec = report.find(({ id }) => id === stream?.codecId)?.mimeType;
    return { ...stream, codec, sending: streams.filter(({ bytesSent }) => bytesSent > 0).length };
  },
};

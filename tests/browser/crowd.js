// Run in a page of the server: publishes a small drawn picture for each token, until `dismiss()`.
async (tokens) => {
  const sessions = [];
  window.dismiss = () =>
    Promise.all(sessions.map(({ url, headers }) => fetch(url, { method: "DELETE", headers })));
  for (const [number, { token, width, height }] of tokens.entries()) {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d");
    const draw = () => {
      pen.fillStyle = `hsl(${number * 30} 60% ${50 + 10 * Math.sin(performance.now() / 500)}%)`;
      pen.fillRect(0, 0, width, height);
    };
    draw();
    setInterval(draw, 200);
    const [track] = canvas.captureStream(5).getVideoTracks();
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    const sender = pc.addTransceiver(track, { direction: "sendonly", sendEncodings: [{ maxBitrate: 100_000 }] });
    const codecs = RTCRtpReceiver.getCapabilities("video").codecs;
    sender.setCodecPreferences(codecs.filter(({ mimeType }) => /VP8|rtx/.test(mimeType)));
    await pc.setLocalDescription();
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/sdp" };
    const answer = await fetch("/whip", { method: "POST", headers, body: pc.localDescription.sdp });
    if (answer.status !== 201) throw new Error(await answer.text());
    await pc.setRemoteDescription({ type: "answer", sdp: await answer.text() });
    sessions.push({ pc, headers, url: answer.headers.get("Location") });
  }
};

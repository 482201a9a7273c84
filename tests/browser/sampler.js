// Put into a page before anything of its own runs: keeps every frame that any of its videos presents, small,
// and listens to what they play.
(() => {
  const WIDTH = 160;
  const MOST = 2400;
  // Chromium presents one black frame of this size when a track has ended, before its page can hear of that.
  const NO_PICTURE = 2;
  let frames = [];
  let listener = null;
  const videos = new Set();

  function follow(video) {
    if (videos.has(video)) return;
    videos.add(video);
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const keep = (now, about) => {
      video.requestVideoFrameCallback(keep);
      if (about.width === NO_PICTURE && about.height === NO_PICTURE) return;
      const height = Math.max(1, Math.round((WIDTH * about.height) / about.width));
      if (canvas.height !== height || canvas.width !== WIDTH) [canvas.width, canvas.height] = [WIDTH, height];
      context.drawImage(video, 0, 0, WIDTH, height);
      const pixels = context.getImageData(0, 0, WIDTH, height).data;
      const who = video.dataset.participant ?? "";
      frames.push({ who, time: now, width: about.width, height: about.height, rows: height, pixels });
      if (frames.length > MOST) throw new Error("More frames than the sampler keeps: take them more often.");
    };
    video.requestVideoFrameCallback(keep);
  }

  const find = () => document.querySelectorAll("video").forEach(follow);
  new MutationObserver(find).observe(document, { childList: true, subtree: true });

  function listen(stream) {
    listener?.context.close();
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(stream).connect(analyser);
    listener = { stream, context, analyser };
  }

  window.received = {
    /** Everything kept since the last call. */
    take() {
      const taken = frames;
      frames = [];
      return taken.map(({ pixels, ...about }) => ({ ...about, rgba: new Uint8Array(pixels.buffer).toBase64() }));
    },

    /** The loudest moment of the next `milliseconds`: its level (RMS, 1 is full) and its strongest frequency. */
    async hear(milliseconds) {
      const video = [...videos].find((one) => one.isConnected && one.srcObject?.getAudioTracks().length > 0);
      if (!video || video.muted || video.paused) return { level: 0, hertz: 0 };
      if (listener?.stream !== video.srcObject) listen(video.srcObject);
      await listener.context.resume();
      const { analyser, context } = listener;
      const wave = new Float32Array(analyser.fftSize);
      const tones = new Float32Array(analyser.frequencyBinCount);
      const loudest = { level: 0, hertz: 0 };
      for (const end = performance.now() + milliseconds; performance.now() < end; ) {
        await new Promise((done) => setTimeout(done, 30));
        analyser.getFloatTimeDomainData(wave);
        const level = Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / wave.length);
        if (level <= loudest.level) continue;
        analyser.getFloatFrequencyData(tones);
        const strongest = tones.indexOf(tones.reduce((a, b) => Math.max(a, b)));
        Object.assign(loudest, { level, hertz: (strongest * context.sampleRate) / analyser.fftSize });
      }
      return loudest;
    },
  };
})();

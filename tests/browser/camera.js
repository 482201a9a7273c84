// Put into the studio page before anything of its own runs: a camera to which things happen. It films what the
// browser's own camera does.
(() => {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const ask = devices.getUserMedia.bind(devices);
  const list = devices.enumerateDevices.bind(devices);
  const ID = "held";
  let plugged = true;
  let taken = false;
  let shape = { width: 640, height: 480, rotation: 0 };
  let writer = null;

  /** The middle of the picture in the present shape; `rotation` is how a phone is held, and its frames say so. */
  function held(frame) {
    const { width, height, rotation } = shape;
    const [across, down] = rotation % 180 ? [height, width] : [width, height];
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    const scale = Math.max(across / frame.displayWidth, down / frame.displayHeight);
    const [wide, high] = [frame.displayWidth * scale, frame.displayHeight * scale];
    context.translate(width / 2, height / 2);
    context.rotate((-rotation * Math.PI) / 180);
    context.drawImage(frame, -wide / 2, -high / 2, wide, high);
    return new VideoFrame(canvas, { timestamp: frame.timestamp, rotation });
  }

  async function film(source, out) {
    const frames = new MediaStreamTrackProcessor({ track: source }).readable.getReader();
    for (;;) {
      const { value, done } = await frames.read();
      if (done || out !== writer) {
        value?.close();
        source.stop();
        return;
      }
      const frame = held(value);
      value.close();
      await out.write(frame);
    }
  }

  /** As a browser ends a track: by no wish of the page. */
  function end() {
    writer?.close();
    writer = null;
  }

  devices.getUserMedia = async (wish) => {
    if (wish.video && taken) throw new DOMException("Could not start video source", "NotReadableError");
    if (wish.video && !plugged) throw new DOMException("Requested device not found", "NotFoundError");
    const given = await ask(wish.video ? { ...wish, video: true } : wish);
    const [source] = given.getVideoTracks();
    if (!source) return given;
    const track = new MediaStreamTrackGenerator({ kind: "video" });
    track.getSettings = () => ({ deviceId: ID });
    writer = track.writable.getWriter();
    void film(source, writer);
    return new MediaStream([...given.getAudioTracks(), track]);
  };

  devices.enumerateDevices = async () => {
    const others = (await list()).filter((device) => device.kind !== "videoinput");
    const mine = { kind: "videoinput", deviceId: ID, groupId: "", label: "Held camera" };
    return plugged ? [mine, ...others] : others;
  };

  window.camera = {
    hold(width, height, rotation = 0) {
      shape = { width, height, rotation };
    },
    plug(now) {
      plugged = now;
      if (!now) end();
      devices.dispatchEvent(new Event("devicechange"));
    },
    take(now) {
      taken = now;
      if (now) end();
    },
  };
})();

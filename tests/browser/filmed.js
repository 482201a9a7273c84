// Put into a page before anything of its own runs, where the browser cannot take a file for its camera: the camera
// plays SHOTS, JPEG pictures in base64, thirty a second. Also keeps hold of the page's workers.
(() => {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const ask = devices.getUserMedia.bind(devices);
  const decode = (shot) => createImageBitmap(new Blob([Uint8Array.fromBase64(shot)], { type: "image/jpeg" }));
  const film = Promise.all(SHOTS.map(decode));

  devices.getUserMedia = async (wish) => {
    const given = await ask(wish);
    const [real] = given.getVideoTracks();
    if (!real) return given;
    real.stop();
    const shots = await film;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [shots[0].width, shots[0].height];
    const context = canvas.getContext("2d");
    let next = 0;
    const draw = () => context.drawImage(shots[next++ % shots.length], 0, 0);
    draw();
    setInterval(draw, 1000 / 30);
    return new MediaStream([...given.getAudioTracks(), ...canvas.captureStream().getVideoTracks()]);
  };

  const Plain = window.Worker;
  window.workers = [];
  window.Worker = class extends Plain {
    constructor(...given) {
      super(...given);
      window.workers.push(this);
    }
  };
})();

// Put into the studio page before anything of its own runs: a painting that takes as long as a test wants it to.
(() => {
  const ask = window.fetch.bind(window);
  let begin = null;

  window.slowPainting = {
    /** The next painting does not end until `finish`. */
    expect() {
      this.begun = new Promise((resolve) => (begin = resolve));
    },
  };

  window.fetch = async (address, wish) => {
    const answer = await ask(address, wish);
    if (!begin || wish?.method !== "POST" || !String(address).endsWith("/backgrounds")) return answer;
    const told = new Uint8Array(await answer.arrayBuffer());
    const body = new ReadableStream({
      start(events) {
        /** Report progress; `preview` is a picture in base64. */
        window.slowPainting.show = (preview) => {
          const data = JSON.stringify({ sample: 0, step: 1, total: 9, message: "", preview });
          events.enqueue(new TextEncoder().encode(`event: progress\ndata: ${data}\n\n`));
        };
        /** Tell what the server told. */
        window.slowPainting.finish = () => {
          events.enqueue(told);
          events.close();
        };
      },
    });
    begin();
    begin = null;
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
})();

// Keeps the order's page as it stands now: told by a stream, or asking now and then where there is none.
"use strict";

(() => {
  const EVERY = 20000;
  const news = document.getElementById("news");
  let main = document.querySelector("main[data-live]");
  if (!main) return;
  let shown = main.innerHTML;
  let stream = null;
  let timer = null;
  let asking = false;
  let again = false;

  // One question at a time, so that an older answer never comes after a newer one.
  const refresh = async () => {
    again = true;
    if (asking) return;
    asking = true;
    while (again) {
      again = false;
      await ask();
    }
    asking = false;
  };

  const ask = async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // No network just now: the next event or the timer asks again.
    }
  };

  const show = (page) => {
    const next = page.querySelector("main");
    if (!next || next.innerHTML === shown) return;
    shown = next.innerHTML;
    const focused = main.contains(document.activeElement) ? document.activeElement.id : null;
    const open = [...main.querySelectorAll("details[open]")].map((details) => details.id);
    main.replaceWith(next);
    main = next;
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (focused !== null) {
      (document.getElementById(focused) ?? document.getElementById("headline")).focus({ preventScroll: true });
    }
    document.title = page.title;
    news.textContent = main.querySelector("h1").textContent;
    if (!main.dataset.live) stop();
  };

  const listen = () => {
    stream = new EventSource(main.dataset.live, { withCredentials: true });
    // What happened before the stream began is on the page that is fetched now.
    stream.addEventListener("hello", refresh);
    stream.addEventListener("order", refresh);
  };

  const look = () => {
    if (stream.readyState === EventSource.OPEN) return;
    if (!document.hidden) refresh();
    if (stream.readyState === EventSource.CLOSED) listen();
  };

  const start = () => {
    listen();
    timer = setInterval(look, EVERY);
  };

  const stop = () => {
    stream.close();
    clearInterval(timer);
  };

  start();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && main.dataset.live) refresh();
  });
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => {
    if (event.persisted && main.dataset.live) start();
  });
})();

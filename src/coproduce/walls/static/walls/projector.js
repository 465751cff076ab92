// The projector asks every few seconds whether anything has happened. Most answers are "no", in a few bytes.
// Without this module the page fetches itself again every ten seconds.
const ASK_EVERY = 3000;

async function ask() {
  const shown = document.querySelector("[data-again]");
  try {
    const headers = { "If-None-Match": shown.dataset.stamp };
    const answer = await fetch(location.href, { headers, cache: "no-store", credentials: "same-origin" });
    if (answer.status === 200) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-again]");
      if (!fresh || answer.redirected) return ended();
      shown.replaceWith(fresh);
    } else if (answer.status !== 304 && answer.status < 500) return ended();
  } catch {
    // The network is away for a moment: ask again.
  }
  setTimeout(ask, ASK_EVERY);
}

function ended() {
  document.querySelector("[data-ended]").hidden = false;
}

setTimeout(ask, ASK_EVERY);

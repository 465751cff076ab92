// How far a piece of work is: asks for the sentence now and then, and fetches the page again once it has ended.
const said = document.querySelector("[data-so-far]");
const EVERY = 2500;

async function look() {
  try {
    const answer = await fetch(said.dataset.soFar, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const now = await answer.json();
    if (!now.goes_on) {
      window.location.reload();
      return;
    }
    if (said.textContent !== now.words) said.textContent = now.words;
  } catch {
    // The network is away for a moment: ask again later.
  }
  setTimeout(look, EVERY);
}

if (said) setTimeout(look, EVERY);

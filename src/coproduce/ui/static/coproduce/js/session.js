// Ten minutes before a session ends, offer to stay. What is typed stays on the page either way.
const notice = document.querySelector("[data-session]");
const WARN_BEFORE = 600;

if (notice) {
  let timer;
  const wait = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(() => { notice.hidden = false; }, Math.max(0, seconds - WARN_BEFORE) * 1000);
  };
  notice.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch(notice.dataset.stay, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) return;
    notice.hidden = true;
    wait((await answer.json()).seconds);
  });
  wait(Number(notice.dataset.session));
}

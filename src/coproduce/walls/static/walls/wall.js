// Cards are dragged by their grip, with a finger or a mouse. Each has a link beside it that does the same on a page.
// While somebody reads, others move cards: that is said, and the page changes only when asked.
const ASK_EVERY = 8000;
const EDGE = 90;
const said = document.querySelector("[data-said]");
const moving = document.querySelector("[data-moving]");
const notice = document.querySelector("[data-changed]");
let held = null;

function under(x, y) {
  return document.elementsFromPoint(x, y).map((each) => each.closest("[data-to]")).find(Boolean);
}

function mark(section) {
  for (const each of document.querySelectorAll(".is-target")) each.classList.remove("is-target");
  section?.classList.add("is-target");
}

function follow(event) {
  if (!held) return;
  if (event.clientY < EDGE) window.scrollBy(0, -16);
  if (event.clientY > innerHeight - EDGE) window.scrollBy(0, 16);
  held.card.style.translate = `${event.pageX - held.x}px ${event.pageY - held.y}px`;
  mark(under(event.clientX, event.clientY));
}

function letGo(event) {
  if (!held) return;
  const { card, from } = held;
  card.style.translate = "";
  card.classList.remove("is-held");
  const to = event.type === "pointerup" && under(event.clientX, event.clientY);
  mark(null);
  held = null;
  if (to && to !== from) hang(card, to.dataset.to);
}

function take(event) {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button) return;
  const card = grip.closest("[data-card]");
  held = { card, from: card.closest("[data-to]"), x: event.pageX, y: event.pageY };
  card.classList.add("is-held");
  grip.setPointerCapture(event.pointerId);
  event.preventDefault();
}

async function hang(card, to) {
  const form = document.querySelector("[data-moving]");
  form.action = card.dataset.move;
  form.elements.version.value = card.dataset.version;
  form.elements.to.value = to;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const board = fresh.querySelector("[data-board]");
    if (!answer.ok || !board) throw new Error("asked");
    document.querySelector("[data-board]").replaceWith(board);
    form.replaceWith(fresh.querySelector("[data-moving]"));
    notice.dataset.stamp = fresh.querySelector("[data-changed]").dataset.stamp;
    ready();
    said.textContent = said.dataset.said;
  } catch {
    form.submit(); // the page that answers says what happened, and asks
  }
}

function ready() {
  for (const grip of document.querySelectorAll("[data-grip]")) grip.hidden = false;
}

async function ask() {
  if (!document.hidden && !held && notice.firstElementChild.hidden) {
    const headers = { "If-None-Match": notice.dataset.stamp };
    const before = notice.dataset.stamp;
    const answer = await fetch(notice.dataset.changed, { method: "HEAD", headers, cache: "no-store" }).catch(() => null);
    if (answer?.status === 200 && !answer.redirected && before === notice.dataset.stamp) notice.firstElementChild.hidden = false;
  }
  setTimeout(ask, ASK_EVERY);
}

if (moving && notice) {
  ready();
  document.addEventListener("pointerdown", take);
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", letGo);
  document.addEventListener("pointercancel", letGo);
  document.addEventListener("keydown", (event) => event.key === "Escape" && letGo(event));
  setTimeout(ask, ASK_EVERY);
}

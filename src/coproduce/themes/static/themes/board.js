// Dragging a card to another column with mouse or finger. It ticks the card, chooses where to, and sends the same sheet
// that can be filled in by hand. On a narrow screen one column is open at a time.

const board = document.querySelector("[data-board]");
const form = document.querySelector("[data-move]");
const EDGE = 60;
const STEP = 18;
let held = null;

const columnAt = (x, y) => document.elementFromPoint(x, y)?.closest("[data-column]");

function pick(event) {
  const grab = event.target.closest("[data-grab]");
  if (!grab || event.button !== 0) return;
  event.preventDefault();
  const card = grab.closest("[data-card]");
  grab.setPointerCapture(event.pointerId);
  held = { card, grab, from: card.closest("[data-column]"), x: event.clientX, y: event.clientY, scrolled: board.scrollLeft + scrollX, top: scrollY };
  card.classList.add("is-held");
}

function carry(event) {
  if (!held) return;
  const across = board.scrollLeft + scrollX - held.scrolled;
  held.card.style.setProperty("translate", `${event.clientX - held.x + across}px ${event.clientY - held.y + scrollY - held.top}px`);
  const over = columnAt(event.clientX, event.clientY);
  for (const column of board.children) column.classList.toggle("is-over", column === over && column !== held.from);
  if (event.clientX > innerWidth - EDGE) board.scrollLeft += STEP;
  else if (event.clientX < EDGE) board.scrollLeft -= STEP;
  if (event.clientY > innerHeight - EDGE) scrollBy(0, STEP);
  else if (event.clientY < EDGE) scrollBy(0, -STEP);
}

function letGo() {
  held.card.classList.remove("is-held");
  held.card.style.removeProperty("translate");
  for (const column of board.children) column.classList.remove("is-over");
  held = null;
}

function drop(event) {
  if (!held) return;
  const { card, from } = held;
  const over = columnAt(event.clientX, event.clientY);
  letGo();
  if (!over || over === from) return;
  for (const box of document.querySelectorAll("input[name=card]")) box.checked = card.contains(box);
  form.elements.to.value = over.dataset.column;
  form.requestSubmit();
}

function onePerScreen(narrow) {
  const columns = [...board.querySelectorAll("details")];
  for (const column of columns) column.name = narrow ? "column" : "";
  columns.forEach((column, n) => (column.open = !narrow || n === 0));
}

if (board && form) {
  for (const grab of board.querySelectorAll("[data-grab]")) grab.hidden = false;
  board.addEventListener("pointerdown", pick);
  board.addEventListener("pointermove", carry);
  board.addEventListener("pointerup", drop);
  board.addEventListener("pointercancel", () => held && letGo());
  addEventListener("keydown", (event) => event.key === "Escape" && held && letGo());
  const narrow = matchMedia("(max-width: 700px)");
  narrow.addEventListener("change", () => onePerScreen(narrow.matches));
  onePerScreen(narrow.matches);
}

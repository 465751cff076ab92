// Choosing a passage with the keyboard: arrows go from sentence to sentence, Shift takes more, Enter opens the sheet.
import { tell, points } from "./choose.js";

const words = document.querySelector("[data-words]");
const said = document.querySelector("[data-said]");
const sentences = words ? [...words.querySelectorAll("[data-sentence]")] : [];
let anchor = -1;
let head = -1;

const between = () => [Math.min(anchor, head), Math.max(anchor, head)];

function show() {
  const [first, last] = between();
  sentences.forEach((one, n) => one.classList.toggle("is-here", head >= 0 && n >= first && n <= last));
  if (head < 0) return;
  sentences[head].scrollIntoView({ block: "nearest" });
  said.textContent = sentences.slice(first, last + 1).map((one) => one.textContent).join(" ");
}

function take() {
  if (head < 0) return;
  const [first, last] = between();
  const chosen = sentences.slice(first, last + 1);
  const range = document.createRange();
  range.setStart(chosen[0], 0);
  range.setEnd(chosen.at(-1), chosen.at(-1).childNodes.length);
  const end = Number(chosen.at(-1).dataset.start) + points(chosen.at(-1).textContent);
  const text = chosen.map((one) => one.textContent).join(" ");
  tell({ start: Number(chosen[0].dataset.start), end, text, range, byKeyboard: true });
}

function go(step, more) {
  head = head < 0 ? 0 : Math.min(Math.max(head + step, 0), sentences.length - 1);
  if (!more || anchor < 0) anchor = head;
  show();
}

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
const RIGHT_TO_LEFT = () => getComputedStyle(sentences[Math.max(head, 0)]).direction === "rtl";

function pressed(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || !sentences.length) return;
  let step = STEPS[event.key];
  if (step && event.key.endsWith("t") && RIGHT_TO_LEFT()) step = -step;
  if (step) go(step, event.shiftKey);
  else if (event.key === "Home") go(-sentences.length, event.shiftKey);
  else if (event.key === "End") go(sentences.length, event.shiftKey);
  else if (event.key === "Enter") take();
  else return;
  event.preventDefault();
}

if (sentences.length) {
  words.tabIndex = 0;
  words.setAttribute("role", "group");
  words.setAttribute("aria-label", words.dataset.label);
  words.setAttribute("aria-description", words.dataset.hint);
  words.addEventListener("keydown", pressed);
  words.addEventListener("focus", () => {
    if (head < 0 && words.matches(":focus-visible")) go(0, false);
  });
  words.addEventListener("blur", () => {
    for (const one of sentences) one.classList.remove("is-here");
  });
}

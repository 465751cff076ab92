// Choosing a passage with mouse or finger: whatever is selected in the words is told to the sheet, in code points.
// Every piece of the words stands in an element with data-start that holds no end of a line, so counting is exact.

const words = document.querySelector("[data-words]");
const WAIT = 250;

export const points = (text) => Array.from(text).length;

function before(piece, container, at) {
  const range = document.createRange();
  range.setStart(piece, 0);
  range.setEnd(container, at);
  return points(range.toString());
}

// Where a selection begins and ends in the words as they are stored, without the empty space at its ends.
export function placeOf(range, holder) {
  const pieces = [...holder.querySelectorAll("[data-start]")].filter((piece) => {
    if (!range.intersectsNode(piece)) return false;
    const inside = document.createRange();
    inside.selectNodeContents(piece);
    return range.compareBoundaryPoints(Range.END_TO_START, inside) < 0 && range.compareBoundaryPoints(Range.START_TO_END, inside) > 0;
  });
  if (!pieces.length) return null;
  const [first, last] = [pieces[0], pieces.at(-1)];
  const from = first.contains(range.startContainer) ? before(first, range.startContainer, range.startOffset) : 0;
  const to = last.contains(range.endContainer) ? before(last, range.endContainer, range.endOffset) : points(last.textContent);
  let text = "";
  for (const piece of pieces) {
    const letters = Array.from(piece.textContent);
    text += letters.slice(piece === first ? from : 0, piece === last ? to : letters.length).join("");
    if (piece !== last && piece.nextElementSibling === null) text += " ";
  }
  const [left, right] = [text.length - text.trimStart().length, text.length - text.trimEnd().length];
  if (!text.trim()) return null;
  const start = Number(first.dataset.start) + from + (left && pieces.length === 1 ? points(text.slice(0, left)) : 0);
  const end = Number(last.dataset.start) + to - (right && pieces.length === 1 ? points(text.slice(text.length - right)) : 0);
  return { start, end, text: text.trim() };
}

export function tell(detail) {
  document.dispatchEvent(new CustomEvent("passage", { detail }));
}

let waiting = 0;
function look() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(words) || !words.contains(range.commonAncestorContainer)) return;
  const place = placeOf(range, words);
  if (place) tell({ ...place, range: range.cloneRange() });
}

// While the mouse is still drawing nothing moves under it.
let drawing = false;
function soon() {
  clearTimeout(waiting);
  if (!drawing) waiting = setTimeout(look, WAIT);
}

if (words) {
  document.querySelector("[data-with-script]")?.removeAttribute("hidden");
  document.addEventListener("selectionchange", soon);
  words.addEventListener("pointerdown", (event) => (drawing = event.pointerType === "mouse"));
  document.addEventListener("pointerup", () => {
    drawing = false;
    soon();
  });
}

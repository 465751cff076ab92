// Selecting a piece of the words fills in the passage and where it stands, in code points.
// Without this module the passage is copied by hand and the server finds it.

const from = document.querySelector("[data-passage-from]");
const field = document.querySelector("[data-passage]");
const start = document.querySelector("[data-passage-start]");
const end = document.querySelector("[data-passage-end]");

const points = (text) => Array.from(text).length;

function offset(container, at) {
  const inside = container.nodeType === Node.TEXT_NODE ? container.parentElement : container;
  const paragraph = inside.closest("[data-start]");
  if (!paragraph) return null;
  const before = document.createRange();
  before.setStart(paragraph, 0);
  before.setEnd(container, at);
  return Number(paragraph.dataset.start) + points(before.toString());
}

function take() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  if (!from.contains(range.startContainer) || !from.contains(range.endContainer)) return;
  const [first, last] = [offset(range.startContainer, range.startOffset), offset(range.endContainer, range.endOffset)];
  if (first === null || last === null || last <= first) return;
  field.value = selection.toString().trim();
  start.value = first;
  end.value = last;
}

// What is changed by hand is no longer where it was counted.
function forget() {
  start.value = "";
  end.value = "";
}

if (from && field && start && end) {
  document.addEventListener("selectionchange", take);
  field.addEventListener("input", forget);
  document.querySelector("[data-passage-hint]")?.removeAttribute("hidden");
}

// The sheet at the foot of the screen: it holds the passage that was chosen, until it is sent or put away.

const sheet = document.querySelector("[data-mark-sheet]");
const field = (name) => sheet.querySelector(`[data-${name}]`);

function draw(range) {
  if (!("highlights" in CSS)) return;
  if (range) CSS.highlights.set("chosen", new Highlight(range));
  else CSS.highlights.delete("chosen");
}

// What was chosen is not left below the sheet.
function keepInSight(range) {
  const below = range.getBoundingClientRect().bottom + 24 - sheet.getBoundingClientRect().top;
  if (below > 0) scrollBy(0, below);
}

function hold({ start, end, text, range, byKeyboard }) {
  field("passage").value = text;
  field("start-of").value = start;
  field("end-of").value = end;
  field("chosen").textContent = text;
  field("chosen").hidden = field("put-away").hidden = false;
  field("sheet-head").textContent = field("sheet-head").dataset.some;
  field("by-number").hidden = true;
  for (const name of ["first", "last"]) sheet.elements[name].value = "";
  sheet.classList.add("is-chosen");
  draw(range);
  if (range) keepInSight(range);
  if (byKeyboard) field("sheet-head").focus({ preventScroll: true });
}

function putAway() {
  for (const name of ["passage", "start-of", "end-of"]) field(name).value = "";
  field("chosen").hidden = field("put-away").hidden = true;
  field("sheet-head").textContent = field("sheet-head").dataset.all;
  field("by-number").hidden = false;
  sheet.classList.remove("is-chosen");
  draw(null);
  document.getSelection().removeAllRanges();
}

// A new theme is named where one is asked for.
function naming() {
  const name = sheet.elements.new_name.closest(".field");
  name.hidden = sheet.elements.other.value !== "new";
  if (!name.hidden) sheet.elements.new_name.focus();
}

if (sheet) {
  document.addEventListener("passage", (event) => hold(event.detail));
  field("put-away").addEventListener("click", () => {
    putAway();
    document.querySelector("[data-words]").focus();
  });
  sheet.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    putAway();
    document.querySelector("[data-words]").focus();
  });
  sheet.elements.other.addEventListener("change", naming);
  sheet.elements.new_name.closest(".field").hidden = sheet.elements.other.value !== "new";
  if (!field("passage").value) {
    field("by-number").open = false;
    field("sheet-head").textContent = field("sheet-head").dataset.all;
  } else {
    hold({ start: field("start-of").value, end: field("end-of").value, text: field("passage").value });
  }
}

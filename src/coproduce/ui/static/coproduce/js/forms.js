// A form with a key is sent once: a second click waits for the answer to the first.
// The key makes a second sending harmless anyway; this spares the person the wondering.
const AGAIN_AFTER = 8000;

function release(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
}

// A sheet that makes something new keeps its key with its place in the browser's history: who goes back to a
// sheet that was sent, and sends it again, is told so, also where the browser fetched the sheet anew.
function sheetKey(form) {
  return form.querySelector("[name=key][data-makes-new]");
}
function nameOf(form) {
  const fixed = [...form.querySelectorAll("[type=hidden]")].filter((field) => !["key", "csrfmiddlewaretoken"].includes(field.name));
  return [form.getAttribute("action") || "", ...fixed.map((field) => `${field.name}=${field.value}`)].join(" ");
}
const sheets = [...document.forms].filter(sheetKey);
if (sheets.length) {
  const keys = { ...history.state?.keys };
  for (const form of sheets) sheetKey(form).value = keys[nameOf(form)] ??= sheetKey(form).value;
  history.replaceState({ ...history.state, keys }, "");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || !(form.querySelector("[name=key]") || "once" in form.dataset)) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
  setTimeout(release, AGAIN_AFTER, form);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));

// After a refusal the reading begins with what has to be looked at again.
document.querySelector("[data-focus]")?.focus();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
// What is folded for the screen is printed whole, also where the style sheet cannot unfold it.
addEventListener("beforeprint", () => document.querySelectorAll("details[data-prints]").forEach((part) => { part.open = true; }));

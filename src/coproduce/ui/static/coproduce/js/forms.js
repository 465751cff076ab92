// A form with a key is sent once: a second click waits for the answer to the first.
// The key makes a second sending harmless anyway; this spares the person the wondering.
const AGAIN_AFTER = 8000;

function release(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
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

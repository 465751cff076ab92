// What somebody writes is kept on the server a little after they stop typing. Nothing is kept in the browser: somebody
// else may hold the phone. Where it cannot be kept, nothing is said; the words are still on the page.
const AFTER = 4000;

for (const form of document.querySelectorAll("form[data-draft]")) {
  const says = form.querySelector("[data-draft-said]");
  let timer = 0, saving = false, again = false, last = "";

  function filled() {
    const body = new FormData(form);
    body.delete("files");
    body.delete("left_out");
    body.append("sheet", form.dataset.sheet);
    return new URLSearchParams(body);
  }

  async function save() {
    const body = filled();
    if (saving || form.dataset.sending || !((body.get("words") ?? "") + (body.get("title") ?? "")).trim() || body.toString() === last) {
      again = saving;
      return;
    }
    saving = true;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.ok && !answer.redirected) {
        last = body.toString();
        says.textContent = (await answer.json()).said;
      }
    } catch { /* no network: the page still has the words */ }
    saving = false;
    if (again) later();
    again = false;
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(save, AFTER);
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => clearTimeout(timer));
}

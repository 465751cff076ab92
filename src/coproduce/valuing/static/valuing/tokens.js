// Plus and minus beside each number of tokens, and what is left, said aloud. Without this the numbers are typed.
for (const form of document.querySelectorAll("[data-tokens]")) {
  const all = Number(form.dataset.tokens);
  const numbers = [...form.querySelectorAll("[data-token]")];
  const left = form.querySelector("[data-tokens-left]");
  const count = (field) => Math.min(all, Math.max(0, Math.trunc(Number(field.value)) || 0));
  const given = () => numbers.reduce((sum, field) => sum + count(field), 0);
  const steps = [];

  function show() {
    const n = given();
    const words = n > all ? form.dataset.over : form.dataset.said;
    left.textContent = words.replace("GIVEN", n).replace("LEFT", all - n).replace("OVER", n - all);
    for (const [field, less, more] of steps) {
      less.setAttribute("aria-disabled", count(field) === 0);
      more.setAttribute("aria-disabled", n >= all);
    }
  }

  function step(field, name, sign, by) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button-second";
    button.textContent = sign;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      field.value = count(field) + by || "";
      show();
    });
    return button;
  }

  for (const field of numbers) {
    const label = field.labels[0]?.querySelector("bdi")?.textContent ?? field.labels[0]?.textContent ?? "";
    const less = step(field, form.dataset.oneLess.replace("NAME", label.trim()), "−", -1);
    const more = step(field, form.dataset.oneMore.replace("NAME", label.trim()), "+", 1);
    const group = document.createElement("span");
    group.className = "token-steps";
    field.replaceWith(group);
    group.append(less, field, more);
    steps.push([field, less, more]);
    field.addEventListener("input", show);
  }
  left.hidden = false;
  show();
}

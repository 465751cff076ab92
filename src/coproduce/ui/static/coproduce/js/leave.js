// Exit this page: the button is a plain link; with this it also leaves nothing behind in "back",
// and Shift three times does the same. Nothing counts down and nothing is sent anywhere.
const way = document.querySelector("[data-exit]");

function leave() {
  document.documentElement.hidden = true;
  document.title = "";
  window.location.replace(way.href);
}

if (way) {
  const said = document.createElement("div");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  way.after(said);
  let pressed = 0;
  let forget;

  way.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || event.ctrlKey || event.altKey || event.metaKey) {
      pressed = 0;
      return;
    }
    pressed += 1;
    clearTimeout(forget);
    forget = setTimeout(() => { pressed = 0; said.textContent = ""; }, 5000);
    if (pressed === 3) leave();
    else said.textContent = pressed === 2 ? way.dataset.onceMore : way.dataset.twiceMore;
  });
  // A capital letter is typed with Shift as well: anything pressed in between starts the count again.
  document.addEventListener("keydown", (event) => { if (event.key !== "Shift") pressed = 0; });
  // Coming back with the back button must not show the page that was left.
  window.addEventListener("pageshow", (event) => { if (event.persisted) document.documentElement.hidden = false; });
}

// Passkeys are offered only where the browser has them; when one fails, say so in words.
if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-no-passkey]")) part.hidden = true;
}
document.addEventListener("allauth.error", (event) => {
  const said = document.querySelector("[data-passkey-failed]");
  if (!said) return;
  event.preventDefault();
  said.hidden = false;
  said.focus();
});

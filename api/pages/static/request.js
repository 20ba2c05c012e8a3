// The form works without this: it only says that an upload is under way, and greys out the choice not taken.

const form = document.getElementById("request");
const file = form.elements.workspace;
const stored = form.elements.workspace_id;

function choose() {
  if (!stored) return;
  stored.disabled = file.files.length > 0;
  form.querySelector("[data-upload-wins]").hidden = file.files.length === 0;
}

file.addEventListener("change", choose);
choose();
form.addEventListener("submit", () => {
  const button = form.querySelector("[type=submit]");
  button.textContent = file.files.length ? "Uploading…" : "Starting…";
  button.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => {
  const button = form.querySelector("[type=submit]");
  button.textContent = "Build the rota";
  button.removeAttribute("aria-disabled");
});

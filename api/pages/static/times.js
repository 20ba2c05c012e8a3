// Instants in lists (`<time datetime=…>`) in the zone chosen in the page's head.

import { showMoments } from "./moments.js";
import { remember, remembered } from "./view.js";
import { browserZone, zoneLabel } from "./zones.js";

const select = document.getElementById("zone");

const zone = () => (select.value === "browser" ? browserZone() : select.value);

const now = Date.now();
for (const option of select.options) {
  const name = option.value === "browser" ? browserZone() : option.value;
  option.textContent = (option.value === "browser" ? "This browser: " : "") + zoneLabel(name, now, now);
}
const kept = remembered();
select.value = [...select.options].some(({ value }) => value === kept) ? kept : "browser";
select.closest("[hidden]")?.removeAttribute("hidden");
select.addEventListener("change", () => {
  remember(select.value);
  showMoments(zone());
});
showMoments(zone());

// Instants in running text: `<time datetime=…>`, shown on the clock of a zone.

import { momentLabel } from "./zones.js";

export function showMoments(zone) {
  for (const place of document.querySelectorAll("time[datetime]")) {
    const instant = place.getAttribute("datetime");
    place.textContent = momentLabel(Date.parse(instant), zone);
    place.title = instant;
  }
}

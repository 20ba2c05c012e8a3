// The page of one plan: panels that are drawn when they come into sight, and again when the view changes.

import { coveragePanel, coverageSource } from "./coverage.js";
import { fairnessPanel } from "./fairness.js";
import { element } from "./format.js";
import { forecastPanel } from "./forecast.js";
import { ganttPanel } from "./gantt.js";
import { heatPanel } from "./heatmap.js";
import { showMoments } from "./moments.js";
import { sitesPanel } from "./sites.js";
import { View } from "./view.js";
import { MINUTE, browserZone, clockChanges, dateLabel, learn, local, timeLabel, zoneLabel } from "./zones.js";

const plan = JSON.parse(document.getElementById("plan-data").textContent);
learn(plan.clocks);
const view = new View({ ...plan, from: plan.first_minute * MINUTE, to: plan.last_minute * MINUTE });
const coverage = coverageSource(plan.data.coverage);
const makers = {
  coverage: (section) => coveragePanel(section, coverage),
  heat: (section) => heatPanel(section, coverage),
  forecast: (section) => forecastPanel(section, plan.data.forecast),
  sites: (section) => sitesPanel(section, plan.data.sites),
  rota: (section) => ganttPanel(section, plan.data.rota),
  fairness: (section) => fairnessPanel(section, plan.data.fairness),
};

const panels = [...document.querySelectorAll("[data-panel]")].map((section) => ({
  section,
  show: makers[section.dataset.panel](section),
  seen: false,
  fresh: false,
}));

async function refresh(panel) {
  if (panel.fresh) return;
  panel.fresh = true;
  const failure = panel.section.querySelector("[data-failure]");
  try {
    await panel.show(view);
    failure.hidden = true;
    panel.section.dataset.shown = "true";
  } catch (error) {
    panel.fresh = false;
    failure.textContent = error.message;
    failure.hidden = false;
  }
}

function refreshAll(all) {
  return Promise.all(panels.filter((panel) => all || panel.seen).map(refresh));
}

function restart() {
  for (const panel of panels) panel.fresh = false;
  refreshAll(false);
}

// ------------------------------------------------------------------ toolbar

const toolbar = document.getElementById("view");
const zoneSelect = document.getElementById("zone");
const queueSelect = document.getElementById("queue");
const changes = document.getElementById("clock-changes");

function fillToolbar() {
  for (const option of zoneSelect.options) {
    const zone = option.value === "browser" ? browserZone() : option.value;
    const where = option.value === "browser" ? "This browser: " : option.dataset.name ? `${option.dataset.name}: ` : "";
    option.textContent = where + zoneLabel(zone, view.plan.from, view.plan.to);
  }
  if (![...zoneSelect.options].some(({ value }) => value === view.zoneChoice)) {
    zoneSelect.append(element("option", { value: view.zoneChoice }, zoneLabel(view.zone, view.plan.from, view.plan.to)));
  }
  queueSelect.replaceChildren(...plan.queues.map(({ key, label }) => element("option", { value: key }, label)));
}

function showView() {
  zoneSelect.value = view.zoneChoice;
  if (view.queue) queueSelect.value = view.queue;
  toolbar.querySelector(`[name=span][value=${view.span}]`).checked = true;
  document.getElementById("back").disabled = !view.canGoBack;
  document.getElementById("on").disabled = !view.canGoOn;
  document.getElementById("window-label").textContent = view.windowLabel;
  showMoments(view.zone);
  const { from, to } = view.window;
  changes.textContent = clockChanges(view.zone, from, to).map(({ at, before, after }) => {
    const shift = after - before;
    const size = Math.abs(shift) === 60 ? "1 hour" : `${Math.abs(shift)} minutes`;
    const { day } = local(at, view.zone);
    return `Clocks go ${shift > 0 ? "forward" : "back"} by ${size} on ${dateLabel(day)} (to ${timeLabel(at, view.zone)}).`;
  }).join(" ");
}

zoneSelect.addEventListener("change", () => view.set({ zoneChoice: zoneSelect.value }));
queueSelect.addEventListener("change", () => view.set({ queue: queueSelect.value }));
toolbar.addEventListener("change", ({ target }) => target.name === "span" && view.set({ span: target.value }));
document.getElementById("back").addEventListener("click", () => view.move(-1));
document.getElementById("on").addEventListener("click", () => view.move(1));

fillToolbar();
showView();
view.onChange(() => {
  showView();
  restart();
});
toolbar.hidden = false;

const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const panel = panels.find(({ section }) => section === target);
    panel.seen = isIntersecting;
    if (isIntersecting) refresh(panel);
  }
}, { rootMargin: "400px 0px" });
for (const { section } of panels) sight.observe(section);

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restart);
let widthBefore = innerWidth;
let resizing = 0;
addEventListener("resize", () => {
  if (innerWidth === widthBefore) return; // a phone's address bar changes only the height
  widthBefore = innerWidth;
  clearTimeout(resizing);
  resizing = setTimeout(restart, 200);
});
addEventListener("beforeprint", () => refreshAll(true));

// The rota, a row an agent. Bars lie on elapsed time, so that a night shift is one bar across midnight and a
// shift over a clock change has its true length. Only one page of agents is ever in the document.

import { detailsTable, element, number } from "./format.js";
import { getJson } from "./net.js";
import { timeTicks } from "./plotting.js";
import { HOUR, MINUTE, momentLabel, timeLabel } from "./zones.js";

const TINTS = 8;
const WEAVES = 5;
const LABEL_PIXELS = 62;
const NAME_PIXELS = 152;

export function ganttPanel(section, address) {
  const place = section.querySelector("[data-gantt]");
  const form = section.querySelector("form");
  const pager = section.querySelector("[data-pager]");
  const legend = section.querySelector("[data-legend]");
  const detail = section.querySelector("[data-detail]");
  const refreshTable = detailsTable(section.querySelector("details"), table);
  let page = 1;
  let asked = 0;
  let last = null;
  const show = async (view) => {
    last = view;
    const mine = ++asked;
    const { from, to } = view.window;
    const query = new URLSearchParams({
      page, site: form.site.value, find: form.find.value, from: from / MINUTE, to: to / MINUTE,
    });
    const data = await getJson(`${address}?${query}`);
    if (mine !== asked) return; // a later question has overtaken this answer
    page = data.page;
    const tints = new Map(data.activities.filter((name) => name.includes("/")).map((name, order) => [name, order]));
    place.replaceChildren(board(data, view, tints, place.clientWidth, (text) => detail.replaceChildren(...text)));
    legend.replaceChildren(...legendItems(data, tints));
    refreshTable({ data, view });
    fillPager(pager, data, (wanted) => {
      page = wanted;
      show(last);
    });
  };
  const restart = () => {
    page = 1;
    if (last) show(last);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    restart();
  });
  form.site.addEventListener("change", restart);
  let typing = 0;
  form.find.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(restart, 250);
  });
  return show;
}

function board(data, view, tints, width, tell) {
  const { from, to } = view.window;
  const labelled = (LABEL_PIXELS / Math.max(400, width - NAME_PIXELS)) * 100; // least share of the board that has room for words
  const share = (instant) => ((Math.min(Math.max(instant, from), to) - from) / (to - from)) * 100;
  const ticks = timeTicks(view.window, view.zone, 900);
  const lines = element("div", { class: "gantt-lines", "aria-hidden": "true" },
    ...ticks.vals.map((at) => element("i", { style: `left:${share(at)}%` })));
  const axis = element("div", { class: "gantt-axis", "aria-hidden": "true" },
    ...ticks.vals.map((at, order) => ticks.text[order] &&
      element("span", { style: `left:${share(at)}%` }, ticks.text[order].replace(/<\/?b>/g, ""))).filter(Boolean));
  const rows = element("ul", { class: "gantt-rows" });
  let site = null;
  for (const { agent, site: home, shifts } of data.agents) {
    const track = element("div", { class: "gantt-track" });
    for (const shift of shifts) track.append(bar({ agent, home, shift }, { view, share, activities: data.activities, tints, labelled, tell }));
    rows.append(element("li", { class: home === site ? null : "gantt-site" },
      element("span", { class: "gantt-name" }, agent, element("small", {}, home || "no shift in this plan")), track));
    site = home;
  }
  if (!data.agents.length) rows.append(element("li", {}, "No agent is found."));
  const inner = element("div", { class: "gantt-inner" }, axis, lines, rows);
  rows.addEventListener("keydown", (event) => moveFocus(event, rows));
  rows.querySelector("button")?.setAttribute("tabindex", "0");
  return inner;
}

function bar({ agent, home, shift }, { view, share, activities, tints, labelled, tell }) {
  const start = shift.start * MINUTE;
  const end = shift.end * MINUTE;
  const left = share(start);
  const width = share(end) - left;
  const text = describe(agent, home, shift, activities, view.zone);
  const button = element("button", {
    type: "button", tabindex: "-1", class: "gantt-bar", "aria-label": text.join(". "), title: text.join("\n"),
    style: `left:${left}%;width:${width}%`,
    "data-before": start < view.window.from, "data-after": end > view.window.to,
  });
  const length = shift.end - shift.start;
  for (const [from, to, what] of shift.parts) {
    const visibleFrom = Math.max(start + from * MINUTE, view.window.from);
    const visibleTo = Math.min(start + to * MINUTE, view.window.to);
    if (visibleTo <= visibleFrom) continue;
    const breadth = share(visibleTo) - share(visibleFrom);
    const place = `left:${((share(visibleFrom) - left) / width) * 100}%;width:${(breadth / width) * 100}%`;
    const words = tints.has(activities[what]) ? activities[what].split("/").slice(1).join(" ") : activities[what];
    button.append(element("i", { class: partClass(activities[what], tints), style: place },
      breadth >= labelled ? element("b", {}, words === "idle" ? "free" : words) : null));
  }
  if (!shift.parts.length && length) button.classList.add("plain");
  const choose = () => tell(text.map((line, order) => element(order ? "span" : "strong", {}, line)));
  button.addEventListener("focus", choose);
  button.addEventListener("click", choose);
  return button;
}

function partClass(activity, tints) {
  if (tints.has(activity)) {
    const order = tints.get(activity);
    return `part tint-${(order % TINTS) + 1} weave-${Math.floor(order / TINTS) % WEAVES}`;
  }
  return ["break", "idle"].includes(activity) ? `part ${activity}` : "part other";
}

/** What a shift holds: hours by queue, and its breaks on the zone's clock. */
function contents(shift, activities, zone) {
  const start = shift.start * MINUTE;
  const minutes = new Map();
  const breaks = [];
  for (const [from, to, what] of shift.parts) {
    if (activities[what] === "break") breaks.push(`${timeLabel(start + from * MINUTE, zone)}–${timeLabel(start + to * MINUTE, zone)}`);
    else minutes.set(activities[what], (minutes.get(activities[what]) ?? 0) + to - from);
  }
  return { work: [...minutes].map(([name, spent]) => `${name === "idle" ? "free" : name} ${number(spent / 60)} h`), breaks };
}

function describe(agent, home, shift, activities, zone) {
  const [start, end] = [shift.start * MINUTE, shift.end * MINUTE];
  const { work, breaks } = contents(shift, activities, zone);
  return [
    `${agent}, ${home}: ${shift.shift ?? "fixed work"}`,
    `${momentLabel(start, zone)} – ${momentLabel(end, zone)} (${number((end - start) / HOUR, 2)} h)`,
    ...(work.length ? [`Serves ${work.join(", ")}`] : []),
    breaks.length ? `${breaks.length === 1 ? "Break" : "Breaks"} ${breaks.join(", ")}` : "No break",
  ];
}

function table({ data, view }) {
  const rows = data.agents.flatMap(({ agent, site, shifts }) => shifts.map((shift) => [agent, site, shift]));
  return {
    caption: `Shifts of the agents shown, ${view.windowLabel}, ${view.zone}`,
    head: ["Agent", "Site", "Shift", "Begins", "Ends", "Hours", "Serves", "Breaks"],
    rows: rows.map(([agent, site, shift]) => {
      const { work, breaks } = contents(shift, data.activities, view.zone);
      const [start, end] = [shift.start * MINUTE, shift.end * MINUTE];
      return [
        agent, site, shift.shift ?? "fixed work", momentLabel(start, view.zone), momentLabel(end, view.zone),
        number((end - start) / HOUR, 2), work.join(", "), breaks.join(", "),
      ];
    }),
  };
}

/** Only what the agents shown do: a company may have more queues than anyone can tell apart. */
function legendItems(data, tints) {
  const done = new Set(data.agents.flatMap(({ shifts }) => shifts.flatMap(({ parts }) => parts.map(([, , what]) => what))));
  const words = { break: "break", idle: "free (present, no queue in need)" };
  const names = data.activities.filter((_, what) => done.has(what));
  return names.sort((a, b) => tints.has(b) - tints.has(a)).map((name) => element("li", {},
    element("i", { class: partClass(name, tints), "aria-hidden": "true" }), words[name] ?? name.replaceAll("/", " · ")));
}

/** Arrow keys go from shift to shift: one tab stop for the whole board. */
function moveFocus(event, rows) {
  const here = event.target.closest("button");
  const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
  if (!here || !step) return;
  event.preventDefault();
  let next = null;
  if (step[0]) {
    const all = [...rows.querySelectorAll("button")];
    next = all[all.indexOf(here) + step[0]];
  } else {
    const left = parseFloat(here.style.left);
    let row = here.closest("li");
    while (!next && (row = step[1] > 0 ? row.nextElementSibling : row.previousElementSibling)) {
      const distance = (button) => Math.abs(parseFloat(button.style.left) - left);
      next = [...row.querySelectorAll("button")].sort((a, b) => distance(a) - distance(b))[0];
    }
  }
  if (!next) return;
  here.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
}

function fillPager(pager, data, go) {
  const button = (text, wanted, enabled) =>
    element("button", { type: "button", class: "quiet", disabled: !enabled, onclick: () => go(wanted) }, text);
  pager.replaceChildren(
    button("‹ Previous agents", data.page - 1, data.page > 1),
    element("span", { role: "status" }, `${number(data.agents_found, 0)} agents, page ${data.page} of ${data.pages}`),
    button("Next agents ›", data.page + 1, data.page < data.pages),
  );
}

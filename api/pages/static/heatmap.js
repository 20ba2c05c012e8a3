// Coverage by hour and day: a table whose cells are coloured and also say their figure, so that it needs no
// second table beside it. A day has the hours that its zone's clock shows: a skipped hour is crossed out, a
// repeated one has a row of its own.

import { element, number } from "./format.js";
import { within } from "./plotting.js";
import { MINUTE, dateLabel, datesBetween, local, offsetLabel } from "./zones.js";

const MEASURES = {
  balance: { text: "Short (−) and over (+)", unit: "agents" },
  covered: { text: "Covered, %", unit: "%" },
  required: { text: "Required agents", unit: "agents" },
  scheduled: { text: "Scheduled agents", unit: "agents" },
};

export function heatPanel(section, source) {
  const place = section.querySelector("[data-heat]");
  const choice = section.querySelector("[data-measure]");
  const caption = section.querySelector("[data-caption]");
  let last = null;
  const show = async (view) => {
    last = view;
    const series = await source(view.queue);
    const cells = cellsOf(series, within(series.minute, view.window), view.zone);
    place.replaceChildren(build(cells, view, choice.value, series.kind));
    caption.textContent = describe(cells, view);
  };
  choice.addEventListener("change", () => last && show(last));
  return show;
}

/** Sum the intervals into local hours: Map "day hour nth" → sums. `nth` is 1 in the second pass of a repeated hour. */
export function cellsOf(series, at, zone) {
  const cells = new Map();
  const firstOffset = new Map();
  for (const i of at) {
    const { day, hour, offset } = local(series.minute[i] * MINUTE, zone);
    const slot = `${day} ${hour}`;
    if (!firstOffset.has(slot)) firstOffset.set(slot, offset);
    const key = `${slot} ${firstOffset.get(slot) === offset ? 0 : 1}`;
    const cell = cells.get(key) ?? { count: 0, required: 0, scheduled: 0, short: 0, over: 0, offset };
    cell.count += 1;
    for (const name of ["required", "scheduled", "short", "over"]) cell[name] += series[name][i];
    cells.set(key, cell);
  }
  return cells;
}

function rowsOf(cells) {
  const repeated = new Set([...cells.keys()].filter((key) => key.endsWith(" 1")).map((key) => Number(key.split(" ")[1])));
  return Array.from({ length: 24 }, (_, hour) => (repeated.has(hour) ? [[hour, 0], [hour, 1]] : [[hour, 0]])).flat();
}

function build(cells, view, measure, kind) {
  const { from, to } = view.window;
  const days = datesBetween(from, to, view.zone);
  const most = Math.max(0.01, ...[...cells.values()].map((cell) => strength(cell, measure)));
  const table = element("table", { class: "heat", style: `max-width:${6 + 10 * days.length}rem` });
  table.append(element("caption", { class: "visually-hidden" }, `${MEASURES[measure].text} by hour and day, ${view.zone}`));
  table.append(element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Hour"),
    ...days.map((day) => element("th", { scope: "col" }, dateLabel(day))))));
  const body = element("tbody");
  for (const [hour, nth] of rowsOf(cells)) {
    const name = `${String(hour).padStart(2, "0")}${nth ? " again" : ""}`;
    const row = element("tr", {}, element("th", { scope: "row" }, name));
    for (const day of days) row.append(cellElement(cells.get(`${day} ${hour} ${nth}`), measure, most, kind, { day, hour, nth, cells }));
    body.append(row);
  }
  table.append(body);
  return table;
}

function strength(cell, measure) {
  if (measure === "balance") return Math.max(cell.short, cell.over) / cell.count;
  if (measure === "covered") return 100;
  return cell[measure] / cell.count;
}

function cellElement(cell, measure, most, kind, { day, hour, nth, cells }) {
  if (!cell) {
    const skipped = !nth && cells.has(`${day} ${hour - 1} 0`) && cells.has(`${day} ${hour + 1} 0`);
    return element("td", { class: "none", title: skipped ? "the clock skips this hour" : null }, skipped ? "×" : "");
  }
  const mean = (name) => cell[name] / cell.count;
  const covered = cell.required > 0 ? (1 - cell.short / cell.required) * 100 : null;
  const title = `${dateLabel(day)} ${String(hour).padStart(2, "0")}:00 (${offsetLabel(cell.offset)}): `
    + `required ${number(mean("required"))}, scheduled ${number(mean("scheduled"))}, short ${number(mean("short"))}`
    + (kind === "live" ? `, over ${number(mean("over"))}` : "");
  if (measure === "balance") {
    const { short, over } = { short: mean("short"), over: mean("over") };
    if (short >= 0.05) return tinted("short", short / most, `−${number(short)}`, title);
    if (over >= 0.05) return tinted("over", over / most, `+${number(over)}`, title);
    return element("td", { title }, cell.required > 0 ? "✓" : "·");
  }
  if (measure === "covered") {
    if (covered === null) return element("td", { title }, "·");
    return tinted("short", (100 - covered) / 100, number(covered, 0), title);
  }
  return tinted("accent", mean(measure) / most, number(mean(measure)), title);
}

function tinted(tint, share, text, title) {
  const amount = Math.round(8 + 52 * Math.min(1, share));
  return element("td", { title, class: tint, style: `--amount:${amount}%` }, text);
}

function describe(cells, view) {
  let short = 0;
  let whole = 0;
  for (const cell of cells.values()) {
    whole += 1;
    if (cell.short > 0.05) short += 1;
  }
  return `${view.windowLabel}: ${number(short, 0)} of ${number(whole, 0)} hours have a shortage. `
    + "Each cell is the mean over its hour; hover or see the table above for single intervals.";
}

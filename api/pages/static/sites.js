// How many agents are present at each site: the sun's way round the sites.

import { detailsTable, number } from "./format.js";
import { getJson } from "./net.js";
import { colour, draw, fill, steps, within } from "./plotting.js";
import { MINUTE, momentLabel, timeLabel } from "./zones.js";

const PATTERNS = ["", "/", ".", "x", "-", "\\", "+", "|"];

export function sitesPanel(section, address) {
  const chart = section.querySelector("[data-chart]");
  const caption = section.querySelector("[data-caption]");
  const refreshTable = detailsTable(section.querySelector("details"), table);
  let kept = null;
  return async (view) => {
    kept ??= getJson(address);
    const series = await kept;
    const shown = { series, at: within(series.minute, view.window), zone: view.zone, label: view.windowLabel };
    caption.textContent = describe(shown);
    await draw(chart, traces(shown), {
      window: view.window, zone: view.zone, yTitle: "agents present", label: caption.textContent, height: 280,
    });
    refreshTable(shown);
  };
}

const total = (series, i) => Object.values(series.sites).reduce((sum, values) => sum + values[i], 0);

function describe({ series, at, zone, label }) {
  if (!at.length) return `${label}: nobody is rostered.`;
  const most = at.reduce((best, i) => (total(series, i) > total(series, best) ? i : best), at[0]);
  const least = at.reduce((best, i) => (total(series, i) < total(series, best) ? i : best), at[0]);
  return `${label}: at most ${number(total(series, most))} agents are present (${momentLabel(series.minute[most] * MINUTE, zone)}), `
    + `at least ${number(total(series, least))} (${momentLabel(series.minute[least] * MINUTE, zone)}). Breaks are left out.`;
}

function traces({ series, at, zone }) {
  const minutes = at.map((i) => series.minute[i]);
  const names = Object.keys(series.sites);
  const areas = names.map((name, order) => {
    const tint = `series-${(order % 8) + 1}`;
    return {
      ...steps(minutes, at.map((i) => series.sites[name][i]), series.interval_minutes),
      name, type: "scatter", mode: "lines", stackgroup: "sites", hoverinfo: "skip",
      line: { width: 1, color: colour(tint) }, ...fill(tint, PATTERNS[order % PATTERNS.length]),
    };
  });
  return [...areas, {
    type: "scatter", mode: "markers", name: "", showlegend: false, marker: { opacity: 0, size: 4, color: colour("ink") },
    x: minutes.map((minute) => (minute + series.interval_minutes / 2) * MINUTE),
    y: at.map((i) => total(series, i)),
    text: at.map((i) => hover(series, names, i, zone)), hovertemplate: "%{text}<extra></extra>",
  }];
}

function hover(series, names, i, zone) {
  const start = series.minute[i] * MINUTE;
  const rows = names.map((name) => `${name} ${number(series.sites[name][i])}`);
  return `<b>${momentLabel(start, zone)}–${timeLabel(start + series.interval_minutes * MINUTE, zone)}</b><br>${rows.join("<br>")}`;
}

function table({ series, at, zone, label }) {
  const names = Object.keys(series.sites);
  return {
    caption: `Agents present by site, ${label}, ${zone}`,
    head: ["Interval", ...names, "All"],
    rows: at.map((i) => [
      momentLabel(series.minute[i] * MINUTE, zone),
      ...names.map((name) => number(series.sites[name][i])), number(total(series, i)),
    ]),
  };
}

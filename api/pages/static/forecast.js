// Contacts expected, with the band in which eight of ten outcomes should lie.

import { detailsTable, number } from "./format.js";
import { getJson } from "./net.js";
import { colour, draw, within } from "./plotting.js";
import { MINUTE, momentLabel, timeLabel } from "./zones.js";

export function forecastPanel(section, address) {
  const chart = section.querySelector("[data-chart]");
  const caption = section.querySelector("[data-caption]");
  const refreshTable = detailsTable(section.querySelector("details"), table);
  const kept = new Map();
  return async (view) => {
    if (!kept.has(view.queue)) kept.set(view.queue, getJson(`${address}?queue=${encodeURIComponent(view.queue)}`));
    const series = await kept.get(view.queue);
    const shown = { series, at: within(series.minute, view.window), zone: view.zone, label: view.windowLabel };
    caption.textContent = describe(shown);
    await draw(chart, traces(shown), {
      window: view.window, zone: view.zone, yTitle: `contacts in ${series.interval_minutes} min`, label: caption.textContent,
      height: 300,
    });
    refreshTable(shown);
  };
}

function describe({ series, at, zone, label }) {
  if (!at.length) return `${label}: nothing is forecast for this queue here.`;
  const total = at.reduce((sum, i) => sum + series.contacts[i], 0);
  const peak = at.reduce((most, i) => (series.contacts[i] > series.contacts[most] ? i : most), at[0]);
  return `${label}: ${number(total, 0)} contacts expected; the peak is ${momentLabel(series.minute[peak] * MINUTE, zone)} `
    + `with ${number(series.contacts[peak])} in ${series.interval_minutes} minutes.`
    + (series.p10 ? "" : " A sum of queues has no band: choose one queue to see its P10–P90.");
}

function traces({ series, at, zone }) {
  const half = series.interval_minutes / 2;
  const x = at.map((i) => (series.minute[i] + half) * MINUTE);
  const line = (name, values, options) => ({ x, y: at.map((i) => values[i]), name, type: "scatter", mode: "lines", hoverinfo: "skip", ...options });
  const thin = { width: 1, color: colour("band-line"), dash: "dot" };
  const band = series.p10
    ? [
      line("P10", series.p10, { line: thin, showlegend: false }),
      line("P10–P90: 8 of 10 outcomes", series.p90, { line: thin, fill: "tonexty", fillcolor: colour("band") }),
    ]
    : [];
  return [...band, line("Expected", series.contacts, {
    line: { width: 2, color: colour("accent") }, hoverinfo: undefined,
    text: at.map((i) => hover(series, i, zone)), hovertemplate: "%{text}<extra></extra>",
  })];
}

function hover(series, i, zone) {
  const start = series.minute[i] * MINUTE;
  const band = series.p10 ? `<br>P10 ${number(series.p10[i])} – P90 ${number(series.p90[i])}` : "";
  return `<b>${momentLabel(start, zone)}–${timeLabel(start + series.interval_minutes * MINUTE, zone)}</b>`
    + `<br>${number(series.contacts[i])} contacts${band}`;
}

function table({ series, at, zone, label }) {
  const band = series.p10 !== null;
  return {
    caption: `Contacts expected, ${label}, ${zone}`,
    head: ["Interval", "Contacts", ...(band ? ["P10", "P90"] : [])],
    rows: at.map((i) => [
      momentLabel(series.minute[i] * MINUTE, zone), number(series.contacts[i], 2),
      ...(band ? [number(series.p10[i], 2), number(series.p90[i], 2)] : []),
    ]),
  };
}

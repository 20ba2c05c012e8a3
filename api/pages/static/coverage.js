// Required against scheduled, told apart by pattern and words as well as by colour.

import { detailsTable, number } from "./format.js";
import { getJson } from "./net.js";
import { colour, draw, fill, steps, within } from "./plotting.js";
import { MINUTE, momentLabel, timeLabel } from "./zones.js";

/** Fetch the series of a queue once. */
export function coverageSource(address) {
  const kept = new Map();
  return (queue) => {
    if (!kept.has(queue)) kept.set(queue, getJson(`${address}?queue=${encodeURIComponent(queue)}`));
    return kept.get(queue);
  };
}

export function coveragePanel(section, source) {
  const chart = section.querySelector("[data-chart]");
  const caption = section.querySelector("[data-caption]");
  const refreshTable = detailsTable(section.querySelector("details"), table);
  return async (view) => {
    const series = await source(view.queue);
    const shown = { series, at: within(series.minute, view.window), view, zone: view.zone, label: view.windowLabel };
    caption.textContent = describe(shown);
    await draw(chart, traces(shown), {
      window: view.window, zone: view.zone, yTitle: "agents", label: caption.textContent,
    });
    refreshTable(shown);
  };
}

/** What the chart says, in a sentence. */
function describe({ series, at, zone, label }) {
  if (!at.length) return `${label}: this queue has no intervals here.`;
  const hours = series.interval_minutes / 60;
  const sum = (values) => at.reduce((total, i) => total + values[i], 0) * hours;
  const worst = at.reduce((most, i) => (series.short[i] > series.short[most] ? i : most), at[0]);
  const deferred = series.kind === "deferred";
  let text = `${label}: ${number(sum(series.required))} agent-hours of ${deferred ? "work arrive" : "presence are required"}, `;
  text += `${number(sum(series.scheduled))} are scheduled, ${number(sum(series.short))} ${deferred ? "miss their deadline" : "are short"}`;
  if (series.short[worst] > 0.05) {
    text += `, most on ${momentLabel(series.minute[worst] * MINUTE, zone)} (−${number(series.short[worst])} agents)`;
  }
  if (!deferred) text += `; ${number(sum(series.over))} are more than required`;
  return text + ".";
}

function traces({ series, at, zone }) {
  const minutes = at.map((i) => series.minute[i]);
  const pick = (values) => at.map((i) => values[i]);
  const line = (values) => steps(minutes, values, series.interval_minutes);
  const area = (name, values, tint, pattern) => ({
    ...line(values), name, type: "scatter", mode: "lines", hoverinfo: "skip", stackgroup: "agents",
    line: { width: pattern ? 1 : 0, color: colour(tint) }, ...fill(tint, pattern),
  });
  const covered = at.map((i) => Math.max(0, series.required[i] - series.short[i]));
  const required = {
    ...line(pick(series.required)), type: "scatter", mode: "lines", hoverinfo: "skip",
    line: { width: 2, color: colour("ink") },
  };
  const over = pick(series.over);
  const drawn = series.kind === "deferred"
    ? [
      area("Scheduled on it", pick(series.scheduled), "covered"),
      { ...required, name: "Arriving work" },
      { ...line(pick(series.short)), name: "Misses its deadline", type: "scatter", mode: "lines", fill: "tozeroy", hoverinfo: "skip",
        line: { width: 1, color: colour("short") }, ...fill("short", "/") },
      { ...line(pick(series.backlog)), name: "Waiting (backlog)", type: "scatter", mode: "lines", hoverinfo: "skip",
        line: { width: 2, dash: "dot", color: colour("over") } },
    ]
    : [
      area("Covered", covered, "covered"),
      area("Short (striped)", pick(series.short), "short", "/"),
      area("Over (dotted)", over, "over", "."),
      { ...required, name: "Required" },
    ];
  return [...drawn, {
    type: "scatter", mode: "markers", name: "", showlegend: false, marker: { opacity: 0, size: 4, color: colour("ink") },
    x: minutes.map((minute) => (minute + series.interval_minutes / 2) * MINUTE),
    y: at.map((i) => series.required[i] + series.over[i]),
    text: at.map((i) => hover(series, i, zone)), hovertemplate: "%{text}<extra></extra>",
  }];
}

function hover(series, i, zone) {
  const start = series.minute[i] * MINUTE;
  const lines = [
    `<b>${momentLabel(start, zone)}–${timeLabel(start + series.interval_minutes * MINUTE, zone)}</b>`,
    `Required ${number(series.required[i])}`,
    `Scheduled ${number(series.scheduled[i])}`,
  ];
  if (series.short[i] > 0) lines.push(`▼ Short ${number(series.short[i])}`);
  if (series.over[i] > 0) lines.push(`▲ Over ${number(series.over[i])}`);
  if (series.backlog[i] > 0) lines.push(`Waiting ${number(series.backlog[i])}`);
  if (series.edge[i]) lines.push("outside the plan’s shifts");
  return lines.join("<br>");
}

function table({ series, at, zone, label }) {
  return {
    caption: `Required and scheduled agents, ${label}, ${zone}`,
    head: ["Interval", "Required", "Scheduled", "Short", "Over", "Backlog"],
    rows: at.map((i) => [
      momentLabel(series.minute[i] * MINUTE, zone),
      number(series.required[i], 2), number(series.scheduled[i], 2), number(series.short[i], 2),
      number(series.over[i], 2), number(series.backlog[i], 2),
    ]),
  };
}

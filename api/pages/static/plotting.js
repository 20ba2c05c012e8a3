// Plotly, dressed for this page: colours of the scheme, instants on the axis labelled in the chosen zone.

import { HOUR, MINUTE, addDays, dateLabel, local, startOfDay, timeLabel } from "./zones.js";

let loading = null;

/** Load the charting library once, only where a chart is wanted: it is the page's one large file. */
function loadPlotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.body.dataset.plotly;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("The charting library could not be loaded."));
    document.head.append(script);
  });
  return loading;
}

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** A colour between two colours of the scheme: all of `name` at share 1, all of `other` at 0. */
export function blend(name, other, share) {
  const [one, two] = [channels(colour(name)), channels(colour(other))];
  return `rgb(${one.map((value, at) => Math.round(value * share + two[at] * (1 - share))).join(" ")})`.replaceAll(" ", ", ");
}

function channels(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** Fill of an area: a pattern on a paler ground of the same colour, or plain. */
export function fill(tint, pattern) {
  if (!pattern) return { fillcolor: colour(tint) };
  return {
    fillcolor: colour(tint),
    fillpattern: { shape: pattern, fgcolor: blend(tint, "surface", 0.85), bgcolor: blend(tint, "surface", 0.28), size: 7, solidity: 0.28 },
  };
}

/** Tick positions and labels of an axis of instants: local midnights, and hours where there is room. */
export function timeTicks({ from, to }, zone, width) {
  const days = (to - from) / (24 * HOUR);
  const vals = [];
  const text = [];
  if (days <= 3) {
    const every = [1, 2, 3, 6, 12].find((hours) => (days * 24) / hours <= width / 58) ?? 12;
    for (let at = from; at <= to; at += 15 * MINUTE) {
      const { hour, minute, day } = local(at, zone);
      if (minute !== 0 || hour % every) continue;
      vals.push(at);
      text.push(hour === 0 ? `<b>${dateLabel(day)}</b>` : timeLabel(at, zone));
    }
    return { vals, text };
  }
  const every = Math.max(1, Math.ceil(days / (width / 82)));
  for (let day = local(from, zone).day, at = from, count = 0; at < to; count += 1) {
    vals.push(at);
    text.push(count % every ? "" : dateLabel(day));
    day = addDays(day, 1);
    at = startOfDay(day, zone);
  }
  return { vals, text };
}

/** Draw (or redraw) a chart. The drawing is an image to assistive technology; the caption says what it shows. */
export async function draw(place, traces, { window: span, zone, yTitle, label, height = 340 }) {
  const plotly = await loadPlotly();
  const width = place.clientWidth;
  const ticks = timeTicks(span, zone, width);
  const narrow = width < 560;
  const line = colour("line");
  const axis = { gridcolor: line, linecolor: line, zerolinecolor: line, fixedrange: true, automargin: true };
  await plotly.react(place, traces, {
    height,
    margin: { l: narrow ? 36 : 48, r: 8, t: 8, b: 28 },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    font: { family: getComputedStyle(document.body).fontFamily, size: 12.5, color: colour("ink") },
    hovermode: "x",
    dragmode: false,
    hoverlabel: { bgcolor: colour("surface"), bordercolor: line, font: { color: colour("ink"), size: 13 }, align: "left" },
    legend: { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom", itemclick: false, itemdoubleclick: false },
    xaxis: { ...axis, type: "linear", range: [span.from, span.to], tickvals: ticks.vals, ticktext: ticks.text, tickangle: 0 },
    yaxis: { ...axis, rangemode: "tozero", ...wholeTicks(traces), title: narrow ? undefined : { text: yTitle, standoff: 8 } },
  }, { displayModeBar: false, responsive: true, staticPlot: false });
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", label);
}

// Half an agent at the axis of a small queue says nothing.
function wholeTicks(traces) {
  const most = traces.reduce((high, { y }) => y.reduce((top, value) => Math.max(top, value), high), 0);
  return most <= 8 ? { dtick: 1, tick0: 0, range: [0, Math.max(1, most * 1.05)] } : {};
}

/** Points of a step line: each interval's value holds from its start to its end. */
export function steps(minutes, values, intervalMinutes) {
  const x = [];
  const y = [];
  minutes.forEach((minute, at) => {
    const start = minute * MINUTE;
    const before = x.at(-1);
    if (before !== undefined && before !== start) {
      x.push(before, start); // no row: nothing is known or required there, so the line drops to 0
      y.push(0, 0);
    }
    x.push(start, start + intervalMinutes * MINUTE);
    y.push(values[at], values[at]);
  });
  return { x, y };
}

/** The indices of the minutes that lie inside the window. */
export function within(minutes, { from, to }) {
  const found = [];
  minutes.forEach((minute, at) => {
    if (minute * MINUTE >= from && minute * MINUTE < to) found.push(at);
  });
  return found;
}

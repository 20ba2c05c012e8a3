"use strict";
(() => {
  const data = JSON.parse(document.getElementById("numbers").textContent);
  const select = document.getElementById("queue");
  const narrow = () => window.innerWidth < 560;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  // Plotly reads a few HTML tags in its texts; names are text.
  const text = (name) => name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const dashes = ["solid", "dot", "dash", "dashdot", "longdash"];

  const tint = (method) => {
    const at = data.methods.filter((each) => each !== data.ours).indexOf(method);
    return method === data.ours ? colour("ours") : colour(`other-${(at % 4) + 1}`);
  };
  const dash = (method) => (method === data.ours ? "solid" : dashes[1 + ((data.methods.indexOf(method) + 3) % 4)]);
  const line = (method, extra) => ({
    type: "scatter", mode: "lines", name: text(method), connectgaps: false,
    line: { color: tint(method), dash: dash(method), width: method === data.ours ? 2.5 : 1.6 }, ...extra,
  });

  const draw = (id, traces, layout) => {
    const grid = colour("line");
    const axis = { gridcolor: grid, linecolor: grid, zerolinecolor: grid, fixedrange: true, automargin: true };
    Plotly.react(id, traces, {
      margin: { l: 8, r: 8, t: 8, b: 8 }, paper_bgcolor: "transparent", plot_bgcolor: "transparent", hovermode: "x unified",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12.5, color: colour("ink") },
      hoverlabel: { bgcolor: colour("surface"), bordercolor: colour("edge"), font: { color: colour("ink") } },
      legend: { orientation: "h", x: 0, y: -0.18, yanchor: "top" }, dragmode: false, height: 340, ...layout,
      xaxis: { ...axis, ...(layout.xaxis ?? {}) }, yaxis: { ...axis, rangemode: "tozero", ...(layout.yaxis ?? {}) },
    }, { displayModeBar: false, responsive: true });
  };

  const drawQueue = () => {
    const queue = data.queues[Number(select.value)];
    const { x, actual, means } = queue.days;
    const came = { color: colour("came") };
    draw("days", [
      { type: "scatter", mode: x.length > 90 ? "lines" : "lines+markers", name: "came", x, y: actual, connectgaps: false, line: { ...came, width: 1.6 }, marker: { ...came, size: 5 } },
      ...Object.entries(means).map(([method, y]) => line(method, { x, y })),
    ], { yaxis: { title: { text: "contacts a day" } } });
    const detail = queue.detail;
    document.getElementById("detail-figure").hidden = detail === null;
    if (detail === null) return;
    document.getElementById("zone").textContent = detail.zone;
    const edge = { type: "scatter", mode: "lines", x: detail.x, line: { width: 0 }, hoverinfo: "skip" };
    draw("detail", [
      { ...edge, y: detail.p10, showlegend: false },
      { ...edge, y: detail.p90, name: "80 % band", fill: "tonexty", fillcolor: colour("band") },
      line(data.ours, { x: detail.x, y: detail.mean }),
      { type: "scatter", mode: "markers", name: "came", x: detail.x, y: detail.actual, marker: { ...came, size: narrow() ? 2.5 : 3.5 } },
    ], { yaxis: { title: { text: "contacts an interval" } } });
  };

  const drawAll = () => {
    drawQueue();
    const percent = { tickformat: ".0%" };
    const ahead = { title: { text: "days ahead" }, dtick: data.lead.days.length > 16 ? 7 : 1, tick0: 1 };
    if (narrow()) ahead.dtick = Math.max(2, ahead.dtick);
    draw("lead", data.methods.map((method) => line(method, { x: data.lead.days, y: data.lead.wape[method] })), {
      xaxis: ahead, yaxis: { ...percent, title: { text: "WAPE" } }, legend: { orientation: "h", x: 0, y: -0.28, yanchor: "top" },
    });
    const ends = [data.lead.days[0] - 0.5, data.lead.days.at(-1) + 0.5];
    draw("band", [
      { type: "bar", name: "in the band", x: data.lead.days, y: data.lead.coverage, marker: { color: colour("ours") } },
      { type: "scatter", mode: "lines", name: "80 %", x: ends, y: [0.8, 0.8], line: { color: colour("other-1"), dash: "dash" }, hoverinfo: "skip" },
    ], { xaxis: ahead, yaxis: { ...percent, range: [0, 1] }, legend: { orientation: "h", x: 0, y: -0.28, yanchor: "top" } });
    const symbols = ["circle", "diamond-open", "square-open", "x", "cross", "triangle-up-open"];
    // On a narrow screen the region has a line of its own.
    const labels = data.bars.labels.map((label) => (narrow() ? text(label).replace(" · ", "<br>") : text(label)));
    const place = labels.map((_, at) => at);
    const dots = (name, y, marker) => ({ type: "scatter", mode: "markers", name, x: y, y: place, marker });
    draw("bars", [
      dots("noise floor", data.bars.floor, { symbol: "line-ns-open", size: 11, color: colour("muted") }),
      ...[...data.methods].reverse().map((method) => dots(text(method), data.bars.wape[method], {
        color: tint(method), size: method === data.ours ? 11 : 8, symbol: symbols[data.methods.indexOf(method) % symbols.length],
      })),
    ], {
      height: 130 + (narrow() ? 36 : 26) * labels.length, hovermode: "closest",
      xaxis: { ...percent, rangemode: "tozero", side: "top" }, legend: { orientation: "h", x: 0, y: 0, yanchor: "top" },
      yaxis: { tickvals: place, ticktext: labels, range: [labels.length - 0.4, -0.6], rangemode: "normal", zeroline: false, tickfont: { size: narrow() ? 10.5 : 12.5 } },
    });
  };

  data.queues.forEach((queue, at) => select.add(new Option(queue.label, at)));
  select.addEventListener("change", drawQueue);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth !== width) { width = window.innerWidth; drawAll(); }
  });
  drawAll();
})();

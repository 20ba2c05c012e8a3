// Who carries how much: sortable, a page of rows at a time.

import { element, number } from "./format.js";
import { getJson } from "./net.js";

const ROWS_A_PAGE = 25;
const COLUMNS = [
  ["agent", "Agent"], ["site", "Site"], ["shifts", "Shifts"], ["paid_hours", "Paid hours"], ["nights", "Nights"],
  ["weekends", "Weekends"], ["holiday_hours", "Holiday hours"], ["refused_wishes", "Refused wishes"], ["cost", "Cost"],
];
const TEXT = new Set(["agent", "site"]);

export function fairnessPanel(section, address) {
  const place = section.querySelector("[data-fairness]");
  const pager = section.querySelector("[data-pager]");
  const find = section.querySelector("[data-find]");
  let rows = null;
  let order = ["nights", -1];
  let page = 0;

  const show = () => {
    const wanted = find.value.trim().toLowerCase();
    const [by, way] = order;
    const found = rows
      .filter((row) => !wanted || `${row.agent} ${row.site}`.toLowerCase().includes(wanted))
      .sort((a, b) => way * (TEXT.has(by) ? a[by].localeCompare(b[by]) : a[by] - b[by]) || a.agent.localeCompare(b.agent));
    const pages = Math.max(1, Math.ceil(found.length / ROWS_A_PAGE));
    page = Math.min(page, pages - 1);
    const most = Object.fromEntries(COLUMNS.map(([name]) => [name, Math.max(0, ...rows.map((row) => Number(row[name]) || 0))]));
    const head = element("tr", {}, ...COLUMNS.map(([name, text]) => heading(name, text)));
    const body = element("tbody", {}, ...found.slice(page * ROWS_A_PAGE, (page + 1) * ROWS_A_PAGE).map((row) =>
      element("tr", {}, ...COLUMNS.map(([name]) => cell(row, name, most[name])))));
    place.replaceChildren(element("table", {},
      element("caption", { class: "visually-hidden" }, "Share of work by agent"), element("thead", {}, head), body));
    const turn = (step) => () => {
      page += step;
      show();
    };
    pager.replaceChildren(
      element("button", { type: "button", class: "quiet", disabled: page === 0, onclick: turn(-1) }, "‹ Previous"),
      element("span", { role: "status" }, `${number(found.length, 0)} agents, page ${page + 1} of ${pages}`),
      element("button", { type: "button", class: "quiet", disabled: page >= pages - 1, onclick: turn(1) }, "Next ›"),
    );
  };

  const heading = (name, text) => {
    const [by, way] = order;
    const sorted = by === name ? (way > 0 ? "ascending" : "descending") : null;
    const arrow = sorted ? (way > 0 ? " ▲" : " ▼") : "";
    const button = element("button", { type: "button", class: "sort", "data-column": name }, text + arrow);
    button.addEventListener("click", () => {
      order = [name, by === name ? -way : TEXT.has(name) ? 1 : -1];
      page = 0;
      show();
      place.querySelector(`[data-column="${name}"]`).focus();
    });
    return element("th", { scope: "col", "aria-sort": sorted, class: TEXT.has(name) ? null : "number" }, button);
  };

  find.addEventListener("input", () => {
    page = 0;
    if (rows) show();
  });
  return async () => {
    if (rows) return; // nothing here depends on the zone or the span shown
    rows = await getJson(address);
    section.querySelector("[data-caption]").textContent = describe(rows);
    show();
  };
}

/** How far apart the agents lie, in a sentence. */
function describe(rows) {
  if (!rows.length) return "";
  const spread = ["shifts", "paid_hours", "nights", "weekends", "refused_wishes"].map((name) => {
    const values = rows.map((row) => row[name]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const title = COLUMNS.find(([column]) => column === name)[1].toLowerCase();
    return `${title} ${number(Math.min(...values))} to ${number(Math.max(...values))} (mean ${number(mean)})`;
  });
  const idle = rows.filter((row) => row.shifts === 0).length;
  return `From the least to the most: ${spread.join(", ")}. `
    + (idle ? `${number(idle)} of ${number(rows.length)} agents work no shift.` : "Everyone works.");
}

function cell(row, name, most) {
  if (name === "agent") return element("th", { scope: "row" }, row.agent);
  if (name === "site") return element("td", {}, row.site || "no shift");
  const share = most > 0 ? (row[name] / most) * 100 : 0;
  const text = name === "cost" ? `${number(row.cost, 0)} ${row.currency}`.trim() : number(row[name]);
  return element("td", { class: name === "cost" ? "number" : "number share", style: `--share:${share}%` }, text);
}

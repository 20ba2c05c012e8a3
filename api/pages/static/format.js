// Numbers and elements.

const numbers = new Map();

export function number(value, digits = 1) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!numbers.has(digits)) numbers.set(digits, new Intl.NumberFormat("en-GB", { maximumFractionDigits: digits }));
  return numbers.get(digits).format(value).replace("-", "−");
}

/** Make an element: `element("td", { class: "number" }, "12")`. Text is always text, never markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "style") made.style.cssText = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Fill a `<details>` with a table when it is opened, and again whenever `refresh` is called while it is open. */
export function detailsTable(details, build) {
  const place = details.querySelector("[data-table]");
  let current = null;
  const fill = () => {
    if (!details.open || !current) return;
    const { caption, head, rows, note } = build(current);
    const table = element("table", {}, element("caption", {}, caption));
    table.append(element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))));
    table.append(
      element("tbody", {}, ...rows.map((row) =>
        element("tr", {}, ...row.map((cell, at) =>
          at === 0 ? element("th", { scope: "row" }, cell) : element("td", { class: "number" }, cell))))),
    );
    place.replaceChildren(...(note ? [element("p", { class: "help" }, note)] : []), table);
  };
  details.addEventListener("toggle", fill);
  return (data) => {
    current = data;
    fill();
  };
}

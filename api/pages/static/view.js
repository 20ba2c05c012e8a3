// What the page shows: zone, queue and span of days. One state, kept in the address so that it can be shared.

import { addDays, browserZone, dateLabel, datesBetween, local, startOfDay } from "./zones.js";

const DAYS_OF_SPAN = { day: 1, week: 7 };

export class View {
  /** @param plan { from, to } instants (ms) between which all of it lies; start: local date; queues: [{ key, kind, label }] */
  constructor(plan) {
    this.plan = plan;
    this.listeners = [];
    const asked = new URLSearchParams(location.search);
    this.zoneChoice = asked.get("zone") ?? remembered() ?? "browser";
    this.queue = plan.queues.some(({ key }) => key === asked.get("queue")) ? asked.get("queue") : plan.queues[0]?.key;
    this.span = ["day", "week", "all"].includes(asked.get("span")) ? asked.get("span") : "week";
    const day = asked.get("day");
    this.day = /^\d{4}-\d\d-\d\d$/.test(day ?? "") ? day : plan.start;
    this.set({});
  }

  get zone() {
    return this.zoneChoice === "browser" ? browserZone() : this.zoneChoice;
  }

  get firstDay() {
    return local(this.plan.from, this.zone).day;
  }

  get lastDay() {
    return datesBetween(this.plan.from, this.plan.to, this.zone).at(-1);
  }

  /** The instants [from, to) shown: whole local days of the chosen zone. */
  get window() {
    if (this.span === "all") {
      return { from: startOfDay(this.firstDay, this.zone), to: startOfDay(addDays(this.lastDay, 1), this.zone) };
    }
    const end = addDays(this.day, DAYS_OF_SPAN[this.span]);
    return { from: startOfDay(this.day, this.zone), to: startOfDay(end, this.zone) };
  }

  get windowLabel() {
    const { from, to } = this.window;
    const days = datesBetween(from, to, this.zone);
    return days.length === 1 ? dateLabel(days[0]) : `${dateLabel(days[0])} – ${dateLabel(days.at(-1))}`;
  }

  get canGoBack() {
    return this.span !== "all" && this.day > this.firstDay;
  }

  get canGoOn() {
    return this.span !== "all" && addDays(this.day, DAYS_OF_SPAN[this.span]) <= this.lastDay;
  }

  move(steps) {
    this.set({ day: addDays(this.day, steps * (DAYS_OF_SPAN[this.span] ?? 0)) });
  }

  set(change) {
    Object.assign(this, change);
    if (!isZone(this.zone)) this.zoneChoice = "UTC";
    if (this.day < this.firstDay) this.day = this.firstDay;
    if (this.day > this.lastDay) this.day = this.lastDay;
    for (const listener of this.listeners) listener(this);
    const address = new URL(location.href);
    for (const [name, value] of [
      ["zone", this.zoneChoice], ["queue", this.queue], ["span", this.span], ["day", this.day],
    ]) {
      if (value && Object.keys(change).length) address.searchParams.set(name, value);
    }
    history.replaceState(null, "", address);
    if (change.zoneChoice) remember(change.zoneChoice);
  }

  onChange(listener) {
    this.listeners.push(listener);
  }
}

function isZone(zone) {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false; // an address typed by hand, or a zone that this browser does not know
  }
}

// Storage may be forbidden (private windows, policies); the choice then lasts as long as the page.
export function remembered() {
  try {
    return localStorage.getItem("sunrota.zone");
  } catch {
    return null;
  }
}

export function remember(zone) {
  try {
    localStorage.setItem("sunrota.zone", zone);
  } catch {
    console.info("The time zone is not remembered: storage is forbidden.");
  }
}

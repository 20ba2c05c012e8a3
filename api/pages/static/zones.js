// What a zone's wall clock shows at an instant. Instants are milliseconds since 1970 UTC; a zone is an IANA
// name. Everything is asked of Intl, so that clock changes are the browser's tz database's, never guessed.

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const BLOCK = 15 * MINUTE; // no zone changes its clock between two quarter-hours
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const clocks = new Map();
const taught = new Map();

/**
 * Follow the server's clocks: `{ zone: [[fromMinute, offsetMinutes], …, [untilMinute, null]] }`. Governments
 * change their minds at short notice, and a browser may not have heard: a plan is shown on the clocks it was made with.
 */
export function learn(offsets) {
  for (const [zone, spans] of Object.entries(offsets)) taught.set(zone, spans);
}

function taughtOffset(instant, zone) {
  const minute = instant / MINUTE;
  const spans = taught.get(zone) ?? [];
  const after = spans.findIndex(([from]) => from > minute);
  return after > 0 ? spans[after - 1][1] : null;
}

const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

export function browserZone() {
  return ownZone;
}

function clockOf(zone) {
  let clock = clocks.get(zone);
  if (!clock) {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone, calendar: "gregory", numberingSystem: "latn", hourCycle: "h23",
      year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
    });
    clock = { format, offsets: new Map(), days: new Map() };
    clocks.set(zone, clock);
  }
  return clock;
}

/** Minutes that the zone's clock is ahead of UTC at an instant. */
export function offsetMinutes(instant, zone) {
  if (zone === "UTC") return 0;
  const known = taughtOffset(instant, zone);
  if (known !== null) return known;
  const clock = clockOf(zone);
  const block = Math.floor(instant / BLOCK);
  let offset = clock.offsets.get(block);
  if (offset === undefined) {
    const at = block * BLOCK;
    const part = {};
    for (const { type, value } of clock.format.formatToParts(at)) part[type] = Number(value);
    const shown = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
    offset = Math.round((shown - at) / MINUTE);
    clock.offsets.set(block, offset);
  }
  return offset;
}

/** Date, time and offset on the zone's wall clock; `day` sorts and compares as text. */
export function local(instant, zone) {
  const offset = offsetMinutes(instant, zone);
  const shown = new Date(instant + offset * MINUTE);
  return {
    day: shown.toISOString().slice(0, 10),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    weekday: shown.getUTCDay(),
    offset,
  };
}

/** The local date so many days later, as text. */
export function addDays(day, days) {
  return new Date(Date.parse(`${day}T00:00Z`) + days * 24 * HOUR).toISOString().slice(0, 10);
}

/** The first instant of a local date: usually 00:00, later where a clock change skips midnight. */
export function startOfDay(day, zone) {
  const clock = clockOf(zone);
  let found = clock.days.get(day);
  if (found === undefined) {
    const midnight = Date.parse(day + "T00:00Z");
    const ahead = Math.max(offsetMinutes(midnight - 24 * HOUR, zone), offsetMinutes(midnight + 24 * HOUR, zone));
    found = midnight - ahead * MINUTE;
    while (local(found, zone).day < day) found += BLOCK;
    clock.days.set(day, found);
  }
  return found;
}

const two = (number) => String(number).padStart(2, "0");

/** `14:15`. */
export function timeLabel(instant, zone) {
  const { hour, minute } = local(instant, zone);
  return `${two(hour)}:${two(minute)}`;
}

/** `Mon 30 Mar`. */
export function dateLabel(day) {
  const date = new Date(day + "T00:00Z");
  return `${WEEKDAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** `Mon 30 Mar 14:15`, with the offset added where that date has two of them (a clock change). */
export function momentLabel(instant, zone) {
  const { day } = local(instant, zone);
  const suffix = hasClockChange(day, zone) ? ` (${offsetLabel(offsetMinutes(instant, zone))})` : "";
  return `${dateLabel(day)} ${timeLabel(instant, zone)}${suffix}`;
}

function hasClockChange(day, zone) {
  const last = startOfDay(addDays(day, 1), zone) - MINUTE;
  return offsetMinutes(startOfDay(day, zone), zone) !== offsetMinutes(last, zone);
}

/** `UTC+05:30`. */
export function offsetLabel(minutes) {
  if (minutes === 0) return "UTC";
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** `Asia/Kathmandu (UTC+05:45)`; both offsets where the clock changes between the two instants. */
export function zoneLabel(zone, from, to) {
  const first = offsetLabel(offsetMinutes(from, zone));
  const last = offsetLabel(offsetMinutes(to, zone));
  const name = zone.replaceAll("_", " ");
  if (zone === "UTC") return "UTC";
  return first === last ? `${name} (${first})` : `${name} (${first}, then ${last})`;
}

/** Clock changes of a zone in [from, to): `[{ at, before, after }]`, offsets in minutes. */
export function clockChanges(zone, from, to) {
  const changes = [];
  for (let at = from; at < to; at += 24 * HOUR) {
    const until = Math.min(at + 24 * HOUR, to);
    const before = offsetMinutes(at, zone);
    if (offsetMinutes(until, zone) === before) continue;
    let low = Math.floor(at / BLOCK);
    let high = Math.ceil(until / BLOCK);
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (offsetMinutes(middle * BLOCK, zone) === before) low = middle;
      else high = middle;
    }
    changes.push({ at: high * BLOCK, before, after: offsetMinutes(high * BLOCK, zone) });
  }
  return changes;
}

/** The local dates that the half-open span of instants touches, as text. */
export function datesBetween(from, to, zone) {
  const dates = [];
  const last = local(to - MINUTE, zone).day;
  for (let day = local(from, zone).day; day <= last; day = addDays(day, 1)) dates.push(day);
  return dates;
}

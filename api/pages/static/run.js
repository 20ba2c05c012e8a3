// Progress of a run: asks and waits for the answer, which the server gives when something has changed.

import { number } from "./format.js";
import { getJson } from "./net.js";

const run = JSON.parse(document.getElementById("run-data").textContent);
const bar = document.getElementById("progress");
const percent = document.getElementById("percent");
const stage = document.getElementById("stage");
const message = document.getElementById("message");
const best = document.getElementById("best");
const connection = document.getElementById("connection");
const stop = document.getElementById("stop");

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// A live region speaks at every change of its text, so it is given new words only.
function say(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

function show(state) {
  bar.value = state.progress;
  percent.textContent = `${number(state.progress * 100, 0)} %`;
  say(stage, run.stages[state.stage] ?? run.states[state.status] ?? state.stage);
  say(message, state.message ?? "");
  for (const step of document.querySelectorAll("[data-stage]")) {
    if (step.dataset.stage === state.stage) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  }
  best.textContent = state.best === null || state.best === undefined ? "–" : number(state.best, 2);
}

async function follow() {
  let failures = 0;
  for (;;) {
    try {
      const state = await getJson(`${run.address}?wait=20`);
      failures = 0;
      connection.hidden = true;
      show(state);
      if (state.plan_id) return location.replace(run.plan_address.replace("PLAN", state.plan_id));
      if (run.ended.includes(state.status)) return location.reload();
      await pause(300);
    } catch {
      failures += 1;
      connection.hidden = false;
      await pause(Math.min(15_000, 1000 * 2 ** failures));
    }
  }
}

stop?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = stop.querySelector("button");
  button.disabled = true;
  button.textContent = "Stopping…";
  try {
    await getJson(run.address, { method: "DELETE" });
  } catch (error) {
    button.disabled = false;
    button.textContent = "Stop and keep the best so far";
    say(message, error.message);
  }
});

follow();

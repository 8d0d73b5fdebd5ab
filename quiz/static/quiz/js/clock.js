// The countdown, and the time spent on this question. It only displays: the server owns time. Everything is counted from
// the server's clock, so a wrong clock here, a background tab or a sleep change nothing.
"use strict";

(() => {
  const SPOKEN = [600, 300, 60, 30]; // seconds left at which the screen reader is told
  const WARN = 300;
  const DANGER = 60;
  let ahead = 0; // milliseconds that the server's clock is ahead of this device's
  let told = null; // the status that said so: it ages, and a swap elsewhere in the page does not renew it
  let leftBefore = Infinity;
  let toldDeadline = null;
  let pace = null;

  const show = (seconds) => {
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const two = (number) => String(number).padStart(2, "0");
    return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  };

  function synchronise() {
    const status = document.getElementById("save-status");
    if (!status || status === told) return;
    told = status;
    ahead = Number(status.dataset.now) - Date.now();
  }

  function tickClock(clock) {
    const deadline = Number(clock.dataset.deadline);
    const left = Math.max(0, Math.ceil((deadline - Date.now() - ahead) / 1000));
    clock.querySelector("time").textContent = show(left);
    clock.classList.toggle("is-warn", left <= WARN && left > DANGER);
    clock.classList.toggle("is-danger", left <= DANGER);
    const passed = SPOKEN.filter((seconds) => left <= seconds && seconds < leftBefore);
    if (leftBefore !== Infinity && passed.length) {
      document.getElementById("announcer").textContent = clock.dataset[`say-${Math.min(...passed)}`];
    }
    leftBefore = left;
    if (left === 0 && toldDeadline !== deadline) {
      toldDeadline = deadline;
      document.dispatchEvent(new CustomEvent("viva:time-up"));
    }
  }

  function tickPace(text) {
    if (pace?.text !== text) pace = { text, since: Date.now() };
    const spent = Number(text.dataset.seconds) + Math.floor((Date.now() - pace.since) / 1000);
    text.querySelector("time").textContent = show(spent);
    const bar = document.querySelector(".pace .fill");
    bar.setAttribute("width", Math.min(100, (100 * spent) / Number(text.dataset.suggested)));
    bar.classList.toggle("is-over", spent > Number(text.dataset.suggested));
  }

  function tick() {
    const clock = document.getElementById("time-left");
    const text = document.querySelector(".pace-text");
    if (clock) tickClock(clock);
    if (text) tickPace(text);
  }

  synchronise();
  tick();
  setInterval(tick, 500);
  document.addEventListener("visibilitychange", tick);
  for (const swapped of ["viva:stored", "htmx:afterSettle", "htmx:historyRestore"]) {
    document.addEventListener(swapped, () => {
      synchronise();
      tick();
    });
  }
})();

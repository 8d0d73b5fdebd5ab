// The room's manners: the countdown, keys, dialogs, focus after a move, the answer's length, and a bar that a phone's keyboard
// does not hide.
"use strict";

(() => {
  const room = () => document.getElementById("room");
  const press = (selector) => room()?.querySelector(selector)?.click();
  const inField = (target) => target.closest("textarea, input, select, [contenteditable]") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      press(event.shiftKey ? ".previous" : ".next");
    } else if (room()?.dataset.shortcuts === "on" && !inField(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (event.key === "f" || event.key === "F") press("#flag");
      if (event.key === "?") document.getElementById("shortcuts").showModal();
    }
  });

  // Where there is no way back, the second click of a double click must not give the next answer away.
  document.addEventListener(
    "click",
    (event) => {
      if (event.detail < 2 || !event.target.closest("[data-once]")) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open).showModal();
    const closer = event.target.closest("dialog [data-close]");
    if (closer) {
      event.preventDefault();
      closer.closest("dialog").close();
    }
  });

  function count() {
    const field = document.getElementById("answer");
    const length = document.querySelector("[data-length]");
    if (!field || !length) return;
    const characters = [...field.value].length;
    length.textContent = characters;
    length.parentElement.classList.toggle("is-over", characters > Number(field.dataset.max));
  }

  document.addEventListener("input", count);
  document.addEventListener("viva:stored", count);
  document.addEventListener("htmx:afterSettle", (event) => {
    const { id } = event.detail.elt;
    count();
    if (id === "hand-in") document.getElementById(id).showModal();
    if (id === "room") arrive();
  });
  document.addEventListener("viva:arrived", () => {
    count();
    arrive();
  });

  // A finger would meet the keyboard before it has read the question; a keyboard's owner wants to type.
  function arrive() {
    if (matchMedia("(pointer: coarse)").matches) {
      document.getElementById("question-title").focus();
      return;
    }
    const field = document.getElementById("answer");
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
    document.getElementById("question-title").scrollIntoView({ block: "center" }); // below what a follow-up is about
  }

  const viewport = window.visualViewport;
  viewport?.addEventListener("resize", () => {
    const hidden = Math.max(0, window.innerHeight - viewport.height - viewport.offsetTop);
    document.documentElement.style.setProperty("--keyboard", `${hidden}px`);
  });

  count();
})();

// The countdown, and the time spent on this question. It only displays: the server owns time. Everything is counted from
// the server's clock, so a wrong clock here, a background tab or a sleep change nothing.
(() => {
  const SPOKEN = [600, 300, 60, 30]; // seconds left at which the screen reader is told
  const WARN = 300;
  const DANGER = 60;
  const JUMP = 2000; // ms by which this device's clocks may drift apart from one tick to the next
  let ahead = 0; // milliseconds that the server's clock is ahead of this device's
  let leftBefore = Infinity;
  let toldDeadline = null;
  let pace = null;
  let drift = Date.now() - performance.now();
  let isAsking = false;

  const show = (seconds) => {
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const two = (number) => String(number).padStart(2, "0");
    return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  };

  // Each status tells the server's time once: it ages, and a swap elsewhere in the page does not renew it.
  function synchronise(age = 0) {
    const status = document.getElementById("save-status");
    if (!status?.dataset.now) return;
    ahead = Number(status.dataset.now) + age - Date.now();
    delete status.dataset.now;
  }

  // On a slow network the page is old before its scripts run: its time is that of the response's first byte.
  function ageOfPage() {
    const [navigation] = performance.getEntriesByType("navigation");
    return navigation?.responseStart ? Math.max(0, performance.now() - navigation.responseStart) : 0;
  }

  // A sleep, or somebody has set this device's clock: which of them only the server can tell.
  async function noticeJump() {
    const now = Date.now() - performance.now();
    if (isAsking || Math.abs(now - drift) < JUMP) return;
    drift = now;
    isAsking = true;
    const { alive } = document.getElementById("response-form").dataset;
    try {
      const response = await fetch(alive, { cache: "no-store", signal: AbortSignal.timeout(5000) });
      const date = Date.parse(response.headers.get("Date"));
      if (date) ahead = date + 500 - Date.now(); // the header tells whole seconds
    } catch {
      // the next save tells
    }
    isAsking = false;
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
    if (isAsking) return;
    const clock = document.getElementById("time-left");
    const text = document.querySelector(".pace-text");
    if (clock) tickClock(clock);
    if (text) tickPace(text);
  }

  synchronise(ageOfPage());
  tick();
  setInterval(async () => {
    await noticeJump();
    tick();
  }, 500);
  document.addEventListener("visibilitychange", async () => {
    await noticeJump();
    tick();
  });
  for (const swapped of ["viva:stored", "viva:arrived", "htmx:afterSettle", "htmx:historyRestore"]) {
    document.addEventListener(swapped, () => {
      synchronise();
      tick();
    });
  }
})();

// Saving the answers. "Saved" is shown only when the server says so; until then the text is a draft on this device. Where
// there is no network the candidate writes on, moves between the questions that were loaded, and all is sent on return.
"use strict";

(() => {
  const PAUSE = 1500; // ms without a key before a save
  const LONGEST = 10000; // ms of typing without a pause before a save
  const RETRY = [2000, 4000, 8000, 15000, 30000]; // ms before the next try, with jitter
  const KEEPALIVE = 62000; // bytes of text; browsers carry 64 KiB past the end of a page, all fields together
  const FAILURES = new Set(["kept", "not-kept", "refused", "broken", "signed-out", "offline", "unsent", "waiting"]); // told to screen readers
  const page = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const answers = new Map(); // each question that this page has loaded, by the key of its draft
  let open = null; // the one that is shown
  let seq = 0;
  let lastSent = 0; // the sequence number of the last save or move: what was sent after a save knows better than its answer
  let composing = null; // the text as it stood when the IME began to compose
  let flight = null; // the save under way
  let taken = 0; // the seconds that the move under way has taken along
  let over = false; // the server has said that the interview is over
  let timeUp = false;
  let waiting = null; // the answer that was given while there was no server, which knows what an interviewer asks next
  let failures = 0; // tries in a row that found no server
  let pause = 0;
  let longest = 0;
  let again = 0;

  const text = () => composing ?? open.field.value;
  // Also when the text has gone back to the stored one: a save under way would put another in its place.
  const isUnsent = () =>
    open !== null && (text() !== open.stored || (flight?.answer === open && flight.text !== text()));
  const revision = () => open.form.querySelector('input[name="revision"]');
  const announce = (words) => {
    document.getElementById("announcer").textContent = words;
  };
  const isStorable = (words) => words.isWellFormed?.() !== false && !words.includes("\0");
  const bytes = (words) => new Blob([words.replaceAll("\n", "\r\n")]).size;

  // Seconds spent on a question that no save has taken along yet
  const elapsed = () => Math.max(0, Math.round((Date.now() - open.since) / 1000));
  const takeSeconds = () => {
    const spent = open.seconds + elapsed();
    open.since = Date.now();
    open.seconds = 0;
    return spent;
  };
  const giveBack = (answer, spent) => {
    answer.seconds += spent;
  };

  // Drafts on this device

  function draft(seconds) {
    return { url: open.form.action, text: text(), revision: revision().value, page, seq: ++seq, seconds };
  }

  function keepDraft() {
    const kept = drafts.keep(open.key, draft(open.seconds + elapsed()));
    if (!kept) document.getElementById("no-drafts").hidden = false;
    return kept;
  }

  // What is offered waits under a key of its own, which typing on does not touch.
  function offerDraft() {
    const waiting = `${open.key}:offered`;
    const found = drafts.read(open.key);
    const differs = found && typeof found.text === "string" && found.text !== open.stored;
    if (differs && found.revision === revision().value) {
      take(found.text);
      show("restored");
    } else if (differs && drafts.keep(waiting, found)) {
      drafts.drop(open.key, found.text);
    }
    const offered = drafts.read(waiting);
    if (offered && offered.text !== open.field.value) offer(waiting, offered.text);
  }

  function offer(key, words) {
    const box = document.getElementById("draft-offer");
    const close = () => {
      box.hidden = true;
      drafts.drop(key, words);
      open.field.focus();
    };
    box.querySelector(".draft-text").textContent = words;
    box.hidden = false;
    box.querySelector("[data-draft-take]").onclick = () => {
      take(words);
      close();
    };
    box.querySelector("[data-draft-drop]").onclick = close;
  }

  function take(words) {
    open.field.value = words;
    open.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // What the page says

  function show(name) {
    const status = document.getElementById("save-status");
    const words = document.createElement("span");
    words.textContent = open.form.dataset[`text-${name}`.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())];
    status.replaceChildren(revision(), words);
    status.dataset.state = name;
    if (FAILURES.has(name)) announce(words.textContent);
  }

  function clear(id) {
    document.getElementById(id)?.replaceChildren();
  }

  // What a save has to say stands in the page, which an open dialog would cover.
  function closeDialogs() {
    for (const dialog of document.querySelectorAll("#room dialog[open]")) dialog.close();
  }

  // The server says by HX-Retarget and HX-Reswap where its fragment belongs, as it does to htmx.
  async function swap(response) {
    const target = document.querySelector(response.headers.get("HX-Retarget") ?? "#save-status");
    const style = response.headers.get("HX-Reswap") ?? "outerHTML";
    htmx.swap(target, await response.text(), { swapStyle: style, swapDelay: 0, settleDelay: 0 });
  }

  // Saving

  function schedule() {
    clearTimeout(pause);
    pause = setTimeout(save, PAUSE);
    longest ||= setTimeout(save, LONGEST);
  }

  // One save at a time; only a page that goes away, or whose time is up, does not wait for one that hangs.
  async function save({ leaving = false } = {}) {
    clearTimeout(pause);
    clearTimeout(longest);
    pause = longest = 0;
    if (!isUnsent() || open.held || over) return;
    if (!isStorable(text())) {
      refused("broken");
      return;
    }
    const mine = open;
    if (flight && (!leaving || (flight.keepalive && flight.answer === mine && flight.text === text()))) {
      schedule();
      return;
    }
    clearTimeout(again);
    again = 0;
    const sent = draft(takeSeconds());
    const keepalive = leaving && bytes(sent.text) < KEEPALIVE;
    const mySave = { answer: mine, text: sent.text, keepalive };
    flight = mySave;
    lastSent = sent.seq;
    show("saving");
    try {
      const response = await drafts.send(sent, { keepalive });
      if (!response.ok) giveBack(mine, sent.seconds);
      if (response.ok) drafts.drop(mine.key, sent.text);
      if (open === mine && sent.seq === lastSent) await answered(response, sent);
      else if (response.status >= 500) failed();
    } catch {
      giveBack(mine, sent.seconds);
      if (flight === mySave) failed();
    } finally {
      if (flight === mySave) flight = null;
    }
    if (open === mine && isUnsent() && !open.held && !pause && !again) schedule();
  }

  async function answered(response, sent) {
    if (response.ok) {
      reached();
      settled(sent.text);
      clear("refused");
      await swap(response);
      document.dispatchEvent(new CustomEvent("viva:stored"));
    } else if (response.status === 409) {
      show("refused");
      await swap(response);
      conflict();
    } else if (response.status === 410) {
      show("refused");
      await swap(response);
      close(sent.text);
    } else if (response.status === 413 || response.status === 422) {
      refused();
      await swap(response);
    } else if (response.status === 400) {
      refused();
    } else if (response.type === "opaqueredirect" || [401, 403, 404].includes(response.status)) {
      signedOut();
    } else {
      failed();
    }
  }

  function settled(sent) {
    open.stored = sent;
    drafts.drop(open.key, sent);
  }

  function signedOut() {
    keepDraft();
    closeDialogs();
    show("signed-out");
    open.held = true; // until the page is looked at again, or somebody types
  }

  // Trying again would not help: the candidate has to change something.
  function refused(name = "refused") {
    keepDraft();
    closeDialogs();
    show(name);
    open.held = true;
  }

  function close(sent) {
    drafts.drop(open.key, sent);
    over = true;
    open.field.readOnly = true;
    closeDialogs();
  }

  // No network

  function failed() {
    closeDialogs();
    const isKept = !isUnsent() || keepDraft();
    if (!isKept) show("not-kept");
    else if (waiting) show("waiting");
    else show(isUnsent() ? "kept" : "offline");
    const wait = RETRY[Math.min(failures++, RETRY.length - 1)];
    clearTimeout(again);
    again = setTimeout(retry, wait * (0.75 + Math.random() / 2));
  }

  function reached() {
    if (!failures) return;
    failures = 0;
    catchUp();
    const given = waiting;
    waiting = null;
    if (given) setTimeout(() => given === open && !over && !timeUp && open.form.querySelector(".next").click());
  }

  async function retry() {
    clearTimeout(again);
    if (!open) return;
    if (isUnsent() && !open.held) {
      await save();
      return;
    }
    if (!(await isReachable())) {
      failed();
      return;
    }
    const told = document.getElementById("save-status").dataset.state === "offline";
    reached();
    if (told) show("online");
  }

  // The drafts of the other questions: left behind by a move without a network, or by a page that died.
  async function catchUp() {
    for (const key of unsentElsewhere()) {
      try {
        const { draft, response } = await drafts.deliver(key);
        const answer = answers.get(key);
        if (response.ok && answer) {
          answer.stored = draft.text;
          answer.seconds = Math.max(0, answer.seconds - draft.seconds);
        }
        if (response.status >= 500) throw new Error("the server is not well");
      } catch {
        if (!failures) failed();
        return;
      }
    }
  }

  function unsentElsewhere() {
    const prefix = open.key.slice(0, open.key.lastIndexOf(":") + 1);
    return drafts.keys(prefix).filter((key) => key !== open.key && !key.endsWith(":offered"));
  }

  // A conflict: both texts stand in the page, and the candidate chooses

  function conflict() {
    open.held = true;
    open.conflict = true;
    keepDraft();
    closeDialogs();
    const box = document.getElementById("conflict");
    const [mine, theirs] = [box.querySelector("[data-keep-mine]"), box.querySelector("[data-take-theirs]")];
    const copy = box.querySelector("[data-copy]");
    const choose = (number) => {
      revision().value = number;
      open.held = open.conflict = false;
      clear("conflict");
      open.field.focus();
    };
    mine.onclick = (event) => {
      event.preventDefault();
      event.stopPropagation();
      choose(mine.value);
      open.stored = null;
      save();
    };
    theirs.onclick = (event) => {
      event.preventDefault();
      const words = box.querySelector("[data-theirs]").textContent;
      choose(theirs.dataset.takeTheirs);
      drafts.drop(open.key, drafts.read(open.key)?.text);
      open.stored = words;
      open.field.value = words;
      document.dispatchEvent(new CustomEvent("viva:stored"));
    };
    copy.hidden = !navigator.clipboard;
    copy.onclick = () => navigator.clipboard.writeText(text());
    if (document.activeElement !== open.field) mine.focus(); // never out of the field, where a key would choose
  }

  // The room comes and goes: at load, with each move, and when the browser goes back

  function bind() {
    const form = document.getElementById("response-form");
    if (form === (open?.form ?? null)) return;
    composing = null;
    for (const timer of [pause, longest, again]) clearTimeout(timer);
    pause = longest = again = 0;
    open = null;
    if (!form) return;
    const key = form.dataset.draft;
    const known = answers.get(key);
    if (known?.form === form) {
      open = known; // what it had when it was left
    } else {
      const [field, room] = [form.elements.answer, document.getElementById("room")];
      open = { key, form, field, room, stored: field.defaultValue, seconds: 0, held: false, conflict: false };
      answers.set(key, open);
    }
    open.since = Date.now();
    if (timeUp || over) open.field.readOnly = true;
    if (open !== known) offerDraft();
    if (failures) failed();
    else if (isUnsent()) save();
  }

  // What was held back for a reason that may be gone.
  function release() {
    if (open && !open.conflict) open.held = false;
  }

  document.addEventListener("input", (event) => {
    bind(); // a fast hand types before htmx has settled the swap
    if (event.target !== open?.field) return;
    waiting = null; // who writes on has not given the answer yet
    release();
    const isKept = keepDraft();
    if (!again) schedule();
    else if (document.getElementById("save-status").dataset.state === "offline") show(isKept ? "kept" : "not-kept");
  });
  document.addEventListener("compositionstart", (event) => {
    if (event.target === open?.field) composing = open.field.value;
  });
  document.addEventListener("compositionend", (event) => {
    if (event.target !== open?.field) return;
    composing = null;
    release();
    keepDraft();
    schedule();
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === open?.field) save();
  });
  const back = () => {
    if (!open) return;
    release();
    if (failures) retry();
    else save();
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save({ leaving: true });
    else back();
  });
  window.addEventListener("online", back);
  window.addEventListener("focus", back);
  window.addEventListener("pagehide", () => save({ leaving: true }));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // a page out of the browser's cache knows nothing of what came after it
  });
  window.addEventListener("popstate", () => save({ leaving: true }));
  window.addEventListener("beforeunload", (event) => {
    if (isUnsent() && !over && !keepDraft()) event.preventDefault();
  });

  // At zero the field is stopped and everything is sent. The way to the result waits for the tolerance, and for a network;
  // what could not be stored goes along in the drafts, which the result page delivers.
  document.addEventListener("viva:time-up", async () => {
    if (!open) return;
    timeUp = true;
    failures = Math.min(failures, 1); // the tolerance is short: no long pause between tries now
    open.field.readOnly = true;
    announce(open.form.dataset.textTimeUp);
    await save({ leaving: true });
    if (!isUnsent()) show("time-up");
    await catchUp();
    const leave = async () => {
      if (!(await isReachable())) {
        setTimeout(leave, 1000);
        return;
      }
      await save({ leaving: true });
      await catchUp();
      if (isUnsent() && !over && !keepDraft()) setTimeout(leave, 1000);
      else location.assign(open.form.dataset.result);
    };
    setTimeout(leave, Number(open.form.dataset.lateTolerance) * 1000 + 500);
  });

  async function isReachable() {
    try {
      const options = { cache: "no-store", signal: AbortSignal.timeout(5000) };
      return (await fetch(open.form.dataset.alive, options)).ok;
    } catch {
      return false;
    }
  }

  // Moves are htmx's: they carry the answer, so they count as saves of this page

  const carries = (detail) => detail.requestConfig?.parameters?.get?.("answer") ?? null;
  const goesTo = (parameters) => (/^\d+$/.test(parameters?.get?.("go")) ? parameters.get("go") : null);

  document.addEventListener("htmx:configRequest", (event) => {
    const { parameters, headers } = event.detail;
    headers["X-CSRFToken"] = drafts.csrfToken();
    parameters.delete("csrfmiddlewaretoken");
    if (!open || !parameters.has("answer")) return;
    if (!isStorable(text())) {
      event.preventDefault();
      refused("broken");
      return;
    }
    waiting = null;
    if (failures && enter(goesTo(parameters))) {
      event.preventDefault();
      return;
    }
    const { seq: number, seconds } = draft(takeSeconds());
    taken = seconds;
    lastSent = number;
    parameters.set("answer", text());
    parameters.set("page", page);
    parameters.set("seq", number);
    parameters.set("seconds", seconds);
  });
  // Handing in takes along the open answer; what waits for the other questions has to be with the server before.
  document.addEventListener("htmx:confirm", async (event) => {
    if (!open || !event.target.closest("#hand-in") || !unsentElsewhere().length) return;
    event.preventDefault();
    await catchUp();
    if (!unsentElsewhere().length) {
      event.detail.issueRequest(true);
    } else if (!failures) {
      closeDialogs();
      show("unsent");
    }
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const sent = carries(event.detail);
    if (!open || sent === null || event.detail.xhr.status !== 200) return;
    taken = 0;
    reached();
    settled(sent);
    if (isUnsent()) save({ leaving: true }); // what was typed while the move was under way
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    bind();
    const status = event.detail.xhr?.status;
    if (status === 409) {
      show("refused");
      conflict();
    } else if (status === 410) {
      show("refused");
      close(carries(event.detail));
    } else if (status === 413 || status === 422) {
      refused();
    }
  });
  document.addEventListener("htmx:sendAbort", () => {
    giveBack(open, taken);
    taken = 0;
    if (isUnsent()) schedule();
  });
  const notSent = (event) => {
    giveBack(open, taken);
    taken = 0;
    const { requestConfig, xhr } = event.detail;
    const { parameters } = requestConfig;
    if (!xhr.status && parameters?.get?.("go") === "next") waiting = open;
    failed();
    enter(goesTo(parameters));
  };
  document.addEventListener("htmx:sendError", notSent);
  document.addEventListener("htmx:timeout", notSent);
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (status >= 500) {
      notSent(event);
      return;
    }
    giveBack(open, taken);
    taken = 0;
    if (status === 400) refused();
    else signedOut();
  });
  document.addEventListener("htmx:afterSettle", bind);
  document.addEventListener("htmx:historyRestore", bind);

  // Moves without a network go to questions that this page has loaded before: their rooms are still here.

  function enter(slot, { isBack = false } = {}) {
    const key = `${open.key.slice(0, open.key.lastIndexOf(":"))}:${slot}`;
    const target = answers.get(key);
    if (!slot || !target) return false;
    if (target === open) return true;
    if (isUnsent()) keepDraft();
    giveBack(open, elapsed());
    const navigator = document.getElementById("navigator").cloneNode(true);
    for (const button of navigator.querySelectorAll("[name=go]")) {
      button.removeAttribute("aria-current");
      if (button.value === slot) button.setAttribute("aria-current", "step");
    }
    closeDialogs();
    document.getElementById("room").replaceWith(target.room);
    document.getElementById("navigator").replaceWith(navigator);
    document.title = target.form.dataset.title;
    if (!isBack) {
      history.replaceState({ htmx: true }, "", location.href); // as htmx marks what it can bring back
      history.pushState({ htmx: true }, "", target.form.dataset.here);
    }
    htmx.process(target.room);
    bind();
    document.dispatchEvent(new CustomEvent("viva:arrived"));
    return true;
  }

  document.addEventListener("htmx:historyCacheMiss", (event) => {
    const slot = event.detail.path.match(/(\d+)\/$/)?.[1];
    if (!open || !slot) return;
    if (failures && enter(slot, { isBack: true })) event.preventDefault();
    event.detail.xhr.onerror = () => {
      failed();
      enter(slot, { isBack: true });
    };
  });

  bind();
  if (open) catchUp();
})();

// Saving the answer. "Saved" is shown only when the server says so; until then the text is a draft on this device.
"use strict";

(() => {
  const PAUSE = 1500; // ms without a key before a save
  const LONGEST = 10000; // ms of typing without a pause before a save
  const PATIENCE = 15000; // ms before a save without an answer is tried again
  const FAILURES = new Set(["kept", "not-kept", "refused", "signed-out", "offline"]); // told to screen readers
  const RETRY = [2000, 4000, 8000, 15000, 30000]; // ms before the next try, with jitter
  const page = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  let seq = 0;
  let form = null;
  let field = null;
  let stored = ""; // the text that the server has
  let since = 0; // when the seconds began that no request has taken along yet
  let taken = 0; // the seconds that the move under way has taken along
  let composing = null; // the text as it stood when the IME began to compose
  let sending = false;
  let held = false; // a conflict waits for the candidate's choice
  let over = false;
  let failures = 0;
  let pause = 0;
  let longest = 0;

  const text = () => composing ?? field.value;
  const revision = () => form.querySelector('input[name="revision"]');
  const takeSeconds = () => {
    const spent = Math.max(0, Math.round((Date.now() - since) / 1000));
    since += spent * 1000;
    return spent;
  };
  const giveBack = (spent) => {
    since -= spent * 1000;
  };
  const csrfToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

  // Drafts on this device

  function keep(key, draft) {
    try {
      localStorage.setItem(key, JSON.stringify(draft));
      return true;
    } catch {
      return false; // full, or forbidden
    }
  }

  function keepDraft() {
    return keep(form.dataset.draft, { text: text(), revision: revision().value });
  }

  function readDraft(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function dropDraft(key, sent) {
    if (readDraft(key)?.text !== sent) return;
    try {
      localStorage.removeItem(key);
    } catch {
      // what cannot be read back cannot mislead either
    }
  }

  // What is offered waits under a key of its own, which typing on does not touch.
  function offerDraft() {
    const key = form.dataset.draft;
    const offered = `${key}:offered`;
    const draft = readDraft(key);
    const differs = draft && typeof draft.text === "string" && draft.text !== stored;
    if (differs && draft.revision === revision().value) {
      take(draft.text);
      show("restored");
    } else if (differs && keep(offered, draft)) {
      dropDraft(key, draft.text);
    }
    const waiting = readDraft(offered);
    if (waiting && waiting.text !== field.value) offer(offered, waiting);
  }

  function offer(key, draft) {
    const box = document.getElementById("draft-offer");
    const close = () => {
      box.hidden = true;
      dropDraft(key, draft.text);
      field.focus();
    };
    box.querySelector(".draft-text").textContent = draft.text;
    box.hidden = false;
    box.querySelector("[data-draft-take]").onclick = () => {
      take(draft.text);
      close();
    };
    box.querySelector("[data-draft-drop]").onclick = close;
  }

  function take(words) {
    field.value = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // What the page says

  function show(name) {
    const status = document.getElementById("save-status");
    const words = document.createElement("span");
    words.textContent = form.dataset[`text-${name}`.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())];
    status.replaceChildren(revision(), words);
    status.dataset.state = name;
    if (FAILURES.has(name)) document.getElementById("announcer").textContent = words.textContent;
  }

  function clear(id) {
    document.getElementById(id)?.replaceChildren();
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

  function settled(key, sent) {
    stored = sent;
    failures = 0;
    dropDraft(key, sent);
  }

  async function save({ keepalive = false } = {}) {
    clearTimeout(pause);
    clearTimeout(longest);
    pause = longest = 0;
    if (!form || held || over || text() === stored) return;
    if (sending && !keepalive) {
      schedule();
      return;
    }
    const [mine, sent, spent] = [form, text(), takeSeconds()];
    const body = new FormData();
    body.set("answer", sent);
    body.set("revision", revision().value);
    body.set("seconds", spent);
    body.set("page", page);
    const number = ++seq;
    body.set("seq", number);
    sending = true;
    show("saving");
    try {
      const response = await fetch(mine.action, {
        method: "POST",
        body,
        keepalive,
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
        headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() },
      });
      if (form !== mine) {
        if (response.ok) dropDraft(mine.dataset.draft, sent);
        return;
      }
      if (!response.ok) giveBack(spent);
      if (number === seq) await answered(response, mine, sent); // what was sent after it knows better
    } catch {
      if (form !== mine) return;
      giveBack(spent);
      failed();
    } finally {
      sending = false;
    }
  }

  async function answered(response, mine, sent) {
    if (response.ok) {
      settled(mine.dataset.draft, sent);
      clear("refused");
      await swap(response);
      document.dispatchEvent(new CustomEvent("viva:stored"));
      if (text() !== stored) schedule();
    } else if (response.status === 409) {
      show("refused");
      await swap(response);
      conflict();
    } else if (response.status === 410) {
      show("refused");
      await swap(response);
      dropDraft(mine.dataset.draft, sent);
      close();
    } else if (response.status === 413 || response.status === 422) {
      refused();
      await swap(response);
    } else if (response.status === 400) {
      refused();
    } else if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
      signedOut();
    } else {
      failed();
    }
  }

  function signedOut() {
    keepDraft();
    closeDialogs();
    show("signed-out");
  }

  // Trying again would not help: the candidate has to change something.
  function refused() {
    keepDraft();
    show("refused");
  }

  function failed() {
    closeDialogs();
    if (text() === stored) {
      show("offline");
      return;
    }
    show(keepDraft() ? "kept" : "not-kept");
    const wait = RETRY[Math.min(failures++, RETRY.length - 1)];
    clearTimeout(pause);
    pause = setTimeout(save, wait * (0.75 + Math.random() / 2));
  }

  function close() {
    over = true;
    field.readOnly = true;
    closeDialogs();
  }

  // What a save has to say stands in the page, which an open dialog would cover.
  function closeDialogs() {
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  }

  // A conflict: both texts stand in the page, and the candidate chooses

  function conflict() {
    held = true;
    closeDialogs();
    const box = document.getElementById("conflict");
    const [mine, theirs] = [box.querySelector("[data-keep-mine]"), box.querySelector("[data-take-theirs]")];
    const copy = box.querySelector("[data-copy]");
    const choose = (number) => {
      revision().value = number;
      held = false;
      clear("conflict");
      field.focus();
    };
    mine.onclick = (event) => {
      event.preventDefault();
      event.stopPropagation();
      choose(mine.value);
      stored = null;
      save();
    };
    theirs.onclick = (event) => {
      event.preventDefault();
      const words = box.querySelector("[data-theirs]").textContent;
      const key = form.dataset.draft;
      dropDraft(key, text());
      choose(theirs.dataset.takeTheirs);
      stored = words;
      field.value = words;
      dropDraft(key, readDraft(key)?.text);
      document.dispatchEvent(new CustomEvent("viva:stored"));
    };
    copy.hidden = !navigator.clipboard;
    copy.onclick = () => navigator.clipboard.writeText(text());
    if (document.activeElement !== field) mine.focus(); // never out of the field, where a key would choose
  }

  // The room comes and goes: at load, with each move, and when the browser goes back

  function bind() {
    const found = document.getElementById("response-form");
    if (found === form) return;
    form = found;
    if (!form) return;
    field = form.elements.answer;
    stored = field.defaultValue;
    since = Date.now();
    composing = null;
    held = false;
    failures = 0;
    clearTimeout(pause);
    clearTimeout(longest);
    pause = longest = 0;
    offerDraft();
    if (field.value !== stored) save();
  }

  document.addEventListener("input", (event) => {
    bind(); // a fast hand types before htmx has settled the swap
    if (event.target !== field) return;
    keepDraft();
    schedule();
  });
  document.addEventListener("compositionstart", (event) => {
    if (event.target === field) composing = field.value;
  });
  document.addEventListener("compositionend", (event) => {
    if (event.target !== field) return;
    composing = null;
    keepDraft();
    schedule();
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === field) save();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save({ keepalive: true });
    else if (failures || document.getElementById("save-status")?.dataset.state === "signed-out") save();
  });
  window.addEventListener("pagehide", () => save({ keepalive: true }));
  window.addEventListener("popstate", () => save({ keepalive: true }));
  window.addEventListener("online", () => save());
  window.addEventListener("focus", () => save());
  window.addEventListener("beforeunload", (event) => {
    if (form && !over && text() !== stored && !keepDraft()) event.preventDefault();
  });

  document.addEventListener("viva:time-up", async () => {
    if (!form) return;
    field.readOnly = true;
    const { result, lateTolerance } = form.dataset;
    document.getElementById("announcer").textContent = form.dataset.textTimeUp;
    await save({ keepalive: true }); // not behind one that hangs
    show(text() === stored ? "time-up" : "kept");
    const leave = () => (text() === stored || over ? location.assign(result) : setTimeout(leave, 1000));
    setTimeout(leave, Number(lateTolerance) * 1000 + 500);
  });

  // Moves are htmx's: they carry the answer, so they count as saves of this page

  document.addEventListener("htmx:configRequest", (event) => {
    const { parameters, headers } = event.detail;
    headers["X-CSRFToken"] = csrfToken();
    parameters.delete("csrfmiddlewaretoken");
    if (!parameters.has("answer")) return;
    parameters.set("answer", text());
    parameters.set("page", page);
    parameters.set("seq", ++seq);
    taken = takeSeconds();
    parameters.set("seconds", taken);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const sent = event.detail.requestConfig.parameters?.get?.("answer");
    if (!form || sent == null || event.detail.xhr.status !== 200) return;
    settled(form.dataset.draft, sent);
    if (text() !== stored) save({ keepalive: true }); // what was typed while the move was under way
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    bind();
    const status = event.detail.xhr?.status;
    const sent = event.detail.requestConfig?.parameters?.get?.("answer");
    if (status === 409) {
      show("refused");
      conflict();
    }
    if (status === 413 || status === 422) {
      refused();
      closeDialogs();
    }
    if (status === 410) {
      show("refused");
      dropDraft(form.dataset.draft, sent);
      close();
    }
  });
  document.addEventListener("htmx:sendAbort", () => {
    giveBack(taken);
    if (text() !== stored) schedule();
  });
  document.addEventListener("htmx:sendError", () => {
    giveBack(taken);
    failed();
  });
  document.addEventListener("htmx:responseError", (event) => {
    giveBack(taken);
    if ([401, 403].includes(event.detail.xhr.status)) {
      signedOut();
    } else if (event.detail.xhr.status === 400) {
      refused();
    } else {
      failed();
    }
  });
  document.addEventListener("htmx:afterSettle", bind);
  document.addEventListener("htmx:historyRestore", bind);
  bind();
})();

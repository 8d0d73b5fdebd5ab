// Texts that the server does not have yet, kept on this device: one a slot, under a key of user, attempt and slot.
// A draft is { url, text, revision, page, seq, seconds }: it can be delivered as if its own page had sent it, from any page.
"use strict";

const drafts = (() => {
  const PATIENCE = 15000; // ms that a request may go without an answer
  const memory = new Map(); // where the storage is full or forbidden: as long as the page lives

  function keep(key, draft) {
    try {
      localStorage.setItem(key, JSON.stringify(draft));
      memory.delete(key);
      return true;
    } catch {
      memory.set(key, draft);
      return false;
    }
  }

  function read(key) {
    try {
      return memory.get(key) ?? JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }

  // Only the text that the server has got: what was typed since stays.
  function drop(key, text) {
    if (read(key)?.text !== text) return;
    memory.delete(key);
    try {
      localStorage.removeItem(key);
    } catch {
      // what cannot be read back cannot mislead either
    }
  }

  function keys(prefix) {
    let stored = [];
    try {
      stored = Object.keys(localStorage);
    } catch {
      // forbidden: there are only those in memory
    }
    return [...new Set([...stored, ...memory.keys()])].filter((key) => key.startsWith(prefix) && read(key)?.url);
  }

  const csrfToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

  function send(draft, { keepalive = false } = {}) {
    const body = new FormData();
    body.set("answer", draft.text);
    for (const name of ["revision", "page", "seq", "seconds"]) body.set(name, draft[name]);
    return fetch(draft.url, {
      method: "POST",
      body,
      keepalive,
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
      headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() },
    });
  }

  // Rejects where there is no network. 409 leaves the draft: the room offers it beside what the server has.
  async function deliver(key) {
    const draft = read(key);
    const response = await send(draft);
    if (response.ok || response.status === 410) drop(key, draft.text);
    return { draft, response };
  }

  // Before signing out everything goes to the server; where it cannot, the candidate decides.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const dialog = document.getElementById("unsent");
    if (!dialog || !form.matches("[action$='/accounts/logout/']")) return;
    if (form.contains(event.submitter) && dialog.contains(event.submitter)) return;
    const waiting = keys(dialog.dataset.drafts);
    if (!waiting.length) return;
    event.preventDefault();
    try {
      for (const key of waiting) await deliver(key);
    } catch {
      // without a network the rest waits too
    }
    if (keys(dialog.dataset.drafts).length) dialog.showModal();
    else form.submit();
  });

  return { keep, read, drop, keys, csrfToken, send, deliver };
})();

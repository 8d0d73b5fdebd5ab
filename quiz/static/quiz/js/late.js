// On the result page: what this device still holds of the interview, because there was no network when it ended, goes to
// the server now. It comes too late to be marked, and is kept and shown.
"use strict";

(async () => {
  const { drafts, responses } = document.querySelector("[data-drafts]").dataset;
  const csrfToken = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  let arrived = false;

  async function deliver(key) {
    const { text, revision } = JSON.parse(localStorage.getItem(key));
    const body = new FormData();
    body.set("answer", text);
    body.set("revision", revision);
    const headers = { "HX-Request": "true", "X-CSRFToken": csrfToken };
    const slot = Number.parseInt(key.slice(drafts.length), 10);
    const url = `${responses}${slot}/`;
    const response = await fetch(url, { method: "POST", body, headers, redirect: "manual" });
    if (response.status !== 410) return;
    localStorage.removeItem(key);
    arrived = true;
  }

  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(drafts));
    for (const key of keys) await deliver(key);
  } catch {
    return; // without a network or a storage the drafts wait for the next visit
  }
  if (arrived) location.reload();
})();

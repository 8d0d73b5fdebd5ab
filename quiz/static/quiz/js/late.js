// On the result page: what this device still holds of the interview, because there was no network when it ended, goes to
// the server now. It comes too late to be marked, and is kept and shown.
"use strict";

(async () => {
  let arrived = false;
  try {
    for (const key of drafts.keys(document.querySelector("[data-drafts]").dataset.drafts)) {
      const { response } = await drafts.deliver(key);
      arrived ||= response.status === 410;
    }
  } catch {
    return; // without a network they wait for the next visit
  }
  if (arrived) location.reload();
})();

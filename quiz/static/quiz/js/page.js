// On every page but the room's: tell the server the browser's time zone, and keep htmx's CSRF token fresh.
"use strict";

(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes(`time_zone=${zone}`)) {
    document.cookie = `time_zone=${zone}; path=/; max-age=31536000; samesite=lax`;
  }

  // A number beside a radio button of its own: who types it means it.
  document.addEventListener("input", (event) => {
    const radio = event.target.closest(".check")?.querySelector('input[type="radio"]');
    if (radio && radio !== event.target) radio.checked = true;
  });

  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (token) event.detail.headers["X-CSRFToken"] = token[1];
    event.detail.parameters.delete("csrfmiddlewaretoken");
  });
})();

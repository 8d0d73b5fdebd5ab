// The result on paper shows what the page folds away, and a tick never loses the keyboard's place.
"use strict";

(() => {
  const opened = [];

  addEventListener("beforeprint", () => {
    for (const fold of document.querySelectorAll("details.fold:not([open])")) {
      fold.open = true;
      opened.push(fold);
    }
  });
  addEventListener("afterprint", () => {
    for (const fold of opened.splice(0)) fold.open = false;
  });

  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }

  // htmx keeps the focus on the tick of the same id; the button that takes the marks back is gone with its marks.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (document.activeElement !== document.body) return;
    const marks = event.detail.elt.closest?.(".marks");
    marks?.querySelector("[tabindex='-1']")?.focus({ preventScroll: true });
  });
})();

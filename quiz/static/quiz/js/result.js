// Ticks are stored in the order they were made and keep the keyboard's place; paper shows what the page folds away.
"use strict";

(() => {
  const marksOf = (element) => element.closest?.(".marks");

  // One request at a time: sent side by side, two could be stored in the wrong order. Whoever ticks meanwhile has the
  // form sent once more, as it then is, and sees no answer that knows nothing of the last tick.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && marksOf(form) && form.classList.contains("htmx-request")) form.dataset.again = "";
  }, true);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = event.detail.requestConfig?.elt;
    if (form?.dataset.again !== undefined) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.requestConfig?.elt;
    const marks = form && marksOf(form);
    if (!marks) return;
    marks.querySelector("[data-failed]").hidden = event.detail.successful;
    if (form.dataset.again === undefined) return;
    delete form.dataset.again;
    setTimeout(() => htmx.trigger(form, "change"));
  });

  // htmx keeps the focus on the tick of the same id; the button that takes the marks back is gone with its marks.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (document.activeElement === document.body) {
      marksOf(event.detail.elt)?.querySelector("[tabindex='-1']")?.focus({ preventScroll: true });
    }
  });

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
  print.hidden = false;
  print.addEventListener("click", () => window.print());
})();

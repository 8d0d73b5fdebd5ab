// The list of questions: searches by itself when typing pauses. Enter and the button do the same without this script.
"use strict";

(() => {
  const PAUSE = 300;
  const form = document.getElementById("search");
  const field = document.getElementById("q");
  let searched = field.value.trim();
  let timer;

  const search = () => {
    clearTimeout(timer);
    if (field.value.trim() === searched) return;
    form.requestSubmit();
  };

  // While an input method composes, the field holds letters that nobody means.
  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(search, PAUSE);
  });
  field.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE);
  });

  form.addEventListener("submit", () => {
    clearTimeout(timer);
    // The first search is a step to go back from; what is typed on changes that step.
    const replace = searched !== "" && field.value.trim() !== "";
    form.setAttribute("hx-push-url", String(!replace));
    form.setAttribute("hx-replace-url", String(replace));
    searched = field.value.trim();
  }, true);

  // A filter's link, or Back, may have brought another search with it.
  document.addEventListener("htmx:afterSettle", () => {
    searched = new URLSearchParams(location.search).get("q")?.trim() ?? "";
  });
})();

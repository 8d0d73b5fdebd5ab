// The room's manners: keys, dialogs, focus after a move, the answer's length, and a bar that a phone's keyboard does not hide.
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

  // A finger would meet the keyboard before it has read the question; a keyboard's owner wants to type.
  function arrive() {
    if (matchMedia("(pointer: coarse)").matches) {
      document.getElementById("question-title").focus();
      return;
    }
    const field = document.getElementById("answer");
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
  }

  const viewport = window.visualViewport;
  viewport?.addEventListener("resize", () => {
    const hidden = Math.max(0, window.innerHeight - viewport.height - viewport.offsetTop);
    document.documentElement.style.setProperty("--keyboard", `${hidden}px`);
  });

  count();
})();

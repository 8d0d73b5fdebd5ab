// The question's form: below each Markdown text, a button that shows it as candidates will see it.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;

  for (const field of document.querySelectorAll("textarea[data-preview-url]")) {
    const button = document.createElement("button");
    const preview = document.createElement("div");
    button.type = "button";
    button.className = "preview-button";
    button.textContent = field.dataset.textPreview;
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", `${field.id}_preview`);
    preview.id = `${field.id}_preview`;
    preview.className = "preview";
    preview.lang = field.lang;
    preview.hidden = true;
    preview.setAttribute("role", "status");
    const box = document.createElement("div");
    box.className = "preview-box";
    box.append(button, preview);
    field.closest(".flex-container").after(box);

    const label = field.labels[0]?.textContent.replace(/:\s*$/, "") ?? "";
    const name = (text) => {
      button.textContent = text;
      button.setAttribute("aria-label", `${text}: ${label}`);
    };
    name(field.dataset.textPreview);

    const show = async () => {
      const body = new FormData();
      body.append("text", field.value);
      const response = await fetch(field.dataset.previewUrl, { method: "POST", body, headers: { "X-CSRFToken": token } });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      preview.innerHTML = (await response.text()) || field.dataset.textEmpty;
    };

    button.addEventListener("click", async () => {
      if (!preview.hidden) {
        preview.hidden = true;
        button.setAttribute("aria-expanded", "false");
        name(field.dataset.textPreview);
        return;
      }
      try {
        await show();
      } catch {
        preview.textContent = field.dataset.textFailed;
      }
      preview.hidden = false;
      button.setAttribute("aria-expanded", "true");
      name(field.dataset.textHide);
    });
  }
});

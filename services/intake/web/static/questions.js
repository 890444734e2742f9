// Comfort only: all can be answered without this. Hides the questions that do not apply, and sends nothing of them.
"use strict";
(function () {
  for (const form of document.querySelectorAll("form")) {
    const parts = [...form.querySelectorAll("[data-when]")];
    if (!parts.length) continue;
    const chosen = (one) => (one.type === "radio" || one.type === "checkbox" ? one.checked : one.value !== "");
    const said = (name) => [...form.elements].filter((one) => one.name === name && !one.disabled && chosen(one));
    function applies(part) {
      const answers = said(part.dataset.when).map((one) => one.value);
      // What is wanting stays in sight until the other is answered.
      if (!answers.length) return !!part.querySelector(".field-error");
      return answers.some((one) => JSON.parse(part.dataset.answers).includes(one));
    }
    function show(part, shown) {
      part.hidden = !shown;
      for (const one of part.querySelectorAll("input, select, textarea")) {
        one.disabled = !shown;
        one.required = shown && "required" in one.dataset;
      }
    }
    function apply() {
      // What is hidden decides nothing: once more as long as something changed. The policy lets no question hang on itself.
      for (let again = true; again;) {
        again = false;
        for (const part of parts) {
          const shown = applies(part);
          if (part.hidden !== shown) continue;
          show(part, shown);
          again = true;
        }
      }
    }
    for (const part of parts) {
      part.querySelector("[data-only-if]").hidden = true;
      show(part, true);
    }
    apply();
    form.addEventListener("change", apply);
    window.addEventListener("pageshow", apply);
  }
})();

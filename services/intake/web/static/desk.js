// Comfort only: the desk works without this. Ctrl+Enter saves; what to say shows when mood or urgency call for it.
"use strict";
(function () {
  for (const form of document.querySelectorAll("form[data-quick]")) {
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
    });
    const said = [...document.querySelectorAll("[data-say]")];
    const show = () => {
      for (const one of said) {
        const wanted = one.dataset.say.split(" ").filter(Boolean).map((pair) => pair.split("="));
        one.hidden = !wanted.some(([name, value]) => form.elements[name] && form.elements[name].value === value);
      }
    };
    if (said.length) { show(); form.addEventListener("change", show); }
  }
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
})();

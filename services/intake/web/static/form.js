// Comfort only: the form works without this. Keeps a draft on the device.
"use strict";
(function () {
  const sent = document.querySelector("[data-sent]");
  if (sent) { try { localStorage.removeItem("draft:" + sent.dataset.sent); } catch { /* nothing was kept */ } }
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const key = "draft:" + form.dataset.draft;
  const own = new Set(["form", "website", "as_it_is", "consent", "attachments.label"]);
  const fields = () => [...form.elements].filter((one) => one.name && !own.has(one.name) && one.type !== "file");

  function restore() {
    let kept = {};
    try { kept = JSON.parse(localStorage.getItem(key) || "{}"); } catch { return; }
    for (const one of fields()) {
      const values = kept[one.name];
      if (!Array.isArray(values)) continue;
      if (one.type === "radio" || one.type === "checkbox") one.checked = values.includes(one.value);
      else if (!one.value) one.value = values[0] || "";
    }
  }
  function keep() {
    const kept = {};
    for (const one of fields()) {
      if ((one.type === "radio" || one.type === "checkbox") && !one.checked) continue;
      if (one.value) (kept[one.name] = kept[one.name] || []).push(one.value);
    }
    try { localStorage.setItem(key, JSON.stringify(kept)); } catch { /* a private window keeps nothing */ }
  }
  if (!document.getElementById("errors")) restore();
  else document.getElementById("errors").focus();
  form.addEventListener("input", keep);
})();

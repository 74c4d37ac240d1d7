/* The page of a ticket: the conversation begins at its end, a draft outlives a reload, single keys act. */
(() => {
  "use strict";
  const page = document.querySelector(".ticket");
  if (!page) return;
  const draftKey = `ticket-draft-${page.dataset.draft}`;
  const box = () => document.querySelector("#say textarea");

  const columns = page.querySelector(".ticket-columns");
  const conversation = page.querySelector(".conversation");

  /* The columns fill what the head leaves of the window. */
  function fit() {
    const above = columns.getBoundingClientRect().top + window.scrollY + 16;
    columns.style.setProperty("--above", `${Math.round(above)}px`);
    conversation.scrollTop = conversation.scrollHeight;
  }
  fit();
  window.addEventListener("resize", fit);
  window.addEventListener("load", fit);

  document.addEventListener("htmx:afterSwap", (event) => {
    if (page.contains(event.detail.target)) fit();
  });

  const draft = sessionStorage.getItem(draftKey);
  if (draft && box() && !box().value) box().value = draft;

  page.addEventListener("input", (event) => {
    if (event.target === box()) sessionStorage.setItem(draftKey, box().value);
  });

  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const isSaid = event.detail.elt.id === "say" && event.detail.xhr.getResponseHeader("HX-Refresh");
    if (isSaid) sessionStorage.removeItem(draftKey);
  });

  document.addEventListener("click", (event) => {
    const menu = page.querySelector(".act-more[open]");
    if (menu && !event.target.closest("summary")) menu.open = false;
  });

  function speak(kind) {
    const choice = document.querySelector(`#say input[value="${kind}"]`);
    if (choice) choice.checked = true;
    box()?.focus();
  }

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable], dialog");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "r" || key === "n") {
      event.preventDefault();
      speak(key === "r" ? "reply" : "note");
      return;
    }
    const act = page.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (act) {
      event.preventDefault();
      act.click();
    }
  });
})();

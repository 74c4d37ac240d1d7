/* Dialogs of acts: what the server sends into #act-dialog is shown as a modal dialog, and sent back from it. */
(() => {
  "use strict";
  const dialog = () => document.getElementById("act-dialog");

  document.addEventListener("htmx:afterSwap", (event) => {
    const box = dialog();
    if (event.detail.target !== box) return;
    if (box.showModal && !box.open) box.showModal();
    fitCategories(box);
    focusFirst(box);
  });

  /* What is wrong comes first, else the first thing that is not answered yet. */
  function focusFirst(box) {
    const isOpen = (field) =>
      field.type === "radio" ? !box.querySelector(`input[name="${field.name}"]:checked`) : !field.value;
    const fields = [...box.querySelectorAll("textarea, select, input:not([type=hidden])")];
    const wrong = box.querySelector(".errors :is(input, select, textarea)");
    (wrong || fields.find(isOpen) || box.querySelector("footer .act-main"))?.focus();
  }

  document.addEventListener("click", (event) => {
    const shortcut = event.target.closest("[data-moment]");
    if (shortcut) {
      const input = shortcut.closest(".moment").querySelector("input");
      input.value = shortcut.dataset.moment;
      input.focus();
    }
    if (event.target.closest("[data-close]")) leave(dialog());
  });

  /* A dialog that is a page of its own is left for where one came from. */
  const leave = (box) => (box.close ? box.close() : history.back());

  document.addEventListener("keydown", (event) => {
    const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (sends && event.target.form?.matches(".act-form, .say")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  /* Of the categories only those stay that fit the chosen kind of matter. */
  function fitCategories(root) {
    for (const select of root.querySelectorAll("select[data-categories]")) {
      const kind = select.form.elements.kind;
      if (!kind) continue;
      for (const option of select.options) {
        const own = option.dataset.kind;
        option.hidden = option.disabled = Boolean(own) && own !== kind.value;
        if (option.hidden && option.selected) select.value = "";
      }
    }
  }

  document.addEventListener("change", (event) => {
    if (event.target.name === "kind" && event.target.form) fitCategories(event.target.form);
  });
  document.addEventListener("DOMContentLoaded", () => fitCategories(document));
})();

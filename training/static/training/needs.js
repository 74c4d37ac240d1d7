/* The board: one tick for all people of a topic, and how many the button will act on. */
(() => {
  "use strict";
  const boxesOf = (form) => [...form.querySelectorAll("input[name=needs]")];
  const show = (form) => {
    const boxes = boxesOf(form);
    const ticked = boxes.filter((box) => box.checked).length;
    const all = form.querySelector("[data-all]");
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    form.querySelector("[data-count]").textContent = ticked;
    form.querySelector("button[type=submit]").disabled = ticked === 0;
  };
  for (const form of document.querySelectorAll("[data-need-group]")) {
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-all]")) {
        for (const box of boxesOf(form)) box.checked = event.target.checked;
      }
      show(form);
    });
    show(form);
  }
})();

/* The page of a peak plan is printed as it stands, with all its numbers opened. */
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  window.addEventListener("beforeprint", () => {
    for (const box of document.querySelectorAll(".peak details")) box.open = true;
  });
})();

/* The register by keys, and ticking many at once. Without it both work by hand. */
(() => {
  "use strict";
  const register = document.querySelector("[data-register]");
  const lines = register ? [...register.querySelectorAll("[data-line]")] : [];
  const focused = (line) => (line.querySelector("input[type=radio]:checked") || line.querySelector("input[type=radio]")).focus();

  if (register) {
    register.addEventListener("keydown", (event) => {
      const line = event.target.closest("[data-line]");
      if (!line || event.target.type !== "radio" || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = lines.indexOf(line);
      const next = lines[Math.min(at + 1, lines.length - 1)];
      const mark = line.querySelector(`input[data-key="${CSS.escape(event.key.toUpperCase())}"]`);
      if (mark) {
        mark.checked = true;
        focused(next);
      } else if (event.key === "ArrowDown") {
        focused(next);
      } else if (event.key === "ArrowUp") {
        focused(lines[Math.max(at - 1, 0)]);
      } else {
        return;
      }
      event.preventDefault();
    });
    const all = register.querySelector("[data-all-present]");
    all.hidden = false;
    all.addEventListener("click", () => {
      for (const line of lines) {
        if (line.querySelector("input[value=unmarked]").checked) line.querySelector("input[value=present]").checked = true;
      }
    });
    if (lines.length && matchMedia("(hover: hover)").matches) focused(lines[0]);
  }

  const free = document.querySelector("[data-tick-free]");
  if (free) {
    free.hidden = false;
    free.addEventListener("click", () => {
      for (const box of document.querySelectorAll("[data-booking] input[data-free]")) box.checked = true;
    });
  }
})();

/* The form of a question shows what its kind needs. Without this, all fields stand there and the step sorts them out. */
(() => {
  "use strict";
  const FIELDS = {
    single: ["options"],
    multiple: ["options"],
    true_false: ["is_true"],
    fill_in: ["answers"],
    short: ["model_answer"],
  };
  const FEWEST = 4;

  const start = () => {
    const kind = document.querySelector("#id_kind");
    const lines = [...document.querySelectorAll(".option-line")];
    if (!kind || !lines.length) return;
    const more = document.querySelector("[data-more-options]");
    const textOf = (line) => line.querySelector("input[type=text]");
    const markOf = (line) => line.querySelector("input[type=checkbox]");

    const follow = () => {
      const shown = FIELDS[kind.value] || [];
      for (const name of new Set(Object.values(FIELDS).flat())) {
        const row = document.querySelector(`.field-${name}`);
        if (row) row.hidden = !shown.includes(name);
      }
    };
    const open = (count) => {
      lines.forEach((line, place) => { line.hidden = place >= count; });
      if (more) more.hidden = count >= lines.length;
    };

    const filled = lines.findLastIndex((line) => textOf(line).value) + 1;
    let count = Math.max(FEWEST, filled);
    open(count);
    follow();
    kind.addEventListener("change", follow);
    if (more) {
      more.addEventListener("click", () => {
        count += 1;
        open(count);
        textOf(lines[count - 1]).focus();
      });
    }
    for (const line of lines) {
      markOf(line).addEventListener("change", (event) => {
        if (kind.value !== "single" || !event.target.checked) return;
        for (const other of lines) if (other !== line) markOf(other).checked = false;
      });
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();

/* While the parts of a paper are written, the bank is asked whether it holds enough for them. */
(() => {
  "use strict";
  const NAMES = ["topic", "kind", "difficulty", "count", "marks_each"];
  const PAUSE = 300;

  const start = () => {
    const sum = document.querySelector("[data-check-url]");
    const group = document.querySelector("#parts-group");
    if (!sum || !group) return;
    let timer = 0;
    let asked = 0;

    const fieldOf = (row, name) => row.querySelector(`[name^="parts-"][name$="-${name}"]`);
    const rows = () => [...group.querySelectorAll("tr.form-row")].filter((row) => {
      const topic = fieldOf(row, "topic");
      const gone = fieldOf(row, "DELETE");
      return topic && /^parts-\d+-/.test(topic.name) && !(gone && gone.checked);
    });
    const lineOf = (row) => NAMES.map((name) => (fieldOf(row, name) || {}).value || "").join(",");

    const show = (told, lines) => {
      sum.querySelector("[data-sum]").textContent = told.sum;
      sum.querySelector("[data-shortage]").textContent = told.shortage;
      lines.forEach((row, place) => {
        const cell = row.querySelector(".field-held .readonly, .field-held");
        if (!cell) return;
        const part = told.parts[place];
        cell.textContent = part ? part.text : "–";
        cell.classList.toggle("is-short", Boolean(part && part.isShort));
      });
    };
    const ask = async () => {
      const lines = rows();
      const query = new URLSearchParams(lines.map((row) => ["part", lineOf(row)]));
      const number = (asked += 1);
      const answer = await fetch(`${sum.dataset.checkUrl}?${query}`, { headers: { Accept: "application/json" } });
      if (answer.ok && number === asked) show(await answer.json(), lines);
    };
    const soon = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, PAUSE);
    };
    group.addEventListener("input", soon);
    group.addEventListener("change", soon);
    group.addEventListener("click", soon);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();

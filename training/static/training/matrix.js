// Choosing cells of the matrix, and saying what is done with them. What may be done the server decides.
"use strict";

const matrix = document.getElementById("matrix");
const bar = document.getElementById("matrix-bar");
const dialog = document.getElementById("matrix-dialog");

for (const field of document.querySelectorAll("[data-at-once]")) {
  field.addEventListener("change", () => field.form.submit());
}

if (matrix && bar && dialog) {
  const cells = [...matrix.querySelectorAll("td[data-c]")];
  const columns = Math.max(1, matrix.querySelectorAll("thead tr:first-child th").length - 2);
  const chosen = new Set();
  let anchor = null;

  const count = () => document.getElementById("matrix-count");
  const paint = () => {
    for (const cell of cells) {
      const isChosen = chosen.has(cell);
      if (cell.classList.contains("is-chosen") !== isChosen) {
        cell.classList.toggle("is-chosen", isChosen);
        cell.setAttribute("aria-selected", String(isChosen));
      }
    }
    bar.hidden = chosen.size === 0;
    count().textContent = matrix.dataset.chosen.replace("%s", chosen.size);
  };

  const place = (cell) => {
    const number = cells.indexOf(cell);
    return [Math.floor(number / columns), number % columns];
  };

  const block = (from, to) => {
    const [a, b] = [place(from), place(to)];
    const inside = (n, x, y) => n >= Math.min(x, y) && n <= Math.max(x, y);
    return cells.filter((cell) => {
      const [row, column] = place(cell);
      return inside(row, a[0], b[0]) && inside(column, a[1], b[1]);
    });
  };

  const choose = (cell, isBlock) => {
    if (isBlock && anchor) {
      for (const each of block(anchor, cell)) chosen.add(each);
    } else {
      if (chosen.has(cell)) chosen.delete(cell);
      else chosen.add(cell);
      anchor = cell;
    }
    paint();
  };

  matrix.addEventListener("click", (event) => {
    const head = event.target.closest("button[data-course]");
    if (head) {
      const column = cells.filter((cell) => cell.dataset.c.split("-")[1] === head.dataset.course);
      const isWhole = column.every((cell) => chosen.has(cell));
      for (const cell of column) (isWhole ? chosen.delete(cell) : chosen.add(cell));
      paint();
      return;
    }
    const cell = event.target.closest("td[data-c]");
    if (cell) choose(cell, event.shiftKey);
  });

  // One stop of the Tab key; arrows from there, space chooses.
  cells[0].tabIndex = 0;
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  matrix.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td[data-c]");
    if (!cell) return;
    if (event.key === " ") {
      event.preventDefault();
      choose(cell, event.shiftKey);
    }
    const next = event.key in steps ? cells[cells.indexOf(cell) + steps[event.key]] : null;
    if (next) {
      event.preventDefault();
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
  });

  document.getElementById("matrix-clear").addEventListener("click", () => {
    chosen.clear();
    paint();
  });
  document.getElementById("matrix-cancel").addEventListener("click", () => dialog.close());

  const labels = Object.fromEntries(
    [...document.getElementById("matrix-labels").content.querySelectorAll("[data-look]")].map((each) => [
      each.dataset.look,
      each.textContent,
    ]),
  );
  const look = (cell) => [...cell.classList].find((name) => name.startsWith("mx-")).slice(3);
  const summary = () => {
    const found = new Map();
    for (const cell of chosen) found.set(look(cell), (found.get(look(cell)) ?? 0) + 1);
    return [...found].map(([name, number]) => `${labels[name]} ${number}`).join(" · ");
  };

  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    const act = button.dataset.act;
    const form = dialog.querySelector("form");
    form.elements.act.value = act;
    form.elements.cells.value = [...chosen].map((cell) => cell.dataset.c).join(",");
    for (const part of form.querySelectorAll("[data-for]")) {
      part.hidden = !part.dataset.for.split(" ").includes(act);
    }
    form.elements.reason.required = act !== "enrol";
    form.elements.due_on.required = act === "extend";
    document.getElementById("matrix-what").textContent = button.textContent;
    document.getElementById("matrix-send").textContent = button.textContent;
    document.getElementById("matrix-sum").textContent = `${count().textContent}: ${summary()}`;
    dialog.showModal();
  });
}

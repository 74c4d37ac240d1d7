/* Which cells are meant: one active cell, and the rectangle between it and the anchor. */
"use strict";

(() => {
    const { store, view, cellAt } = rosterGrid;
    const handle = rosterGrid.el("i", "fill-handle");
    const at = { row: 0, column: 0 };
    const anchor = { row: 0, column: 0 };
    let marked = new Set();
    let isActive = false;

    const tdAt = (row, column) => {
        const person = view.rows[row];
        const day = view.days[column];
        return person && day ? cellAt.get(store.key(person.id, day.on)) : undefined;
    };

    function placeOf(k) {
        const { agent, on } = store.parts(k);
        return {
            row: view.rows.findIndex((person) => person.id === agent),
            column: view.days.findIndex((day) => day.on === on),
        };
    }

    const area = () => ({
        top: Math.min(at.row, anchor.row),
        bottom: Math.max(at.row, anchor.row),
        left: Math.min(at.column, anchor.column),
        right: Math.max(at.column, anchor.column),
    });

    /* The keys of an area, row by row. */
    function keysOf({ top, bottom, left, right }) {
        const rows = [];
        for (let row = top; row <= bottom; row += 1) {
            const line = [];
            for (let column = left; column <= right; column += 1) {
                const td = tdAt(row, column);
                if (td) {
                    line.push(td.dataset.k);
                }
            }
            rows.push(line);
        }
        return rows;
    }

    const rows = () => (isActive ? keysOf(area()) : []);
    const keys = () => rows().flat();
    const activeKey = () => (isActive ? tdAt(at.row, at.column)?.dataset.k : undefined);

    function mark({ isFocused = true } = {}) {
        const wanted = new Set(keys().map((k) => cellAt.get(k)));
        for (const td of marked) {
            if (!wanted.has(td)) {
                td.classList.remove("is-selected");
                td.removeAttribute("aria-selected");
            }
        }
        for (const td of wanted) {
            td.classList.add("is-selected");
            td.setAttribute("aria-selected", "true");
        }
        marked = wanted;
        rosterGrid.table.querySelector(".is-active")?.classList.remove("is-active");
        const td = tdAt(at.row, at.column);
        if (!isActive || !td) {
            handle.remove();
            return;
        }
        td.classList.add("is-active");
        if (store.settings.mayEdit) {
            const { bottom, right } = area();
            tdAt(bottom, right)?.append(handle);
        }
        if (isFocused) {
            td.setAttribute("aria-label", rosterGrid.about(td.dataset.k));
            td.focus({ preventScroll: true });
            reveal(td);
        }
        store.tell("selected", { key: td.dataset.k });
    }

    /* Scrolls as far as needed, minding what sticks to the edges. */
    function reveal(td) {
        const box = document.getElementById("roster-scroll");
        const frame = box.getBoundingClientRect();
        const cell = td.getBoundingClientRect();
        const left = frame.left + rosterGrid.table.tHead.rows[0].cells[0].offsetWidth;
        const top = frame.top + rosterGrid.table.tHead.offsetHeight;
        const bottom = frame.top + box.clientHeight - rosterGrid.table.tFoot.offsetHeight;
        const right = frame.left + box.clientWidth;
        if (cell.left < left) box.scrollLeft -= left - cell.left;
        if (cell.right > right) box.scrollLeft += cell.right - right;
        if (cell.top < top) box.scrollTop -= top - cell.top;
        if (cell.bottom > bottom) box.scrollTop += cell.bottom - bottom;
    }

    function select(k, { extends: isExtended = false, isFocused = true } = {}) {
        const place = placeOf(k);
        if (place.row < 0 || place.column < 0) {
            return;
        }
        Object.assign(at, place);
        if (!isExtended || !isActive) {
            Object.assign(anchor, place);
        }
        isActive = true;
        mark({ isFocused });
    }

    function selectArea({ top, bottom, left, right }) {
        Object.assign(anchor, { row: top, column: left });
        Object.assign(at, { row: bottom, column: right });
        isActive = true;
        mark();
    }

    function move(down, aside, { extends: isExtended = false, isJump = false } = {}) {
        if (!isActive) {
            isActive = true;
        } else {
            const far = (step, from, last) => (step < 0 ? 0 : step > 0 ? last : from);
            const lastRow = view.rows.length - 1;
            const lastColumn = view.days.length - 1;
            const row = isJump ? far(down, at.row, lastRow) : at.row + down;
            const column = isJump ? far(aside, at.column, lastColumn) : at.column + aside;
            at.row = Math.min(Math.max(row, 0), lastRow);
            at.column = Math.min(Math.max(column, 0), lastColumn);
        }
        if (!isExtended) {
            Object.assign(anchor, at);
        }
        mark();
    }

    const all = () =>
        selectArea({ top: 0, bottom: view.rows.length - 1, left: 0, right: view.days.length - 1 });

    function leave() {
        isActive = false;
        mark();
    }

    document.addEventListener("roster:drawn", () => {
        marked = new Set();
        isActive = false;
        const first = tdAt(0, 0);
        if (first) {
            first.tabIndex = 0; // The way in by Tab.
        }
    });

    rosterGrid.selection = {
        select, selectArea, move, all, leave, keys, rows, keysOf, area, activeKey, placeOf, tdAt,
        isSingle: () => keys().length === 1,
    };
})();

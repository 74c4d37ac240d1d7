/* Mouse, pen and finger: click selects, drag moves a shift or stretches a selection, the brush paints. */
"use strict";

(() => {
    const { store, selection, acts, table, root, view } = rosterGrid;
    const FAR_ENOUGH = 5;
    const brush = { isOn: false, codes: null };
    let gesture = null;

    const cellUnder = (event) =>
        document.elementFromPoint(event.clientX, event.clientY)?.closest("td[data-k]") ?? null;

    function setBrush({ isOn = brush.isOn, codes = brush.codes }) {
        Object.assign(brush, { isOn: isOn && store.settings.mayEdit, codes });
        root.classList.toggle("is-painting", brush.isOn);
        store.tell("brush", brush);
    }

    function begin(event) {
        const td = event.target.closest("td[data-k]");
        if (!td || event.button !== 0) {
            return;
        }
        const k = td.dataset.k;
        if (brush.isOn && brush.codes) {
            event.preventDefault();
            gesture = { kind: "paint", keys: new Set() };
            paint(td);
        } else if (event.pointerType === "touch") {
            return; // A finger scrolls; a tap arrives as a click.
        } else if (event.target.closest(".fill-handle")) {
            event.preventDefault();
            gesture = { kind: "fill", source: selection.area(), target: selection.area() };
        } else if (event.target.closest(".chip") && !event.shiftKey && store.settings.mayEdit) {
            event.preventDefault();
            gesture = { kind: "drag", k, keys: null, x: event.clientX, y: event.clientY };
        } else {
            event.preventDefault();
            gesture = { kind: "select" };
            selection.select(k, { extends: event.shiftKey });
        }
    }

    function go(event) {
        if (!gesture) {
            return;
        }
        const td = cellUnder(event);
        if (gesture.kind === "paint" && td) {
            paint(td);
        } else if (gesture.kind === "select" && td && td.dataset.k !== selection.activeKey()) {
            selection.select(td.dataset.k, { extends: true });
        } else if (gesture.kind === "fill" && td) {
            stretch(td);
        } else if (gesture.kind === "drag") {
            drag(event, td);
        }
    }

    function paint(td) {
        const k = td.dataset.k;
        if (!gesture.keys.has(k)) {
            gesture.keys.add(k);
            acts.assign(brush.codes, [k]);
            selection.select(k, { isFocused: false });
        }
    }

    /* Along one axis only, the one in which the pointer has gone farther. */
    function stretch(td) {
        const { row, column } = selection.placeOf(td.dataset.k);
        const { top, bottom, left, right } = gesture.source;
        const down = Math.max(row - bottom, top - row, 0);
        const aside = Math.max(column - right, left - column, 0);
        gesture.target =
            down >= aside
                ? { top: Math.min(top, row), bottom: Math.max(bottom, row), left, right }
                : { top, bottom, left: Math.min(left, column), right: Math.max(right, column) };
        outline(selection.keysOf(gesture.target).flat());
    }

    function drag(event, td) {
        const isFar = Math.hypot(event.clientX - gesture.x, event.clientY - gesture.y) > FAR_ENOUGH;
        if (!gesture.keys && isFar) {
            const keys = selection.keys();
            if (!keys.includes(gesture.k)) {
                selection.select(gesture.k);
            }
            gesture.keys = selection.keys();
            root.classList.add("is-dragging");
        }
        if (gesture.keys && td) {
            gesture.over = td.dataset.k;
            const { down, aside } = offset();
            const places = gesture.keys.map(selection.placeOf);
            outline(
                places
                    .map(({ row, column }) => selection.tdAt(row + down, column + aside)?.dataset.k)
                    .filter(Boolean),
            );
        }
    }

    function offset() {
        const from = selection.placeOf(gesture.k);
        const to = selection.placeOf(gesture.over);
        return { down: to.row - from.row, aside: to.column - from.column };
    }

    function outline(keys) {
        table.querySelectorAll(".is-target").forEach((td) => td.classList.remove("is-target"));
        keys.forEach((k) => rosterGrid.cellAt.get(k)?.classList.add("is-target"));
    }

    function end(event) {
        if (!gesture) {
            return;
        }
        const { kind, source, target, keys, over, k } = gesture;
        if (kind === "fill" && keysDiffer(source, target)) {
            acts.fill(source, target);
        } else if (kind === "drag" && !keys) {
            selection.select(k);
        } else if (kind === "drag" && over && over !== k) {
            const { down, aside } = offset();
            acts.move(keys, down, aside, { isCopy: event.ctrlKey || event.metaKey });
            selection.select(over);
        }
        stop();
    }

    const keysDiffer = (one, other) => JSON.stringify(one) !== JSON.stringify(other);

    function stop() {
        gesture = null;
        outline([]);
        root.classList.remove("is-dragging");
    }

    table.addEventListener("pointerdown", (event) => {
        if (event.target.closest("td[data-k]") && event.pointerType === "touch" && brush.isOn) {
            event.target.releasePointerCapture?.(event.pointerId);
        }
        begin(event);
    });
    document.addEventListener("pointermove", go);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", stop);

    table.addEventListener("click", (event) => {
        const td = event.target.closest("td[data-k]");
        if (td && event.pointerType === "touch" && !brush.isOn) {
            selection.select(td.dataset.k);
        }
        const day = event.target.closest("th.day");
        const who = event.target.closest("tbody th.who");
        if (day) {
            const column = view.days.findIndex((each) => each.on === day.dataset.on);
            selection.selectArea({ top: 0, bottom: view.rows.length - 1, left: column, right: column });
        } else if (who) {
            const row = view.rows.findIndex((person) => person.id === Number(who.dataset.agent));
            selection.selectArea({ top: row, bottom: row, left: 0, right: view.days.length - 1 });
        }
    });

    rosterGrid.pointer = { brush, setBrush, stop, isBusy: () => gesture !== null };
})();

/* What can be done to cells. Each act is one entry to undo; the server has the last word on every cell. */
"use strict";

(() => {
    const { store, selection, paint } = rosterGrid;
    const undone = [];
    const done = [];
    const MOST_ACTS = 200;

    /* Wish these codes for these cells: `wishes` are [key, codes], what empties first. */
    function apply(wishes, { isUndoing = false, isRedoing = false } = {}) {
        if (!store.settings.mayEdit) {
            return 0;
        }
        const act = [];
        for (const [k, codes] of wishes) {
            const before = store.codes(k);
            if (mayHold(k, codes) && store.want(k, codes)) {
                act.push({ k, before, after: codes });
                paint(k);
            }
        }
        if (act.length && !isUndoing) {
            done.push(act);
            done.splice(0, done.length - MOST_ACTS);
            if (!isRedoing) {
                undone.length = 0;
            }
        }
        if (act.length) {
            store.tell("wanted");
        }
        return act.length;
    }

    /* Who is not employed that day is not tried: the server would only refuse it. */
    function mayHold(k, codes) {
        const { agent, on } = store.parts(k);
        return !codes.length || store.isEmployed(store.personOf.get(agent), on);
    }

    const assign = (codes, keys = selection.keys()) => apply(keys.map((k) => [k, codes]));

    function add(code, keys = selection.keys()) {
        const wishes = keys.map((k) => [k, store.codes(k).includes(code) ? store.codes(k) : [...store.codes(k), code]]);
        return apply(wishes);
    }

    function undo() {
        const act = done.pop();
        if (act) {
            undone.push(act);
            apply(act.map(({ k, before }) => [k, before]), { isUndoing: true });
            show(act);
        }
    }

    function redo() {
        const act = undone.pop();
        if (act) {
            apply(act.map(({ k, after }) => [k, after]), { isRedoing: true });
            show(act);
        }
    }

    const show = (act) => selection.select(act[0].k);

    /* A change that was not taken is none to undo. */
    function forget(k) {
        for (const act of done) {
            const n = act.findIndex((change) => change.k === k);
            if (n >= 0) act.splice(n, 1);
        }
        done.splice(0, done.length, ...done.filter((act) => act.length));
    }

    /* The block of the selection goes (or is copied) so many rows down and columns aside. */
    function move(keys, down, aside, { isCopy = false } = {}) {
        const wishes = new Map(isCopy ? [] : keys.map((k) => [k, []]));
        for (const k of keys) {
            const place = selection.placeOf(k);
            const target = selection.tdAt(place.row + down, place.column + aside);
            if (!target) {
                store.tell("toast", { text: store.say("outside"), isError: true });
                return;
            }
            if (store.codes(k).length) {
                wishes.set(target.dataset.k, store.codes(k));
            }
        }
        apply(emptiedFirst(wishes));
    }

    const emptiedFirst = (wishes) => [...wishes].sort((one, other) => one[1].length - other[1].length);

    /* Repeats the block over the larger area, along rows and columns. */
    function fill(source, target) {
        const block = selection.keysOf(source).map((line) => line.map(store.codes));
        const wishes = [];
        selection.keysOf(target).forEach((line, row) => {
            line.forEach((k, column) => {
                const from = wrapped(row + target.top - source.top, block.length);
                const along = wrapped(column + target.left - source.left, block[0].length);
                wishes.push([k, block[from][along]]);
            });
        });
        apply(wishes);
        selection.selectArea(target);
    }

    const wrapped = (n, length) => ((n % length) + length) % length;

    /* Puts a block of codes at the selection: one cell fills it, a larger selection repeats the block. */
    function paste(block) {
        const lines = selection.rows();
        if (!lines.length || !block.length) {
            return;
        }
        const { top, left } = selection.area();
        const height = Math.max(block.length, lines.length);
        const width = Math.max(block[0].length, lines[0].length);
        const wishes = [];
        for (let row = 0; row < height; row += 1) {
            for (let column = 0; column < width; column += 1) {
                const td = selection.tdAt(top + row, left + column);
                const codes = block[row % block.length][column % block[0].length];
                if (td && codes) {
                    wishes.push([td.dataset.k, codes]);
                }
            }
        }
        apply(wishes);
        selection.selectArea({
            top,
            left,
            bottom: Math.min(top + height, rosterGrid.view.rows.length) - 1,
            right: Math.min(left + width, rosterGrid.view.days.length) - 1,
        });
    }

    rosterGrid.acts = {
        apply, assign, add, undo, redo, forget, move, fill, paste,
        clear: () => assign([]),
        pin: () => store.tell("pin", { keys: selection.keys() }),
    };
})();

/* The keyboard, and the clipboard in both directions: cells go as a table that Excel understands. */
"use strict";

(() => {
    const { store, selection, acts, pointer, root } = rosterGrid;
    const RESERVED = new Set(["p"]);
    const codeOf = new Map(); // key on the keyboard -> code
    const keyOf = new Map(); // code -> what its button shows

    function assignKeys() {
        const shifts = store.shifts.filter((shift) => shift.active);
        const isShort = (shift) => shift.code.length === 1;
        for (const shift of [...shifts.filter(isShort), ...shifts.filter((each) => !isShort(each))]) {
            const letter = shift.code[0].toLowerCase();
            if (/[a-z]/.test(letter) && !RESERVED.has(letter) && !codeOf.has(letter)) {
                codeOf.set(letter, shift.code);
                keyOf.set(shift.code, letter.toUpperCase());
            }
        }
        shifts.slice(0, 9).forEach((shift, n) => {
            codeOf.set(String(n + 1), shift.code);
            if (!keyOf.has(shift.code)) {
                keyOf.set(shift.code, String(n + 1));
            }
        });
    }

    /* What was pressed, also where an input method for Chinese stands in between. */
    function pressed(event) {
        const isHidden = event.key === "Process" || event.key === "Unidentified" || event.isComposing;
        return (isHidden ? event.code.replace(/^(Key|Digit|Numpad)/, "") : event.key).toLowerCase();
    }

    const ARROWS = { arrowup: [-1, 0], arrowdown: [1, 0], arrowleft: [0, -1], arrowright: [0, 1] };
    const WITH_CTRL = {
        z: (event) => (event.shiftKey ? acts.redo() : acts.undo()),
        y: () => acts.redo(),
        a: () => selection.all(),
    };
    const ALONE = {
        delete: () => acts.clear(),
        backspace: () => acts.clear(),
        0: () => acts.clear(),
        p: () => acts.pin(),
        home: () => selection.move(0, -1, { isJump: true }),
        end: () => selection.move(0, 1, { isJump: true }),
        enter: () => selection.move(1, 0),
        " ": () => pointer.setBrush({ isOn: !pointer.brush.isOn }),
        escape: () => leave(),
        "?": () => document.getElementById("roster-keys").showModal(),
        "/": () => document.getElementById("roster-find").focus(),
    };

    function leave() {
        if (pointer.isBusy()) pointer.stop();
        else if (pointer.brush.isOn) pointer.setBrush({ isOn: false });
        else store.tell("panel", { name: "" });
    }

    function act(event) {
        const name = pressed(event);
        const arrow = ARROWS[name];
        const isCtrl = event.ctrlKey || event.metaKey;
        if (arrow) {
            return () => selection.move(...arrow, { extends: event.shiftKey, isJump: isCtrl });
        }
        if (isCtrl) {
            return WITH_CTRL[name] && (() => WITH_CTRL[name](event));
        }
        if (event.altKey) {
            return undefined;
        }
        const code = codeOf.get(name);
        return code ? () => put(code, event.shiftKey) : ALONE[name];
    }

    /* One cell after the other: the next key is for the next day. */
    function put(code, isAdded) {
        if (pointer.brush.isOn) {
            pointer.setBrush({ codes: [code] });
            return;
        }
        const isSingle = selection.isSingle();
        if (isAdded) acts.add(code);
        else acts.assign([code]);
        if (isSingle && !isAdded) {
            selection.move(0, 1);
        }
    }

    const isElsewhere = (event) =>
        event.target.closest("input, textarea, select, [contenteditable]") ||
        document.querySelector("dialog[open]") !== null ||
        !(root.contains(event.target) || event.target === document.body);

    document.addEventListener("keydown", (event) => {
        const isOnButton = event.target.closest("button, a") && ["enter", " "].includes(pressed(event));
        if (isElsewhere(event) || isOnButton) {
            return;
        }
        const found = act(event);
        if (found) {
            event.preventDefault();
            found();
        }
    });

    // The clipboard

    let own = { text: "", block: [] };

    function copy(event) {
        if (isElsewhere(event) || !selection.keys().length) {
            return false;
        }
        const block = selection.rows().map((line) => line.map(store.codes));
        const text = block.map((line) => line.map((codes) => codes.join("+")).join("\t")).join("\n");
        own = { text, block };
        event.clipboardData.setData("text/plain", text);
        event.preventDefault();
        store.tell("toast", { text: store.say("copied", { count: selection.keys().length }) });
        return true;
    }

    const OFF = new Set(["", "-", "–", "休", "休息", "off"]);

    /* Codes or names, as somebody types them into a sheet; null leaves the cell as it is. */
    function read(text, unknown) {
        const names = text.trim().split(/[+/、\s]+/);
        if (OFF.has(text.trim().toLowerCase()) || text.trim() === store.say("off")) {
            return [];
        }
        const codes = names.map(
            (name) =>
                store.shifts.find((shift) => shift.code.toLowerCase() === name.toLowerCase() || shift.name === name)
                    ?.code,
        );
        if (codes.includes(undefined)) {
            unknown.add(text.trim());
            return null;
        }
        return codes;
    }

    function paste(event) {
        if (isElsewhere(event) || !selection.keys().length) {
            return;
        }
        event.preventDefault();
        const text = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
        const unknown = new Set();
        const lines = text.split("\n").map((line) => line.split("\t"));
        const width = Math.max(...lines.map((line) => line.length));
        const block = lines.map((line) =>
            Array.from({ length: width }, (_, n) => read(line[n] ?? "", unknown)),
        );
        acts.paste(text === own.text ? own.block : block);
        if (unknown.size) {
            const named = [...unknown].slice(0, 3).join(", ");
            store.tell("toast", { text: store.say("unknownCode", { code: named }), isError: true });
        }
    }

    document.addEventListener("copy", copy);
    document.addEventListener("cut", (event) => copy(event) && acts.clear());
    document.addEventListener("paste", paste);

    assignKeys();
    rosterGrid.keys = { keyOf };
})();

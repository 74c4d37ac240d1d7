/* The bar above the grid, and the first drawing. Other scripts come in by the events named at the end. */
"use strict";

(() => {
    const { store, view, el, selection, acts, pointer, sync, draw } = rosterGrid;
    const { say } = store;
    const byId = (id) => document.getElementById(id);
    const info = byId("roster-info");
    const state = byId("roster-state");

    // The palette: with the brush it chooses the colour, without it sets what is selected.

    function palette() {
        const box = byId("roster-palette");
        for (const shift of store.shifts.filter((each) => each.active)) {
            const button = el("button", "shift", shift.code);
            button.type = "button";
            button.dataset.codes = shift.code;
            button.style.setProperty("--shift", shift.colour);
            button.append(el("span", "", shift.name), el("kbd", "", rosterGrid.keys.keyOf.get(shift.code) ?? ""));
            button.title = `${shift.name} ${shift.hours}`;
            box.append(button);
        }
        const off = el("button", "shift is-off", say("off"));
        off.type = "button";
        off.dataset.codes = "";
        off.append(el("kbd", "", "Del"));
        box.append(off);
        box.addEventListener("click", (event) => {
            const button = event.target.closest("[data-codes]");
            if (!button) {
                return;
            }
            const codes = button.dataset.codes ? [button.dataset.codes] : [];
            if (pointer.brush.isOn) pointer.setBrush({ codes });
            else if (selection.keys().length) acts.assign(codes);
            else pointer.setBrush({ isOn: true, codes });
        });
    }

    function showBrush({ detail }) {
        const chosen = detail.isOn && detail.codes ? (detail.codes[0] ?? "") : null;
        document.querySelectorAll("#roster-palette [data-codes]").forEach((button) => {
            button.setAttribute("aria-pressed", String(button.dataset.codes === chosen));
        });
        byId("roster-brush")?.setAttribute("aria-pressed", String(detail.isOn));
        if (detail.isOn) {
            info.textContent = say(detail.codes ? "painting" : "chooseShift");
        }
    }

    const BUTTONS = {
        "roster-brush": () => pointer.setBrush({ isOn: !pointer.brush.isOn }),
        "roster-undo": () => acts.undo(),
        "roster-redo": () => acts.redo(),
        "roster-pin": () => acts.pin(),
        "roster-help": () => byId("roster-keys").showModal(),
        "roster-zoom": () => zoom(!view.isWide),
        "roster-earlier": () => page(-7),
        "roster-later": () => page(7),
    };
    for (const [id, run] of Object.entries(BUTTONS)) {
        byId(id)?.addEventListener("click", run);
    }

    // What is seen

    function zoom(isWide) {
        view.isWide = isWide;
        if (isWide) {
            const today = store.days.findIndex((day) => day.today);
            view.from = Math.max(0, today - (today % 7));
        }
        draw();
    }

    function page(step) {
        view.from = Math.min(Math.max(0, view.from + step), Math.max(0, store.days.length - 1));
        draw();
    }

    function showZoom() {
        const isPaged = view.isWide && view.days.length < store.days.length;
        byId("roster-pages").hidden = !isPaged;
        byId("roster-zoom").setAttribute("aria-pressed", String(!view.isWide));
    }

    function filters() {
        const skills = [...new Set(store.people.flatMap((person) => person.skills))].sort();
        byId("roster-skill").append(...skills.map((skill) => new Option(skill, skill)));
        byId("roster-skill").hidden = !skills.length;
        byId("roster-find").addEventListener("input", (event) => {
            view.text = event.target.value.trim().toLowerCase();
            draw();
        });
        byId("roster-skill").addEventListener("change", (event) => {
            view.skill = event.target.value;
            draw();
        });
        byId("roster-only").addEventListener("change", (event) => {
            view.isOnlyProblems = event.target.checked;
            draw();
        });
    }

    document.addEventListener("roster:unfilter", () => {
        Object.assign(view, { text: "", skill: "", isOnlyProblems: false });
        byId("roster-find").value = "";
        byId("roster-skill").value = "";
        byId("roster-only").checked = false;
    });

    // Whoever goes on to publish has the last change saved first.

    byId("roster-publish")?.addEventListener("click", (event) => {
        if (store.wanted.size || store.sent.size) {
            event.preventDefault();
            const go = ({ detail }) => {
                if (detail.name === "saved") {
                    window.location.assign(event.target.href);
                }
            };
            document.addEventListener("roster:state", go);
            sync.soon();
        }
    });

    // What is told

    document.addEventListener("roster:selected", (event) => {
        if (!pointer.brush.isOn) {
            const count = selection.keys().length;
            info.textContent = count > 1 ? say("selected", { count }) : rosterGrid.about(event.detail.key);
            info.classList.toggle("is-remark", count === 1 && rosterGrid.remarks(event.detail.key).length > 0);
        }
    });
    document.addEventListener("roster:state", (event) => {
        state.textContent = say(event.detail.name);
        state.className = `state is-${event.detail.name}`;
    });
    document.addEventListener("roster:loaded", () => {
        const { version } = store.roster;
        const badge = document.querySelector("#roster .version");
        badge.classList.toggle("is-draft", !version);
        badge.textContent = say(version ? "published" : "draft", { version });
    });
    document.addEventListener("roster:brush", showBrush);
    document.addEventListener("roster:drawn", showZoom);

    // A plan by machine, laid over the grid: {cells: [{agent, on, codes}]}; then applied as any other change.

    document.addEventListener("roster:proposal", (event) => {
        store.proposal = new Map((event.detail.cells ?? []).map((cell) => [store.key(cell.agent, cell.on), cell.codes]));
        draw();
    });
    document.addEventListener("roster:apply", (event) => {
        const cells = event.detail.cells ?? [...store.proposal].map(([k, codes]) => ({ ...store.parts(k), codes }));
        store.proposal = new Map();
        const wishes = cells.map((cell) => [store.key(cell.agent, cell.on), cell.codes]);
        acts.apply(wishes.sort((one, other) => one[1].length - other[1].length));
        draw();
    });

    palette();
    filters();
    performance.mark("roster-begins");
    draw();
    performance.measure("roster-drawn", "roster-begins");
    if (store.restore()) {
        draw();
        sync.soon();
    }
    window.setTimeout(sync.poll, store.settings.pollSeconds * 1000);
    store.tell("ready", { grid: rosterGrid });
})();

/* Beside the grid: what is wrong, who changed a cell, short messages. */
"use strict";

(() => {
    const { store, el, view, selection, sync } = rosterGrid;
    const { say } = store;
    const panel = document.getElementById("roster-panel");
    const toasts = document.getElementById("roster-toasts");
    const bubble = el("div", "bubble");
    const TOAST_MS = 7000;
    const REASONS_TOLD = 3;
    let open = "";

    // Messages

    function toast(text, isError = false) {
        const line = el("p", isError ? "toast is-error" : "toast", text);
        toasts.append(line);
        window.setTimeout(() => line.remove(), TOAST_MS);
        while (toasts.children.length > REASONS_TOLD + 1) {
            toasts.firstChild.remove();
        }
    }

    /* Each reason once, and the first of them at its cell. */
    function refused(list) {
        const reasons = [...new Set(list.map((each) => each.refusal))];
        const told = list.length > 1 ? say("refused", { count: list.length }) : "";
        toast([told, ...reasons.slice(0, REASONS_TOLD)].filter(Boolean).join(" "), true);
        const td = rosterGrid.cellAt.get(list[0].k);
        if (td) {
            bubble.textContent = list[0].refusal;
            bubble.style.setProperty("--x", `${td.offsetLeft}px`);
            bubble.style.setProperty("--y", `${td.offsetTop + td.offsetHeight}px`);
            document.getElementById("roster-scroll").append(bubble);
            window.setTimeout(() => bubble.remove(), TOAST_MS);
        }
    }

    // The panel

    const shortages = () =>
        store.days.flatMap((day) =>
            store.lines.flatMap((line, n) => {
                const [planned, required] = store.coverage[day.on]?.[n] ?? [0, 0];
                return planned < required ? [{ day, line, planned, required }] : [];
            }),
        );

    function go(k) {
        if (!rosterGrid.cellAt.has(k)) {
            store.tell("unfilter");
            const column = store.days.findIndex((day) => day.on === store.parts(k).on);
            view.from = Math.max(0, column - (column % 7));
            rosterGrid.draw();
        }
        selection.select(k);
    }

    function item(text, note, act, className = "") {
        const li = el("li", className);
        const button = el("button", "", text);
        button.type = "button";
        button.append(el("small", "", note));
        button.addEventListener("click", act);
        li.append(button);
        return li;
    }

    function problems() {
        const list = el("ul");
        const order = (breach) => -rosterGrid.worst([breach]);
        for (const breach of [...store.breaches].sort((one, other) => order(one) - order(other))) {
            const name = store.personOf.get(breach.agent)?.name ?? "";
            const note = [breach.rule, say(breach.severity), breach.article].filter(Boolean).join(" · ");
            const act = () => go(store.key(breach.agent, breach.on));
            list.append(item(`${name}: ${breach.text}`, note, act, `is-rank-${rosterGrid.worst([breach])}`));
        }
        for (const { day, line, planned, required } of shortages()) {
            const shift = [line.name, line.skill].filter(Boolean).join(" · ");
            const text = `${day.short} ${day.weekday} ${say("short", { planned, required, shift })}`;
            const act = () => view.rows.length && go(store.key(view.rows[0].id, day.on));
            list.append(item(text, say("coverage"), act, "is-rank-0"));
        }
        for (const day of unmet()) {
            const act = () => view.rows.length && go(store.key(view.rows[0].id, day.on));
            list.append(item(store.needs[day.on].text, say("byForecast"), act, "is-rank-0"));
        }
        return list.children.length ? list : el("p", "empty", say("noProblems"));
    }

    /* Of the active cell; where none is active, of all. */
    async function history() {
        const k = selection.activeKey();
        const list = el("ul");
        const { edits } = await sync.history(k);
        const text = (codes) => codes.join("+") || say("off");
        for (const edit of edits) {
            const change = `${text(edit.before)} → ${text(edit.after)}`;
            const li = el("li", "edit", k ? change : `${edit.agent} ${edit.day}: ${change}`);
            li.append(el("small", "", [edit.name || say("portal"), edit.at, edit.reason].filter(Boolean).join(" · ")));
            list.append(li);
        }
        const box = el("div");
        if (k) {
            box.append(el("p", "about", rosterGrid.about(k).split(" · ").slice(0, 2).join(" · ")));
        }
        box.append(edits.length ? list : el("p", "empty", say("noHistory")));
        return box;
    }

    const CONTENTS = { problems, history };

    async function show(name) {
        open = name;
        panel.hidden = !name;
        document.querySelectorAll("[data-panel]").forEach((button) => {
            button.setAttribute("aria-expanded", String(button.dataset.panel === name));
        });
        if (name) {
            const content = await CONTENTS[name]();
            if (open === name) {
                panel.querySelector("h2").textContent = say(name);
                panel.querySelector("div").replaceChildren(content);
            }
        }
    }

    const unmet = () => store.days.filter((day) => store.needs[day.on]?.missing > 0);

    function count() {
        const number = store.breaches.length + shortages().length + unmet().length;
        const badge = document.getElementById("roster-problems");
        badge.textContent = String(number);
        badge.className = `count is-rank-${number ? Math.max(rosterGrid.worst(store.breaches), 1) : 0}`;
        if (open === "problems") {
            show(open);
        }
    }

    document.addEventListener("roster:toast", (event) => toast(event.detail.text, event.detail.isError));
    document.addEventListener("roster:refused", (event) => refused(event.detail.refused));
    document.addEventListener("roster:panel", (event) => show(event.detail.name));
    document.addEventListener("roster:covered", count);
    document.addEventListener("roster:selected", () => {
        bubble.remove();
        if (open === "history") {
            show(open);
        }
    });
    document.querySelectorAll("[data-panel]").forEach((button) => {
        button.addEventListener("click", () => show(open === button.dataset.panel ? "" : button.dataset.panel));
    });
    panel.querySelector("[data-close]").addEventListener("click", () => show(""));

    rosterGrid.panels = { show, toast, go };
})();

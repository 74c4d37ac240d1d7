/* The desk: keys, and a board that stays fresh without disturbing whoever is using it. */
"use strict";

(() => {
    const REFRESH_EVERY_MS = 30_000;
    const desk = document.getElementById("desk");
    const help = document.getElementById("desk-keys");
    const isAsking = () => document.querySelector("dialog[open]") !== null;
    const lines = () => [...desk.querySelectorAll("[data-line]")];

    async function refresh() {
        if (document.hidden || isAsking()) {
            return;
        }
        const response = await fetch(desk.dataset.board).catch(() => null);
        if (!response || !response.ok || isAsking()) {
            return; // Offline for a moment, or a dialog was opened meanwhile: the next round will do.
        }
        if (response.redirected) {
            location.reload(); // Signed out: the sign-in page belongs on the whole screen.
            return;
        }
        const held = desk.contains(document.activeElement) ? document.activeElement.id : "";
        desk.innerHTML = await response.text();
        htmx.process(desk);
        if (held) {
            document.getElementById(held)?.focus({ preventScroll: true });
        }
    }

    function move(step) {
        const all = lines();
        const here = all.indexOf(document.activeElement);
        const next = here < 0 && step < 0 ? all.length - 1 : here + step;
        all[Math.min(Math.max(next, 0), all.length - 1)]?.focus();
    }

    const keys = {
        n: () => desk.querySelector("[data-claim]").requestSubmit(),
        j: () => move(1),
        k: () => move(-1),
        r: refresh,
        "?": () => help.showModal(),
    };

    document.addEventListener("keydown", (event) => {
        const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
        if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping || isAsking()) {
            return;
        }
        const act = keys[event.key.toLowerCase()];
        if (act) {
            event.preventDefault();
            act();
        }
    });

    document.querySelector("[data-keys-help]").addEventListener("click", () => help.showModal());

    setInterval(refresh, REFRESH_EVERY_MS);
    document.addEventListener("visibilitychange", refresh);
})();

// Watches a transfer job: asks how far it is, and turns the page over when its state changes.
"use strict";

(() => {
    const EVERY_MS = 1000;
    const LONGEST_MS = 15000;
    const panel = document.querySelector("[data-progress-url]");
    if (!panel) {
        return;
    }
    const bar = panel.querySelector("progress");
    const text = panel.querySelector("[role=status]");
    let wait = EVERY_MS;

    const look = async () => {
        try {
            const answer = await fetch(panel.dataset.progressUrl, { headers: { Accept: "application/json" } });
            if (!answer.ok || answer.redirected) {
                throw new Error(answer.statusText);
            }
            const progress = await answer.json();
            if (progress.status !== panel.dataset.status) {
                window.location.reload();
                return;
            }
            bar.max = progress.rows_total;
            bar.value = progress.rows_done;
            text.textContent = progress.text;
            wait = EVERY_MS;
        } catch {
            // The server restarts, or the network is gone: ask again, less and less often.
            wait = Math.min(wait * 2, LONGEST_MS);
        }
        window.setTimeout(look, wait);
    };

    window.setTimeout(look, wait);
})();

// Watches a planning run: bar, words, curve; turns the page over when the run has ended.
"use strict";

(() => {
    const EVERY_MS = 1000;
    const LONGEST_MS = 15000;
    const WIDTH = 600;
    const HEIGHT = 120;
    const panel = document.querySelector(".run-progress");
    if (!panel) {
        return;
    }
    const bar = panel.querySelector("progress");
    const text = panel.querySelector("[role=status]");
    const curve = panel.querySelector(".run-curve");
    let wait = EVERY_MS;

    const points = (trace, index, at) =>
        trace
            .filter((point) => point[index] !== null)
            .map((point) => at(point[0], point[index]).map((number) => number.toFixed(1)).join(","))
            .join(" ");

    const draw = (trace) => {
        if (trace.length < 3) {
            return;
        }
        const numbers = trace.flatMap((point) => point.slice(1)).filter((number) => number !== null);
        const top = Math.max(...numbers);
        const bottom = Math.min(...numbers);
        const last = trace[trace.length - 1][0] || 1;
        const at = (seconds, number) => [
            (seconds / last) * WIDTH,
            4 + (HEIGHT - 8) * (1 - (number - bottom) / (top - bottom || 1)),
        ];
        curve.querySelector(".is-value").setAttribute("points", points(trace, 1, at));
        curve.querySelector(".is-bound").setAttribute("points", points(trace, 2, at));
        curve.hidden = false;
    };

    const look = async () => {
        try {
            const answer = await fetch(panel.dataset.progressUrl, { headers: { Accept: "application/json" } });
            if (!answer.ok || answer.redirected) {
                throw new Error(answer.statusText);
            }
            const progress = await answer.json();
            if (!progress.is_open) {
                window.location.reload();
                return;
            }
            bar.value = progress.percent;
            text.textContent = progress.text;
            draw(progress.trace);
            wait = EVERY_MS;
        } catch {
            // The server restarts, or the network is gone: ask again, less and less often.
            wait = Math.min(wait * 2, LONGEST_MS);
        }
        window.setTimeout(look, wait);
    };

    draw(JSON.parse(document.getElementById("run-progress").textContent).trace);
    if (panel.dataset.progressUrl) {
        window.setTimeout(look, wait);
    }
})();

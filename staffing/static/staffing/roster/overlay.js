// Lays a proposal over the grid when its address names one (?proposal=7), and takes it away again.
"use strict";

(() => {
    const bar = document.querySelector("[data-proposal-url]");
    const asked = new URLSearchParams(window.location.search).get("proposal");
    if (!bar || !/^\d+$/.test(asked ?? "")) {
        return;
    }
    const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

    const lay = async () => {
        const answer = await fetch(bar.dataset.proposalUrl.replace("/0/", `/${asked}/`), {
            headers: { Accept: "application/json" },
        });
        if (answer.ok && !answer.redirected) {
            tell("roster:proposal", await answer.json());
            bar.hidden = false;
        }
    };

    bar.querySelector("button").addEventListener("click", () => {
        tell("roster:proposal", { cells: [] });
        bar.hidden = true;
    });
    window.addEventListener("load", lay);
})();

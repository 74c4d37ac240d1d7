/* Marking without the mouse: 0, half or all by a button, Enter to the next answer, the sum as one goes. */
"use strict";

(() => {
    const form = document.getElementById("marking");
    const sum = document.getElementById("mark-sum");
    const inputs = [...form.querySelectorAll(".mark-input")];
    const before = inputs.reduce((all, each) => all + Number(each.value || 0), 0);
    const others = Number(sum.dataset.given) - before;

    function count() {
        const all = inputs.reduce((given, each) => given + Number(each.value || 0), others);
        sum.textContent = String(Math.round(all * 100) / 100);
    }

    for (const quick of form.querySelectorAll(".mark-quick")) {
        const input = document.getElementById(quick.dataset.for);
        const most = Number(quick.dataset.marks);
        const half = Math.floor(most * 50) / 100; // As many decimals as marks have.
        for (const marks of [0, half, most]) {
            const button = document.createElement("button");
            button.type = "button";
            button.className = "exams-act-quiet";
            button.textContent = String(marks);
            button.addEventListener("click", () => {
                input.value = String(marks);
                count();
                next(input);
            });
            quick.append(button);
        }
    }

    function next(input) {
        const following = inputs[inputs.indexOf(input) + 1];
        if (following) {
            following.focus();
            following.closest(".mark-question").scrollIntoView({ block: "center", behavior: "smooth" });
        } else {
            form.querySelector(".exam-bar button").focus();
        }
    }

    form.addEventListener("input", count);
    form.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.isComposing) {
            return;
        }
        if (event.ctrlKey || event.metaKey) {
            event.preventDefault();
            form.requestSubmit();
        } else if (!event.target.matches("button, a, summary")) {
            event.preventDefault();
            if (event.target.matches(".mark-input")) {
                next(event.target);
            }
        }
    });
    inputs.find((each) => !each.value)?.focus();
})();

/* The page of a paper: keys, handing in, and what happens when the time is over. */
"use strict";

(() => {
    const { questions, unanswered } = examAnswers;
    const form = document.getElementById("exam");
    const dialog = document.getElementById("exam-confirm");
    const missing = document.getElementById("exam-unanswered");
    const order = [...questions.keys()];
    let current = order[0];
    let isLeaving = false;

    function go(position) {
        current = position;
        const question = questions.get(position);
        question.focus({ preventScroll: true });
        question.scrollIntoView({ block: "start", behavior: "smooth" });
    }

    function step(by) {
        const next = order[order.indexOf(current) + by];
        if (next !== undefined) {
            go(next);
        }
    }

    function choose(number) {
        const option = questions.get(current).querySelectorAll("[type=radio], [type=checkbox]")[number - 1];
        if (option) {
            option.click();
        }
    }

    const writes = (target) => target.matches("textarea, [type=text]");

    document.addEventListener("keydown", (event) => {
        if (dialog.open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
            return;
        }
        if (event.target.matches("input, textarea, select") && !form.contains(event.target)) {
            return;
        }
        if (writes(event.target)) {
            if (event.key === "Enter" && event.target.matches("[type=text]")) {
                event.preventDefault();
            }
            return;
        }
        const digit = event.code.match(/^(?:Digit|Numpad)([1-9])$/);
        if (digit) {
            event.preventDefault();
            choose(Number(digit[1]));
        } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
            event.preventDefault();
            step(event.key === "ArrowRight" ? 1 : -1);
        }
    });

    form.addEventListener("focusin", (event) => {
        const question = event.target.closest(".exam-question");
        if (question) {
            current = Number(question.dataset.position);
        }
    });
    document.querySelector(".exam-map").addEventListener("click", (event) => {
        const link = event.target.closest("[data-for]");
        if (link) {
            event.preventDefault();
            go(Number(link.dataset.for));
        }
    });

    // Handing in

    function handIn() {
        if (isLeaving) {
            return;
        }
        isLeaving = true;
        const confirmed = document.createElement("input");
        confirmed.type = "hidden";
        confirmed.name = "confirmed";
        confirmed.value = "1";
        form.append(confirmed);
        examAnswers.leaveOutWhatIsKept();
        HTMLFormElement.prototype.submit.call(form);
    }

    form.addEventListener("submit", (event) => {
        event.preventDefault();
        const positions = unanswered();
        const list = missing.querySelector("span");
        list.replaceChildren(
            ...positions.map((position) => {
                const button = document.createElement("button");
                button.type = "button";
                button.textContent = position;
                button.addEventListener("click", () => {
                    dialog.close();
                    go(position);
                });
                return button;
            }),
        );
        missing.hidden = !positions.length;
        dialog.showModal();
    });
    document.getElementById("exam-back").addEventListener("click", () => dialog.close());
    document.getElementById("exam-confirmed").addEventListener("click", handIn);

    window.addEventListener("beforeunload", (event) => {
        if (!isLeaving && examAnswers.changed.size) {
            event.preventDefault();
        }
    });

    examAnswers.listen(() => {
        isLeaving = true;
        window.location.reload();
    });
    examAnswers.count();
    examClock.start(() => {
        examAnswers.show(examClock.sentences.over, true);
        handIn();
    });
})();

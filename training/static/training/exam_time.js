/* The clock of a paper. It counts from what the server said is left, never from the clock of this machine. */
"use strict";

const examClock = (() => {
    const form = document.getElementById("exam");
    const face = document.getElementById("exam-clock");
    const told = document.getElementById("exam-told");
    const sentences = JSON.parse(document.getElementById("exam-sentences").textContent);
    const TOLD_AT_MINUTES = [10, 5, 1];
    const SOON_S = 300;
    let endsAt = 0;
    let spoken = Infinity;
    let isOver = false;
    let onOver = () => {};

    const left = () => Math.max(0, Math.ceil((endsAt - Date.now()) / 1000));

    function set(seconds) {
        endsAt = Date.now() + seconds * 1000;
        draw();
    }

    function draw() {
        const seconds = left();
        const two = (number) => String(number).padStart(2, "0");
        const hours = Math.floor(seconds / 3600);
        const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
        face.textContent = hours ? `${hours}:${rest}` : rest;
        face.classList.toggle("is-soon", seconds <= SOON_S);
        const minute = TOLD_AT_MINUTES.find((each) => seconds <= each * 60 && seconds > (each - 1) * 60);
        if (minute && minute < spoken) {
            spoken = minute;
            told.textContent = sentences.minutesLeft.replace("{count}", minute);
        }
        if (!seconds && !isOver) {
            isOver = true;
            onOver();
        }
    }

    function start(whenOver) {
        onOver = whenOver;
        set(Number(form.dataset.left));
        window.setInterval(draw, 500);
    }

    return { start, set, left, sentences };
})();

/* Sends each answer as it is given, one after the other for each question; loses nothing on a bad line. */
"use strict";

const examAnswers = (() => {
    const { sentences } = examClock;
    const form = document.getElementById("exam");
    const state = document.getElementById("exam-state");
    const questions = new Map([...form.querySelectorAll(".exam-question")].map((each) => [Number(each.dataset.position), each]));
    const SOON_MS = 250;
    const TYPING_MS = 900;
    const FIRST_WAIT_MS = 2000;
    const LONGEST_WAIT_MS = 20_000;
    const changed = new Set(); // positions not yet kept by the server
    const sent = new Set(); // positions whose answer is on its way
    const timers = new Map();
    const tabs = "BroadcastChannel" in window ? new BroadcastChannel(`exam-${form.dataset.attempt}`) : null;
    let wait = FIRST_WAIT_MS;
    let onClosed = () => {};

    const inputs = (position) => [...questions.get(position).querySelectorAll(`[name="a${position}"]`)];

    function read(position) {
        const found = inputs(position);
        const isChoice = found[0].type === "radio" || found[0].type === "checkbox";
        return (isChoice ? found.filter((each) => each.checked) : found).map((each) => each.value);
    }

    const isAnswered = (position) => read(position).some((part) => part.trim());

    /* Put an answer that another tab has given; what is being changed here stays. */
    function put(position, answer) {
        if (changed.has(position) || !questions.has(position)) {
            return;
        }
        inputs(position).forEach((each, n) => {
            if (each.type === "radio" || each.type === "checkbox") {
                each.checked = answer.includes(each.value);
            } else {
                each.value = answer[n] ?? "";
            }
        });
        count();
    }

    function count() {
        let answered = 0;
        for (const position of questions.keys()) {
            const is = isAnswered(position);
            answered += is;
            form.querySelector(`.exam-map [data-for="${position}"]`).classList.toggle("is-answered", is);
        }
        document.getElementById("exam-answered").textContent = answered;
    }

    const unanswered = () => [...questions.keys()].filter((position) => !isAnswered(position));

    function note(position, delay) {
        changed.add(position);
        count();
        window.clearTimeout(timers.get(position));
        timers.set(position, window.setTimeout(send, delay, position));
    }

    function token() {
        const kept = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
        return kept ? kept[1] : form.elements.csrfmiddlewaretoken.value;
    }

    async function post(position, answer) {
        const given = await fetch(form.dataset.save, {
            method: "POST",
            headers: { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" },
            body: JSON.stringify({ position, answer }),
            keepalive: true,
        });
        if (given.redirected) {
            throw new Error(sentences.signedOut);
        }
        const isJson = given.headers.get("Content-Type")?.includes("json");
        const told = isJson ? await given.json() : {};
        if (given.status === 409) {
            changed.clear();
            onClosed();
        }
        if (given.status === 400 && isJson) {
            return { refusal: told.error };
        }
        if (!given.ok) {
            throw new Error(sentences.waiting);
        }
        return told;
    }

    async function send(position) {
        if (sent.has(position) || !changed.has(position)) {
            return;
        }
        const answer = read(position);
        sent.add(position);
        show(sentences.saving);
        try {
            const told = await post(position, answer);
            wait = FIRST_WAIT_MS;
            if (JSON.stringify(read(position)) === JSON.stringify(answer)) {
                changed.delete(position);
            }
            if (told.left !== undefined) {
                examClock.set(told.left);
            }
            show(told.refusal ?? (changed.size ? sentences.saving : sentences.saved), Boolean(told.refusal));
            tabs?.postMessage({ position, answer });
        } catch (error) {
            show(error instanceof TypeError ? sentences.waiting : error.message, true);
            timers.set(position, window.setTimeout(send, wait, position));
            wait = Math.min(wait * 2, LONGEST_WAIT_MS);
        } finally {
            sent.delete(position);
        }
        if (changed.has(position) && JSON.stringify(read(position)) !== JSON.stringify(answer)) {
            send(position);
        }
    }

    function show(text, isBad = false) {
        state.textContent = text;
        state.classList.toggle("is-bad", isBad);
    }

    /* What the server has, and how much time is left: after sleep, or on coming back to this tab. */
    async function refresh() {
        try {
            const given = await fetch(form.dataset.answers, { headers: { Accept: "application/json" } });
            if (!given.ok || given.redirected) {
                return;
            }
            const told = await given.json();
            if (!told.is_running) {
                onClosed();
                return;
            }
            examClock.set(told.left);
            for (const position of questions.keys()) {
                put(position, told.answers[position] ?? []);
            }
        } catch {
            show(sentences.waiting, true);
        }
    }

    function listen(whenClosed) {
        onClosed = whenClosed;
        form.addEventListener("change", (event) => {
            const question = event.target.closest(".exam-question");
            if (question) {
                note(Number(question.dataset.position), SOON_MS);
            }
        });
        form.addEventListener("input", (event) => {
            const question = event.target.closest(".exam-question");
            if (question && !event.isComposing && event.target.matches("textarea, [type=text]")) {
                note(Number(question.dataset.position), TYPING_MS);
            }
        });
        tabs?.addEventListener("message", ({ data }) => put(data.position, data.answer));
        document.addEventListener("visibilitychange", () => {
            if (document.visibilityState === "visible") {
                refresh();
            } else {
                changed.forEach(send);
            }
        });
        window.addEventListener("pageshow", (event) => event.persisted && refresh());
    }

    /* Only what the server does not have goes along with the handing in: another tab may know better. */
    function leaveOutWhatIsKept() {
        for (const [position, question] of questions) {
            question.disabled = !changed.has(position) && !sent.has(position);
        }
    }

    return { listen, count, unanswered, note, leaveOutWhatIsKept, questions, changed, show };
})();

/* Articles: the editor with its preview and pictures, and the buttons that print. */
"use strict";

(() => {
    const PREVIEW_AFTER_MS = 400;

    document.addEventListener("click", (event) => {
        if (event.target.closest("[data-print]")) {
            window.print();
        }
    });

    const editor = document.querySelector("[data-editor]");
    if (!editor) {
        return;
    }
    const text = editor.querySelector("[data-text]");
    const preview = editor.querySelector("[data-preview]");
    const told = editor.querySelector("[data-told]");
    const unsaved = editor.querySelector("[data-unsaved]");
    const token = editor.querySelector("[name=csrfmiddlewaretoken]").value;
    let isDirty = "dirty" in editor.dataset; // Refused, what was typed stands on the page only.
    let isLeaving = false;
    let waiting = 0;
    let asked = 0;

    const post = (address, body) =>
        fetch(address, { method: "POST", headers: { "X-CSRFToken": token }, body }).catch(() => null);

    async function draw() {
        const mine = ++asked;
        const body = new FormData();
        body.append("body", text.value);
        const response = await post(editor.dataset.previewAt, body);
        preview.parentElement.classList.remove("is-waiting");
        if (response && response.ok && !response.redirected && mine === asked) {
            preview.innerHTML = await response.text(); // Cleaned by the server, as readers get it.
        }
    }

    function drawSoon() {
        clearTimeout(waiting);
        preview.parentElement.classList.add("is-waiting");
        waiting = setTimeout(draw, PREVIEW_AFTER_MS);
    }

    function changed() {
        isDirty = true;
        if (unsaved) {
            unsaved.hidden = false;
        }
    }

    /* Typed through the browser, so that Ctrl+Z takes it back. */
    function insert(words) {
        text.focus();
        if (!document.execCommand("insertText", false, words)) {
            text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
        }
        changed();
        drawSoon();
    }

    function wrap(tool) {
        const { before, after = "" } = tool.dataset;
        const chosen = text.value.slice(text.selectionStart, text.selectionEnd);
        if ("line" in tool.dataset) {
            const start = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
            const end = text.selectionEnd;
            const lines = text.value.slice(start, end).split("\n");
            text.setSelectionRange(start, end);
            insert(lines.map((line) => before + line).join("\n"));
        } else {
            insert(before + chosen + after);
        }
    }

    async function take(file) {
        if (!editor.dataset.picturesAt || !file) {
            return;
        }
        told.textContent = editor.dataset.busy;
        const body = new FormData();
        body.append("file", file, file.name || "image.png");
        const response = await post(editor.dataset.picturesAt, body);
        const answer = response ? await response.json().catch(() => ({})) : {};
        told.textContent = answer.mark ? "" : answer.refusal || editor.dataset.failed;
        if (answer.mark) {
            insert(answer.mark);
        }
    }

    const pictureIn = (files) =>
        editor.dataset.picturesAt && [...(files || [])].find((file) => file.type.startsWith("image/"));

    editor.addEventListener("input", (event) => {
        changed();
        if (event.target === text) {
            drawSoon();
        }
    });
    editor.addEventListener("click", (event) => {
        const tool = event.target.closest("[data-before]");
        if (tool) {
            wrap(tool);
        }
    });
    editor.addEventListener("submit", () => {
        isLeaving = true;
    });
    editor.querySelector("[data-picture]")?.addEventListener("change", (event) => {
        take(event.target.files[0]);
        event.target.value = "";
    });
    text.addEventListener("paste", (event) => {
        const picture = pictureIn(event.clipboardData?.files);
        if (picture) {
            event.preventDefault();
            take(picture);
        }
    });
    text.addEventListener("dragover", (event) => {
        event.preventDefault();
        text.classList.add("is-over");
    });
    text.addEventListener("dragleave", () => text.classList.remove("is-over"));
    text.addEventListener("drop", (event) => {
        text.classList.remove("is-over");
        const picture = pictureIn(event.dataTransfer?.files);
        if (picture) {
            event.preventDefault();
            take(picture);
        }
    });
    document.addEventListener("keydown", (event) => {
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
            event.preventDefault();
            editor.requestSubmit(editor.querySelector("[name=save]") || undefined);
        }
    });
    window.addEventListener("beforeunload", (event) => {
        if (isDirty && !isLeaving) {
            event.preventDefault();
        }
    });
})();

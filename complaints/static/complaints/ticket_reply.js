/* What helps to write a reply: standard phrases at a key, forbidden words while one types, articles put in.
   The box is drawn anew when a reply is refused, so everything is looked up when it is needed. */
(() => {
  "use strict";
  const page = document.querySelector(".ticket");
  if (!page) return;
  const CHECK_AFTER_MS = 500;
  const SEARCH_AFTER_MS = 180;
  const STILL_TO_WRITE = /【[^】]*】/;
  const usedKey = `ticket-articles-${page.dataset.draft}`;

  const form = () => document.getElementById("say");
  const box = () => form()?.querySelector("textarea");
  const reply = () => form()?.querySelector('[name="speech"][value="reply"]');
  const isReply = () => reply()?.checked ?? false;

  function later(act, delay) {
    let timer = 0;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(act, delay);
    };
  }

  function send(url, data) {
    const token = form().querySelector("[name=csrfmiddlewaretoken]").value;
    return fetch(url, { method: "POST", body: new URLSearchParams(data), headers: { "X-CSRFToken": token } });
  }

  /* Put text in at the cursor, as if it were typed: it can be undone. What is to be written by hand is chosen. */
  function insert(text) {
    const area = box();
    const begin = area.selectionStart;
    area.focus();
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, begin, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const blank = STILL_TO_WRITE.exec(text);
    if (blank) area.setSelectionRange(begin + blank.index, begin + blank.index + blank[0].length);
  }

  /* Standard phrases */

  const picker = () => document.getElementById("phrase-picker");
  const list = () => document.getElementById("phrase-list");
  const options = () => [...list().querySelectorAll("[data-use]")];

  function openPicker() {
    if (!reply()) return;
    reply().checked = true;
    picker().hidden = false;
    const field = picker().querySelector("input");
    field.value = "";
    field.focus();
    look();
  }

  function closePicker() {
    if (!picker() || picker().hidden) return;
    picker().hidden = true;
    box()?.focus();
  }

  let asked = 0;
  async function look() {
    const mine = ++asked;
    const words = new URLSearchParams({ q: picker().querySelector("input").value });
    const response = await fetch(`${form().dataset.phrases}?${words}`).catch(() => null);
    if (!response?.ok || response.redirected || mine !== asked) return;
    list().innerHTML = await response.text();
    list().scrollTop = 0;
    mark(options()[0]);
  }
  const lookSoon = later(look, SEARCH_AFTER_MS);

  function mark(option) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    const field = picker().querySelector("input");
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  function move(step) {
    const all = options();
    const here = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    mark(all[Math.min(Math.max(here + step, 0), all.length - 1)]);
  }

  /* One at a time: a key that is held down, or a double click, puts it in once. */
  const onceAtATime = (act) => {
    let isAtIt = false;
    return async (...given) => {
      if (isAtIt) return;
      isAtIt = true;
      await act(...given).finally(() => (isAtIt = false));
    };
  };

  const choose = onceAtATime(async (option) => {
    if (!option) return;
    const response = await send(option.dataset.use, {}).catch(() => null);
    if (!response || response.redirected) return;
    const answer = await response.json().catch(() => null);
    if (!response.ok) {
      if (answer?.detail) list().textContent = answer.detail;
      return;
    }
    closePicker();
    if (answer) insert(answer.text);
  });

  const pickerKeys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    PageDown: () => move(5),
    PageUp: () => move(-5),
    Enter: () => choose(options().find((one) => one.getAttribute("aria-selected") === "true")),
    Escape: closePicker,
  };

  function isAtLineStart() {
    const before = box().value.slice(0, box().selectionStart);
    return before === "" || before.endsWith("\n");
  }

  function isAtEmptyLine() {
    const after = box().value.slice(box().selectionEnd);
    return isAtLineStart() && (after === "" || after.startsWith("\n"));
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.altKey && event.code === "KeyP" && !event.ctrlKey && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      openPicker();
    } else if (event.target === box() && isReply() && event.key === "/" && isAtEmptyLine()) {
      event.preventDefault();
      openPicker();
    } else if (event.target.id === "phrase-q" && !event.ctrlKey && pickerKeys[event.key]) {
      event.preventDefault();
      pickerKeys[event.key]();
    }
  });

  /* Forbidden words */

  const found = () => form()?.querySelector(".forbidden-found");
  let checked = 0;
  async function check() {
    const mine = ++checked;
    const text = box()?.value ?? "";
    if (!found()) return;
    if (!isReply() || !text.trim()) {
      found().replaceChildren();
      return;
    }
    const response = await send(form().dataset.check, { text }).catch(() => null);
    if (!response?.ok || response.redirected || mine !== checked || !found()) return;
    const html = await response.text();
    if (box().value === text) found().innerHTML = html;
  }
  const checkSoon = later(check, CHECK_AFTER_MS);

  /* The server counts characters, the browser their halves. */
  const place = (text, count) => [...text].slice(0, count).join("").length;

  function choosePlace(words) {
    const area = box();
    area.focus();
    area.setSelectionRange(place(area.value, +words.dataset.start), place(area.value, +words.dataset.end));
  }

  /* Articles put in */

  const used = () => JSON.parse(sessionStorage.getItem(usedKey) ?? "[]");

  function keep(articles) {
    sessionStorage.setItem(usedKey, JSON.stringify(articles));
    showUsed();
  }

  function showUsed() {
    const chips = form()?.querySelector(".say-articles");
    if (!chips) return;
    form().elements.articles.value = used().map((one) => one.version).join(",");
    chips.replaceChildren(
      ...used().map(({ version, title }) => {
        const chip = document.createElement("li");
        const drop = document.createElement("button");
        Object.assign(drop, { type: "button", textContent: "×", title: chips.dataset.drop });
        drop.setAttribute("aria-label", `${chips.dataset.drop}: ${title}`);
        drop.addEventListener("click", () => keep(used().filter((one) => one.version !== version)));
        chip.append(title, drop);
        return chip;
      }),
    );
  }

  const useArticle = onceAtATime(async (button) => {
    if (!reply()) return;
    reply().checked = true;
    const response = await send(button.dataset.useArticle, {}).catch(() => null);
    if (!response?.ok || response.redirected) return;
    const { text, title, version } = await response.json();
    insert(isAtLineStart() ? text : `\n${text}`);
    keep([...used().filter((one) => one.version !== version), { version, title }]);
  });

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    if (at("[data-phrases-open]")) picker().hidden ? openPicker() : closePicker();
    else if (at("[data-use]")) choose(at("[data-use]"));
    else if (at(".forbidden-words")) choosePlace(at(".forbidden-words"));
    else if (at("[data-use-article]")) useArticle(at("[data-use-article]"));
    else if (picker() && !picker().hidden && !at("#phrase-picker")) picker().hidden = true;
  });

  document.addEventListener("input", (event) => {
    if (event.target.id === "phrase-q") lookSoon();
    else if (event.target === box()) checkSoon();
  });
  document.addEventListener("change", (event) => {
    if (event.target.name === "speech") check();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "say" || event.detail.elt?.id === "say") {
      showUsed();
      check();
    }
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const isSaid = event.detail.elt.id === "say" && event.detail.xhr.getResponseHeader("HX-Refresh");
    if (isSaid && isReply()) sessionStorage.removeItem(usedKey);
  });

  showUsed();
  check();
})();

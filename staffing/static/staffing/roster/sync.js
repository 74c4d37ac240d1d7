/* Sends what is wanted, soon and in one go; asks what others have done; loses nothing on a bad line. */
"use strict";

(() => {
    const { store, acts } = rosterGrid;
    const { settings, say } = store;
    const SOON_MS = 150;
    const MOST_AT_ONCE = 1000;
    const FIRST_WAIT_MS = 2000;
    const LONGEST_WAIT_MS = 20_000;
    const REFUSED = new Set([400, 403, 404, 409, 412]);
    const field = document.querySelector("#roster [name=csrfmiddlewaretoken]");
    let timer = 0;
    let wait = 0;
    let isSending = false;
    let isSignedOut = false;

    class SignedOut extends Error {}
    class Refused extends Error {}

    /* The newest one: whoever signs in again in another tab is given another. */
    function token() {
        const kept = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
        return kept ? kept[1] : field.value;
    }

    async function ask(url, body) {
        const options = body
            ? {
                  method: "POST",
                  headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
                  body: JSON.stringify(body),
              }
            : {};
        const answer = await fetch(url, { ...options, headers: { ...options.headers, Accept: "application/json" } });
        if (answer.redirected) {
            throw new SignedOut();
        }
        if (!answer.ok) {
            const isJson = answer.headers.get("Content-Type")?.includes("json");
            if (REFUSED.has(answer.status) && isJson) {
                throw new Refused((await answer.json()).error);
            }
            throw new Error(answer.statusText);
        }
        return answer.json();
    }

    const state = (name) => store.tell("state", { name });

    function soon() {
        if (!wait) {
            state("saving");
        }
        window.clearTimeout(timer);
        if (!isSending) {
            timer = window.setTimeout(send, wait || SOON_MS);
        }
    }

    /* What empties a cell goes first: a shift that moves leaves its old day before it reaches the new one. */
    function batch() {
        const order = [...store.wanted].sort((one, other) => one[1].codes.length - other[1].codes.length);
        return order.slice(0, MOST_AT_ONCE);
    }

    async function send() {
        const some = batch();
        if (isSending || !some.length) {
            return;
        }
        isSending = true;
        for (const [k, change] of some) {
            store.sent.set(k, change);
            store.wanted.delete(k);
        }
        const changes = some.map(([k, change]) => ({ ...store.parts(k), ...change }));
        try {
            const news = await ask(settings.urls.cells, { revision: store.roster.revision, changes });
            wait = 0;
            settle(some, news);
        } catch (error) {
            takeBack(some, error);
        } finally {
            isSending = false;
            store.keep();
        }
        if (store.wanted.size) {
            soon();
        } else {
            state(store.sent.size ? "saving" : "saved");
        }
    }

    function settle(some, news) {
        const why = new Map(news.refused.map((each) => [store.key(each.agent, each.on), each]));
        for (const [k] of some) {
            store.sent.delete(k);
        }
        heed(news);
        for (const [k, change] of some) {
            const later = store.wanted.get(k);
            if (later) {
                later.seen = store.savedCodes(k); // Changed again meanwhile, knowing of this change.
            }
            if (why.has(k)) {
                store.refused.set(k, why.get(k).refusal);
                acts.forget(k);
            } else if (store.same(store.savedCodes(k), change.codes)) {
                store.foreign.delete(k);
            }
            rosterGrid.paint(k);
        }
        if (why.size) {
            store.tell("refused", { refused: [...why].map(([k, each]) => ({ k, ...each })) });
        }
    }

    /* Not saved: what was wanted stays wanted, unless the server has said that it never will be. */
    function takeBack(some, error) {
        for (const [k, change] of some) {
            store.sent.delete(k);
            if (!(error instanceof Refused)) {
                store.wanted.set(k, { codes: (store.wanted.get(k) ?? change).codes, seen: change.seen });
            }
            rosterGrid.paint(k);
        }
        if (error instanceof Refused) {
            store.tell("toast", { text: error.message, isError: true });
            return;
        }
        isSignedOut = error instanceof SignedOut;
        wait = Math.min(Math.max(wait * 2, FIRST_WAIT_MS), LONGEST_WAIT_MS);
        state(isSignedOut ? "signedOut" : "offline");
    }

    function heed(news) {
        const isNewVersion = news.version !== store.roster.version;
        const others = store.take(news);
        if (news.agents.length || Object.keys(news.coverage).length) {
            rosterGrid.redraw(news);
        }
        if (others.length) {
            const names = [...new Set(others.map((edit) => edit.name || say("portal")))].join(", ");
            store.tell("toast", { text: say("changedBy", { name: names, count: others.length }) });
        }
        if (isNewVersion) {
            refresh();
        }
    }

    /* All anew, such as after a publication; what is not saved yet stays. */
    async function refresh() {
        try {
            store.load(await ask(settings.urls.data));
            rosterGrid.draw();
            store.tell("loaded");
        } catch {
            // The next round of news tries again.
        }
    }

    async function poll() {
        const isIdle = !document.hidden && !isSending && !rosterGrid.pointer.isBusy();
        if (isIdle) {
            try {
                const news = await ask(`${settings.urls.changes}?since=${store.roster.revision}`);
                if (!isSending && news.revision >= store.roster.revision) {
                    heed(news);
                }
                if (!store.wanted.size && !isSending) {
                    state("saved");
                }
            } catch (error) {
                state(error instanceof SignedOut ? "signedOut" : "offline");
            }
        }
        window.setTimeout(poll, settings.pollSeconds * 1000);
    }

    async function pin(keys) {
        const is_pinned = !keys.every((k) => store.pins.has(k));
        try {
            const told = await ask(settings.urls.pins, { cells: keys.map(store.parts), is_pinned });
            store.pins = new Set(told.pins.map(([agent, on]) => store.key(agent, on)));
            keys.forEach(rosterGrid.paint);
        } catch (error) {
            store.tell("toast", { text: error instanceof Refused ? error.message : say("offline"), isError: true });
        }
    }

    const history = (k) => ask(k ? `${settings.urls.cell}?${new URLSearchParams(store.parts(k))}` : settings.urls.cell);

    document.addEventListener("roster:wanted", soon);
    document.addEventListener("roster:refresh", refresh);
    document.addEventListener("roster:pin", (event) => settings.mayEdit && event.detail.keys.length && pin(event.detail.keys));
    window.addEventListener("online", () => { wait = 0; soon(); });
    window.addEventListener("beforeunload", (event) => {
        if (store.wanted.size || store.sent.size) {
            event.preventDefault();
        }
    });

    rosterGrid.sync = { soon, poll, history, ask, refresh };
})();

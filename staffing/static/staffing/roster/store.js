/* What the grid knows: what is saved, what is wanted and not yet saved, and what both come to. */
"use strict";

window.rosterGrid = {};

(() => {
    const read = (id) => JSON.parse(document.getElementById(id).textContent);
    const settings = read("roster-settings");
    const backup = `roster:${settings.me}:${settings.urls.data}`;

    const store = {
        settings,
        roster: {},
        days: [],
        shifts: [],
        people: [],
        lines: [],
        coverage: {},
        needs: {}, // day -> how many are missing in its tightest half hour, by the forecast
        ledgers: {},
        saved: new Map(), // key -> [[code, state], ...]; states: p published, d draft, w withdrawn
        wanted: new Map(), // key -> {codes, seen}: changed here, not yet sent
        sent: new Map(), // the same, on its way
        refused: new Map(), // key -> why the last change of the cell was not taken
        foreign: new Set(), // keys that somebody else has just changed
        proposal: new Map(), // key -> codes that a plan by machine would put there
        pins: new Set(),
        wishes: new Map(),
        absences: new Map(),
        breaches: [],
        breachesAt: new Map(),
    };

    const key = (agent, on) => `${agent}|${on}`;
    const parts = (k) => ({ agent: Number(k.slice(0, k.indexOf("|"))), on: k.slice(k.indexOf("|") + 1) });
    const same = (one, other) => one.length === other.length && one.every((code, n) => code === other[n]);

    function load(told) {
        Object.assign(store, {
            roster: told.roster,
            days: told.days,
            shifts: told.shifts,
            people: told.people,
            lines: told.lines,
            coverage: told.coverage,
            needs: told.needs,
            ledgers: told.ledgers,
            saved: new Map(told.cells.map(([agent, on, shifts]) => [key(agent, on), shifts])),
            pins: new Set(told.pins.map(([agent, on]) => key(agent, on))),
            wishes: grouped(told.wishes),
            absences: new Map(),
            breaches: told.breaches,
        });
        for (const [agent, first, last, text, isGranted] of told.absences) {
            for (const day of store.days) {
                if (first <= day.on && day.on <= last) {
                    store.absences.set(key(agent, day.on), { text, isGranted });
                }
            }
        }
        store.byCode = new Map(store.shifts.map((shift) => [shift.code, shift]));
        store.personOf = new Map(store.people.map((person) => [person.id, person]));
        store.breachesAt = grouped(store.breaches);
    }

    function grouped(items) {
        const found = new Map();
        for (const item of items) {
            const k = key(item.agent, item.on);
            found.set(k, [...(found.get(k) ?? []), item]);
        }
        return found;
    }

    const savedCodes = (k) => (store.saved.get(k) ?? []).filter((s) => s[1] !== "w").map((s) => s[0]);
    const codes = (k) => (store.wanted.get(k) ?? store.sent.get(k))?.codes ?? savedCodes(k);
    const isUnsaved = (k) => store.wanted.has(k) || store.sent.has(k);

    /* The shifts to draw: those that stay as they are, those newly wanted as drafts, those taken out. */
    function shown(k) {
        const now = codes(k);
        const saved = store.saved.get(k) ?? [];
        const stays = new Map(saved.filter((s) => s[1] !== "w"));
        const back = new Set(saved.filter((s) => s[1] === "w").map((s) => s[0]));
        const drawn = now.map((code) => [code, stays.get(code) ?? (back.has(code) ? "p" : "d")]);
        const gone = saved.filter(([code, state]) => state !== "d" && !now.includes(code));
        return [...gone.map(([code]) => [code, "w"]), ...drawn];
    }

    /* Remember that a cell is to hold these codes. Answers whether that is a change. */
    function want(k, wish) {
        if (same(codes(k), wish)) {
            return false;
        }
        const seen = store.wanted.get(k)?.seen ?? store.sent.get(k)?.codes ?? savedCodes(k);
        store.refused.delete(k);
        store.foreign.delete(k);
        if (same(seen, wish)) {
            store.wanted.delete(k);
        } else {
            store.wanted.set(k, { codes: wish, seen });
        }
        keep();
        return true;
    }

    /* What is not saved survives a reload of the page, such as a new sign-in. */
    function keep() {
        const unsaved = [...new Map([...store.sent, ...store.wanted])].map(([k, change]) => [
            k,
            { codes: change.codes, seen: store.sent.get(k)?.seen ?? change.seen },
        ]);
        if (unsaved.length) {
            sessionStorage.setItem(backup, JSON.stringify(unsaved));
        } else {
            sessionStorage.removeItem(backup);
        }
    }

    function restore() {
        for (const [k, change] of JSON.parse(sessionStorage.getItem(backup) ?? "[]")) {
            if (store.personOf.has(parts(k).agent) && !same(savedCodes(k), change.codes)) {
                store.wanted.set(k, change);
            }
        }
        keep();
        return store.wanted.size;
    }

    /* News of the server: what now stands in some cells, and what that means for their people and days. */
    function take(news) {
        for (const [agent, on, shifts] of news.cells) {
            store.saved.set(key(agent, on), shifts);
        }
        const others = news.edits.filter((edit) => edit.by !== settings.me);
        for (const edit of others) {
            store.foreign.add(key(edit.agent, edit.on));
        }
        const affected = new Set(news.agents);
        store.breaches = store.breaches.filter((breach) => !affected.has(breach.agent)).concat(news.breaches);
        store.breachesAt = grouped(store.breaches);
        Object.assign(store.ledgers, news.ledgers);
        Object.assign(store.coverage, news.coverage);
        Object.assign(store.needs, news.needs);
        store.roster.revision = news.revision;
        return others;
    }

    const isEmployed = (person, on) => person.from <= on && (!person.until || on <= person.until);

    function say(text, facts = {}) {
        return (settings.texts[text] ?? text).replace(/%\((\w+)\)s/g, (_, name) => facts[name] ?? "");
    }

    const tell = (event, detail = {}) => document.dispatchEvent(new CustomEvent(`roster:${event}`, { detail }));

    load(read("roster-data"));
    Object.assign(store, { key, parts, same, load, savedCodes, codes, shown, want, keep, restore, take });
    Object.assign(store, { isUnsaved, isEmployed, say, tell });
    rosterGrid.store = store;
})();

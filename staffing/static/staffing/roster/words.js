/* What a cell is, in words: for its title, the line above the grid and whoever listens. */
"use strict";

(() => {
    const { store } = rosterGrid;
    const { say } = store;

    const nameOf = (code) => {
        const shift = store.byCode.get(code);
        return shift ? `${shift.name} ${shift.hours}` : code;
    };

    function wishText(wish) {
        const shift = wish.code ? (store.byCode.get(wish.code)?.name ?? wish.code) : say("anyShift");
        const told = say(wish.wanted ? "wishes" : "avoids", { shift });
        return wish.note ? `${told} (${wish.note})` : told;
    }

    /* What is remarkable about a cell, one sentence each. */
    function remarks(k) {
        const { agent, on } = store.parts(k);
        const found = [];
        if (store.refused.has(k)) found.push(store.refused.get(k));
        found.push(...(store.breachesAt.get(k) ?? []).map((breach) => breach.text));
        if (!store.isEmployed(store.personOf.get(agent), on)) found.push(say("notEmployed"));
        const absence = store.absences.get(k);
        if (absence) found.push(say(absence.isGranted ? "onLeave" : "asksLeave", { kind: absence.text }));
        found.push(...(store.wishes.get(k) ?? []).map(wishText));
        if (store.pins.has(k)) found.push(say("pinned"));
        for (const [code, state] of store.shown(k)) {
            if (state === "w") found.push(say("withdrawn", { shift: nameOf(code) }));
        }
        return found;
    }

    function about(k, { isShort = false } = {}) {
        const told = remarks(k);
        const codes = store.codes(k);
        if (isShort) {
            return [...codes.map(nameOf), ...told].join("\n");
        }
        const { agent, on } = store.parts(k);
        const day = store.days.find((each) => each.on === on);
        const shifts = codes.map(nameOf).join(" + ") || say("off");
        return [store.personOf.get(agent).name, `${day.short} ${day.weekday}`, shifts, ...told].join(" · ");
    }

    Object.assign(rosterGrid, { about, remarks, nameOf });
})();

/* Draws the one table: names and ledger to the left, days above, coverage below. */
"use strict";

(() => {
    const { store } = rosterGrid;
    const { say } = store;
    const table = document.getElementById("roster-table");
    const root = document.getElementById("roster");
    const cellAt = new Map(); // key -> td
    const headOf = new Map(); // agent -> th
    const MOST_AT_A_GLANCE = 10;
    const HOUR = 60;
    const RANK = { block: 3, exception: 2, warn: 1 };

    const view = {
        isWide: store.days.length <= MOST_AT_A_GLANCE,
        from: 0,
        text: "",
        skill: "",
        isOnlyProblems: false,
        rows: [], // people drawn
        days: [], // days drawn
    };

    function el(tag, className = "", text = "") {
        const made = document.createElement(tag);
        if (className) {
            made.className = className;
        }
        if (text) {
            made.textContent = text;
        }
        return made;
    }

    function chip(code, state) {
        const shift = store.byCode.get(code);
        const made = el("b", `chip is-${state}`, code);
        made.style.setProperty("--shift", shift?.colour ?? "#64748b");
        if (view.isWide && shift) {
            made.append(el("span", "", shift.name));
        }
        return made;
    }

    function worst(breaches) {
        return breaches.reduce((rank, breach) => Math.max(rank, RANK[breach.severity] ?? 1), 0);
    }

    function paint(k) {
        const td = cellAt.get(k);
        if (!td) {
            return;
        }
        const { agent, on } = store.parts(k);
        const planned = store.proposal.get(k);
        const shown = planned ? planned.map((code) => [code, "x"]) : store.shown(k);
        const flags = ["cell"];
        if (!store.isEmployed(store.personOf.get(agent), on)) flags.push("is-away");
        const absence = store.absences.get(k);
        if (absence) flags.push(absence.isGranted ? "is-absent" : "is-asked");
        if (store.pins.has(k)) flags.push("is-pinned");
        if (store.isUnsaved(k)) flags.push("is-unsaved");
        if (store.refused.has(k)) flags.push("is-refused");
        if (store.foreign.has(k)) flags.push("is-foreign");
        const rank = worst(store.breachesAt.get(k) ?? []);
        if (rank) flags.push(`is-breach-${rank}`);
        const wish = store.wishes.get(k)?.[0];
        if (wish) flags.push(wish.wanted ? "is-wished" : "is-unwished");
        flags.push(...["is-selected", "is-active"].filter((mark) => td.classList.contains(mark)));
        td.className = flags.join(" ");
        const handle = td.querySelector(".fill-handle");
        td.replaceChildren(...shown.map(([code, state]) => chip(code, state)), ...(handle ? [handle] : []));
        const about = rosterGrid.about?.(k, { isShort: true });
        if (about) {
            td.title = about;
        } else {
            td.removeAttribute("title");
        }
    }

    const hours = (minutes) => String(Math.round((minutes / HOUR) * 10) / 10);

    function paintHead(agent) {
        const th = headOf.get(agent);
        if (!th) {
            return;
        }
        const ledger = store.ledgers[agent];
        const mine = store.breaches.filter((breach) => breach.agent === agent);
        const facts = ledger
            ? [
                  ["hours", `${hours(ledger.paid)}/${hours(ledger.standard)}`, ledger.paid > ledger.standard],
                  ["overtime", hours(ledger.overtime), ledger.overtime > 0],
                  ["nights", String(ledger.nights), false],
                  ["weekends", String(ledger.weekends), false],
                  ["rest", ledger.rest === null ? "–" : hours(ledger.rest), false],
              ]
            : [];
        const line = el("span", "ledger");
        for (const [name, text, isMuch] of facts) {
            const fact = el("span", `fact fact-${name}${isMuch ? " is-much" : ""}`, text);
            fact.title = `${say(name)} ${text}`;
            line.append(fact);
        }
        const count = el("span", `fact fact-problems is-rank-${worst(mine)}`, mine.length ? String(mine.length) : "");
        count.title = mine.map((breach) => breach.text).join("\n");
        line.append(count);
        th.lastChild.replaceWith(line);
    }

    function head(person) {
        const th = el("th", person.member ? "who" : "who is-guest");
        th.scope = "row";
        th.dataset.agent = person.id;
        const name = el("span", "name", person.name);
        const skills = person.skills.map((skill) => skill[0]).join("");
        name.append(el("small", "", [person.no, skills].filter(Boolean).join(" · ")));
        name.title = [person.name, person.no, ...person.skills].join(" · ");
        th.append(name, el("span", "ledger"));
        headOf.set(person.id, th);
        return th;
    }

    function dayHead(day) {
        const th = el("th", `day is-${day.look}${day.today ? " is-today" : ""}${day.known ? "" : " is-unknown"}`);
        th.scope = "col";
        th.dataset.on = day.on;
        th.append(el("span", "", day.weekday), el("b", "", view.isWide ? day.short : day.short.slice(-2)));
        if (day.name) {
            th.append(el("small", "", view.isWide ? day.name : day.name[0]));
        }
        th.title = [day.on, day.name, day.known ? "" : say("unknownYear")].filter(Boolean).join(" · ");
        return th;
    }

    function corner() {
        const th = el("th", "who corner");
        th.append(el("span", "name", say("people", { count: view.rows.length })));
        const line = el("span", "ledger");
        for (const name of ["hours", "overtime", "nights", "weekends", "rest", "problems"]) {
            const fact = el("span", `fact fact-${name}`, say(`${name}Short`));
            fact.title = say(name);
            line.append(fact);
        }
        th.append(line);
        return th;
    }

    const fits = (person) =>
        (!view.text || `${person.name} ${person.no}`.toLowerCase().includes(view.text)) &&
        (!view.skill || person.skills.includes(view.skill)) &&
        (!view.isOnlyProblems || store.breaches.some((breach) => breach.agent === person.id));

    function draw() {
        cellAt.clear();
        headOf.clear();
        view.rows = store.people.filter(fits);
        const isAll = !view.isWide || store.days.length <= MOST_AT_A_GLANCE;
        view.days = isAll ? store.days : store.days.slice(view.from, view.from + 7);
        root.classList.toggle("is-wide", view.isWide);
        const thead = el("thead");
        const days = el("tr");
        days.append(corner(), ...view.days.map(dayHead));
        thead.append(days);
        const tbody = el("tbody");
        view.rows.forEach((person) => tbody.append(row(person)));
        const tfoot = el("tfoot");
        table.replaceChildren(thead, tbody, tfoot);
        cellAt.forEach((_td, k) => paint(k));
        view.rows.forEach((person) => paintHead(person.id));
        drawCoverage();
        document.getElementById("roster-nobody").hidden = view.rows.length > 0;
        store.tell("drawn");
    }

    function row(person) {
        const tr = el("tr");
        tr.append(head(person));
        for (const day of view.days) {
            const td = el("td");
            td.dataset.k = store.key(person.id, day.on);
            td.tabIndex = -1;
            cellAt.set(td.dataset.k, td);
            tr.append(td);
        }
        return tr;
    }

    /* Lines with somebody on them, or with somebody missing; the others would only take room. */
    function drawCoverage() {
        const counts = Object.values(store.coverage);
        const rows = store.lines
            .map((line, n) => [line, n])
            .filter(([, n]) => counts.some((day) => day[n]?.[0] || day[n]?.[1]))
            .map(([line, n]) => coverageRow(line, n));
        if (Object.keys(store.needs).length) {
            rows.push(needsRow());
        }
        table.tFoot.replaceChildren(...rows);
        store.tell("covered");
    }

    function coverageRow(line, n) {
        const tr = el("tr");
        const th = el("th", "who");
        th.scope = "row";
        th.append(el("span", "name", line.skill ? `${line.name} · ${line.skill}` : line.name));
        tr.append(th);
        for (const day of view.days) {
            const [planned, required] = store.coverage[day.on]?.[n] ?? [0, 0];
            const isShort = planned < required;
            const isTold = required && (isShort || view.isWide);
            const td = el("td", isShort ? "is-short" : "", isTold ? `${planned}/${required}` : String(planned || ""));
            td.title = isShort ? say("short", { planned, required, shift: line.name }) : "";
            tr.append(td);
        }
        return tr;
    }

    /* By the forecast: the half hour of the day in which most are missing. */
    function needsRow() {
        const tr = el("tr");
        const th = el("th", "who");
        th.scope = "row";
        th.append(el("span", "name", say("byForecast")));
        tr.append(th);
        for (const day of view.days) {
            const need = store.needs[day.on];
            const isShort = need?.missing > 0;
            const td = el("td", isShort ? "is-short" : "", need ? (isShort ? `−${need.missing}` : "✓") : "");
            td.title = need?.text ?? "";
            tr.append(td);
        }
        return tr;
    }

    function redraw(news) {
        const agents = new Set(news.agents);
        for (const k of cellAt.keys()) {
            if (agents.has(store.parts(k).agent)) {
                paint(k);
            }
        }
        agents.forEach(paintHead);
        drawCoverage();
    }

    Object.assign(rosterGrid, { view, el, draw, redraw, paint, drawCoverage, cellAt, headOf, table, root, worst });
})();

// SPDX-License-Identifier: ISC

// The page: what is asked of it, by hand or by a link, and what it shows then.

let state = noState();

const controls = { site: find("#site"), rule: find("#rule"), text: find("#text") };
const details = find("#details");
const stateWith = changes => Object.assign({}, state, changes);
const pairHash = pair => writeState(stateWith({ pair: pair.key }));

// ---- the table ----

function endCell(tag, pair, side) {
	const site = pair.sites[side];
	const name = endName(pair, side);

	return make(tag, tag === "th" ? { scope: "row" } : {},
		side ? name : make("a", { href: pairHash(pair) }, name),
		site && site.hostname ? make("span", { class: "file" }, site.file) : null);
}

function rowOf(pair) {
	const row = make("tr", { "aria-current": pair.key === state.pair ? "true" : null },
		make("td", {}, outcomeBadge(pair.outcome)), endCell("th", pair, 0), endCell("td", pair, 1),
		make("td", {}, pair.reason || "\u2013"), make("td", {}, pair.ike || "\u2013"), make("td", {}, pair.esp || "\u2013"),
		make("td", {}, String(pair.findings.length)));

	row.addEventListener("click", event => {
		if (!event.target.closest("a") && !String(getSelection()))
			location.hash = pairHash(pair);
	});
	return row;
}

const table = new Growing(find("#list"), find("#pairs tbody"), rowOf);
const list = new Growing(find("#findings"), find("#findings ol"), finding => findingElement(finding, pairHash));

function makeColumns() {
	find("#findings ol").className = "findings";
	find("#pairs thead tr").append(...columns.map(column => {
		const button = make("button", { type: "button" }, column.title);

		button.addEventListener("click", () => change({ sort: column.key,
			isDescending: state.sort === column.key && !state.isDescending }));
		return make("th", { scope: "col", "data-key": column.key }, button);
	}));
}

function showSort() {
	document.querySelectorAll("#pairs thead th").forEach(head => {
		if (head.dataset.key === state.sort)
			head.setAttribute("aria-sort", state.isDescending ? "descending" : "ascending");
		else
			head.removeAttribute("aria-sort");
	});
}

// ---- the filter ----

function makeFilter() {
	const counts = new Map(), rules = new Map();

	network.pairs.forEach(pair => counts.set(pair.outcome, (counts.get(pair.outcome) || 0) + 1));
	network.findings.forEach(finding => rules.set(finding.rule, (rules.get(finding.rule) || 0) + 1));
	network.outcomes.filter(outcome => counts.has(outcome)).forEach(outcome => {
		const button = make("button", { type: "button", class: kindOf(outcome), "data-outcome": outcome },
			make("span", { "aria-hidden": "true" }, signs[kindOf(outcome)] + " "), outcome + " ", make("b", {}, String(counts.get(outcome))));

		button.addEventListener("click", () => {
			const outcomes = new Set(state.outcomes);
			if (!outcomes.delete(outcome))
				outcomes.add(outcome);
			change({ outcomes });
		});
		find("#outcomes").append(button);
	});
	controls.rule.append(...Object.keys(network.rules).filter(rule => rules.has(rule)).map(rule =>
		make("option", { value: rule }, rule + " " + network.rules[rule].name + " (" + rules.get(rule) + ")")));
	find("#sites").append(...network.nodes.filter(node => node.site).map(node => make("option", { value: node.name })));
}

function showControls() {
	Object.entries(controls).forEach(([key, control]) => {
		if (control.value !== state[key])
			control.value = state[key];
	});
	document.querySelectorAll("#outcomes button").forEach(button =>
		button.setAttribute("aria-pressed", String(state.outcomes.has(button.dataset.outcome))));
}

function showCount(shown) {
	const { suppressed, baselined, truncated } = network.summary;
	const words = (count, of, word) => count === of ? plural(of, word) : count + " of " + plural(of, word);
	const rest = [[suppressed, "suppressed"], [baselined, "baselined"], [truncated, "only counted"]]
		.filter(one => one[0]).map(one => ", " + one[0] + " " + one[1]).join("");
	const said = words(shown.pairs.length, network.pairs.length, "pair") + ", " +
		words(shown.findings.length, network.findings.length, "finding") + rest;

	if (find("#count").textContent !== said)
		find("#count").textContent = said;
}

// ---- the rest of the files ----

function showFiles() {
	const why = site => site.error || (site.skipped ? "a JSON document" : site.ends.length ? null : "no tunnel in it");
	const rest = network.sites.filter(site => why(site));

	find("#files").hidden = rest.length === 0;
	find("#files ul").append(...rest.map(site =>
		make("li", {}, make("code", {}, site.file), ": " + why(site))));
}

// ---- from state to page ----

function showPair(isAsked) {
	const pair = network.pairs.find(one => one.key === state.pair);

	details.hidden = !pair;
	find("#split").classList.toggle("open", Boolean(pair));
	if (!pair)
		return;
	showDetails(details, pair, closePair);
	if (isAsked) {
		find("#details-title").focus({ preventScroll: true });
		details.scrollIntoView({ block: "nearest" });
	}
}

// The keyboard goes back to where it came from.
function closePair() {
	const pair = network.pairs.find(one => one.key === state.pair);

	change({ pair: "" });
	const row = pair && table.reach(pair);
	(row ? find("a", row) : find("#table")).focus();
}

function show(isPairAsked) {
	const shown = filterNetwork(state);

	showControls();
	showSort();
	table.show(sortPairs(shown.pairs, state));
	list.show(shown.findings);
	showCount(shown);
	showPair(isPairAsked);
	showTopology(shown);
}

// By hand: the link follows, and Back goes to what was there before a pair was opened.
function change(changes) {
	state = stateWith(changes);
	history.replaceState(null, "", writeState(state));
	show(false);
}

function follow() {
	const next = readState(location.hash);
	const isAsked = next.pair !== "" && next.pair !== state.pair;

	state = next;
	show(isAsked);
}

function moveInTable(event) {
	const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
	const row = event.target.closest("tr");
	const next = step && row && row[step];

	if (next) {
		event.preventDefault();
		find("a", next).focus();
	}
}

function listen() {
	Object.entries(controls).forEach(([key, control]) => ["input", "change"].forEach(event =>
		control.addEventListener(event, () => control.value !== state[key] && change({ [key]: control.value }))));
	find("#filter").addEventListener("submit", event => event.preventDefault());
	find("#filter").addEventListener("reset", event => {
		event.preventDefault();
		change({ outcomes: new Set(), site: "", rule: "", text: "" });
	});
	find("#pairs tbody").addEventListener("keydown", moveInTable);
	// behind `#' stands the state, and nothing else
	find(".skip").addEventListener("click", event => {
		event.preventDefault();
		find("#table").focus();
	});
	document.addEventListener("keydown", event => {
		if (event.key === "Escape" && state.pair && !event.target.closest("input, select, #map"))
			closePair();
	});
	// paper cannot be asked for more
	addEventListener("beforeprint", () => [table, list].forEach(growing => growing.add(Infinity)));
	addEventListener("hashchange", follow);
}

find("#app").hidden = false;
makeColumns();
makeFilter();
showFiles();
makeTopology();
listen();
follow();

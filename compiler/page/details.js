// SPDX-License-Identifier: ISC

// A pair in full, and a finding with its lines.

function placeWords(place) {
	return place.site.file + ":" + place.line + ":" + place.column;
}

function placeElement(place, severity) {
	const [before, marked, after] = place.text || ["", "", ""];
	const line = before + marked + after;

	return make("div", {},
		make("p", {}, make("span", { class: "place" }, placeWords(place)), severity ? "" : " " + (place.message || "")),
		line.trim() ? make("pre", { tabindex: "0", "aria-label": "line " + place.line + " of " + place.site.file },
			before.trimStart(), make("mark", {}, marked), after) : null);
}

// PAIR_HASH makes the link of one of its pairs; without it there is none.
function findingElement(finding, pairHash) {
	const rule = network.rules[finding.rule];
	const pairs = pairHash ? finding.pairs.slice(0, 3) : [];

	return make("li", { class: "finding is-" + finding.severity },
		make("p", {}, make("span", { class: "severity " + finding.severity }, finding.severity), " ",
			make("strong", {}, finding.rule), " ", make("span", { title: rule.line }, rule.name), ": ", finding.message),
		finding.help ? make("p", {}, "Help: " + finding.help) : null,
		...finding.places.map((place, i) => placeElement(place, i === 0)),
		pairs.length ? make("p", {}, "Pair: ", ...pairs.flatMap((pair, i) => [i ? ", " : "",
			make("a", { href: pairHash(pair) }, endName(pair, 0) + " \u2013 " + endName(pair, 1))]),
			finding.pairs.length > pairs.length ? " and " + (finding.pairs.length - pairs.length) + " more" : "") : null);
}

// ---- the parts of a pair ----

function exchangesElement(pair, side) {
	const steps = pair.steps[side];

	if (!steps)
		return null;
	return make("div", {},
		make("h3", {}, "When " + endName(pair, side) + " starts"),
		make("table", { class: "exchanges" },
			make("caption", { class: "hidden" }, "Exchanges when " + endName(pair, side) + " starts"),
			make("tbody", {}, ...steps.map(([name, words, isRefused]) =>
				make("tr", { class: isRefused ? "refused" : null },
					make("td", {}, name), make("td", {}, words))))));
}

function factsOf(pair) {
	const s = pair.selectors;
	const later = side => {
		const key = side ? "b" : "a";
		const then = pair["later_" + key];
		return pair["status_" + key] ? pair["status_" + key] + (then ? ", later " + then : "") : null;
	};

	const notices = side => {
		const seconds = pair[side ? "notices_b" : "notices_a"];
		return later(side) === null || !/^Up/.test(later(side)) ? null
			: seconds ? "a dead peer after " + seconds + " s" : "a dead peer at its next rekeying";
	};

	return [["IKE", pair.ike], ["ESP", pair.esp], ["ESP after rekeying", pair.esp_after_rekey],
		["Networks", s ? s.a + " === " + s.b + (s.narrowed ? " (narrowed)" : "") : null],
		["Not known", pair.missing ? pair.missing.join(", ") : null],
		[endName(pair, 0) + " shows", later(0)], [endName(pair, 1) + " shows", later(1)],
		[endName(pair, 0) + " notices", notices(0)], [endName(pair, 1) + " notices", notices(1)]]
		.filter(fact => fact[1]);
}

function linesElement(pair, side) {
	const end = pair.ends[side], site = pair.sites[side];
	const said = new Set(pair.findings.flatMap(finding =>
		finding.places.filter(place => place.site === site).map(place => place.line)));

	if (!end)
		return null;
	return make("figure", {},
		make("figcaption", {}, endName(pair, side), make("span", { class: "file" }, site.file)),
		site.document
			? make("p", {}, "The lines of a document are not shown; it begins at line " + end.lines[0][0] + ".")
			: make("div", { class: "lines", tabindex: "0", role: "region", "aria-label": "Lines of " + site.file },
				make("table", {}, make("tbody", {}, ...end.lines.map(([number, words]) =>
					make("tr", { class: said.has(number) ? "said" : null },
						make("td", {}, String(number)), make("td", {}, words)))))));
}

// The details of PAIR into the aside; CLOSED is called when it is closed.
function showDetails(aside, pair, closed) {
	const close = make("button", { type: "button", id: "close" }, "Close");

	close.addEventListener("click", closed);
	aside.replaceChildren(
		make("div", { class: "bar" },
			make("h2", { id: "details-title", tabindex: "-1" }, endName(pair, 0) + " \u2013 " + endName(pair, 1)), close),
		make("p", {}, outcomeBadge(pair.outcome), " ", pair.verdict, pair.reason ? " (" + pair.reason + ")" : ""),
		make("dl", {}, ...factsOf(pair).flatMap(([name, words]) => [make("dt", {}, name), make("dd", {}, words)])),
		...[0, 1].map(side => exchangesElement(pair, side)).filter(Boolean),
		make("h3", {}, pair.findings.length ? "Findings" : "No findings"),
		make("ol", { class: "findings" }, ...pair.findings.slice(0, STEP).map(finding => findingElement(finding, null))),
		make("h3", {}, "Lines"),
		make("div", { class: "ends" }, ...[0, 1].map(side => linesElement(pair, side)).filter(Boolean)));
}

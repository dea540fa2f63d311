// SPDX-License-Identifier: ISC
"use strict";

// The network: what stands in the page as data, and which of it a filter lets through.  Nothing
// here touches the document.

const network = JSON.parse(document.getElementById("data").textContent);

// What an outcome is to who has to do something.
const kinds = { "up": "good", "on-traffic": "good", "unknown": "unsure", "disabled": "unsure" };
const kindOf = outcome => kinds[outcome] || "bad";

// No two have one name.
const nameOf = site => site.name || site.hostname || site.file;

// `FILE:ID', as a link names an end; `?' is an end that nobody has.
function keyOf(end) {
	return end ? end.site.file + (end.id === undefined ? "" : ":" + end.id) : "?";
}

// Ties sites, ends, pairs, findings and what is drawn to each other.
function tieSites() {
	network.nodes.forEach((node, index) => {
		node.index = index;
		node.pairs = [];
		node.site = network.sites[node.site];
		if (node.site)
			node.site.name = node.name;
	});
	network.sites.forEach(site => {
		site.byLine = new Map();
		site.byId = new Map();
		site.ends.forEach(end => {
			end.site = site;
			end.pairs = [];
			end.lines.forEach(line => site.byLine.set(line[0], end));
			site.byId.set(end.id, end);
		});
	});
}

function tiePairs() {
	network.pairs.forEach((pair, index) => {
		pair.index = index;
		pair.findings = [];
		// without a counterpart the site is one that the end asks for
		pair.sites = pair.ends.map(place => place ? network.sites[place[0]] : null);
		pair.ends = pair.ends.map((place, side) =>
			place && place.length > 1 ? pair.sites[side].ends[place[1]] : null);
		pair.key = pair.ends.map((end, side) =>
			end ? keyOf(end) : pair.sites[side] ? pair.sites[side].file : "?").join("~");
		new Set(pair.ends).forEach(end => end && end.pairs.push(pair));
	});
}

function tieEdges() {
	network.edges = network.edges.map(([from, to, pairs]) =>
		({ from: network.nodes[from], to: network.nodes[to], pairs: pairs.map(index => network.pairs[index]) }));
	network.edges.forEach(edge =>
		new Set([edge.from, edge.to]).forEach(node => node.pairs.push(...edge.pairs)));
}

// A rule on pairs is about the pair that has all of its places, any other about each pair with one.
const isOfPair = finding => /^WI10\d\d$/.test(finding.rule);

function pairsOf(finding) {
	const ends = Array.from(finding.ends);

	if (!isOfPair(finding))
		return Array.from(new Set(ends.flatMap(end => end.pairs)));
	ends.sort((a, b) => a.pairs.length - b.pairs.length);
	return !ends.length ? [] : ends[0].pairs.filter(pair => ends.every(end => pair.ends.includes(end)));
}

function tieFindings() {
	network.findings.forEach((finding, index) => {
		finding.index = index;
		finding.places.forEach(place => { place.site = network.sites[place.site]; });
		finding.places = finding.places.filter(place => place.site);
		finding.sites = new Set(finding.places.map(place => place.site));
		finding.ends = new Set();
		finding.places.forEach((place, i) => {
			const end = place.site.byLine.get(place.line) || (i ? null : place.site.byId.get(finding.tunnel));
			if (end)
				finding.ends.add(end);
		});
		finding.pairs = pairsOf(finding);
		finding.pairs.forEach(pair => pair.findings.push(finding));
	});
}

// All that a pair's text filter looks at, in lower case, made when it is first asked for.
function wordsOf(pair) {
	if (pair.words === undefined) {
		const s = pair.selectors || {};
		const lines = pair.ends.flatMap(end => end ? end.lines.map(line => line[1]) : []);
		const said = pair.findings.flatMap(finding => [finding.rule, finding.message]);
		const sites = pair.sites.flatMap(site => site ? [site.hostname, site.file] : []);

		pair.words = [pair.key, pair.outcome, pair.reason, pair.verdict, pair.ike, pair.esp, s.a, s.b]
			.concat(sites, lines, said).filter(Boolean).join("\n").toLowerCase();
	}
	return pair.words;
}

function wordsOfFinding(finding) {
	if (finding.words === undefined) {
		const places = finding.places.flatMap(place => [place.site.file, place.site.hostname, place.message,
			(place.text || []).join("")]);

		finding.words = [finding.rule, network.rules[finding.rule].name, finding.severity, finding.message, finding.help]
			.concat(places).filter(Boolean).join("\n").toLowerCase();
	}
	return finding.words;
}

// A whole name means that gateway, a part of one all that have it.
function sitesThatFit(words) {
	const wanted = words.trim().toLowerCase();
	const names = site => [site.file, site.hostname || "", nameOf(site)].map(name => name.toLowerCase());
	const whole = network.sites.filter(site => names(site).includes(wanted));

	if (!wanted)
		return null;
	return new Set(whole.length ? whole
		: network.sites.filter(site => names(site).some(name => name.includes(wanted))));
}

// The pairs and findings that STATE shows, in the order of the data.
function filterNetwork(state) {
	const sites = sitesThatFit(state.site);
	const texts = state.text.toLowerCase().split(/\s+/).filter(Boolean);
	const hasTexts = words => texts.every(text => words.includes(text));
	const hasOutcome = pair => !state.outcomes.size || state.outcomes.has(pair.outcome);
	const pairs = network.pairs.filter(pair => hasOutcome(pair) &&
		(!sites || pair.sites.some(site => sites.has(site))) &&
		(!state.rule || pair.findings.some(finding => finding.rule === state.rule)) &&
		(!texts.length || hasTexts(wordsOf(pair))));
	const findings = network.findings.filter(finding =>
		(!state.outcomes.size || finding.pairs.some(hasOutcome)) &&
		(!sites || Array.from(finding.sites).some(site => sites.has(site))) &&
		(!state.rule || finding.rule === state.rule) &&
		(!texts.length || hasTexts(wordsOfFinding(finding)) ||
			(finding.pairs.length && finding.pairs.every(pair => hasTexts(wordsOf(pair))))));

	return { pairs, findings, sites };
}

// How the columns of the table are called, and what they are sorted by.
const collator = new Intl.Collator("en", { numeric: true });
const endName = (pair, side) => pair.sites[side]
	? nameOf(pair.sites[side]) + (pair.ends[side] && pair.ends[side].id !== undefined ? " ipsec " + pair.ends[side].id : "")
	: "?";
const columns = [
	{ key: "outcome", title: "Outcome", of: pair => network.outcomes.indexOf(pair.outcome) },
	{ key: "end", title: "End", of: pair => endName(pair, 0) },
	{ key: "other", title: "Other end", of: pair => endName(pair, 1) },
	{ key: "reason", title: "Reason", of: pair => pair.reason || "" },
	{ key: "ike", title: "IKE", of: pair => pair.ike || "" },
	{ key: "esp", title: "ESP", of: pair => pair.esp || "" },
	{ key: "findings", title: "Findings", of: pair => -pair.findings.length },
];

function sortPairs(pairs, state) {
	const column = columns.find(one => one.key === state.sort);
	const sign = state.isDescending ? -1 : 1;

	return pairs.map(pair => ({ pair, by: column.of(pair) }))
		.sort((a, b) => sign * (typeof a.by === "number" ? a.by - b.by : collator.compare(a.by, b.by)) ||
			a.pair.index - b.pair.index)
		.map(one => one.pair);
}

tieSites();
tiePairs();
tieEdges();
tieFindings();

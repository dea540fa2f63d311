// SPDX-License-Identifier: ISC

// What of the network is shown, as a link has it behind its `#', and the pieces that the parts of
// the page are made of.  Whatever comes from a file gets into the document as text.

const find = (selector, within) => (within || document).querySelector(selector);

function fill(element, properties, children) {
	Object.entries(properties).forEach(([name, value]) => {
		if (value !== undefined && value !== null && value !== false)
			element.setAttribute(name, value === true ? "" : value);
	});
	element.append(...children.filter(child => child !== null && child !== undefined));
	return element;
}

const make = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);
const draw = (tag, properties, ...children) =>
	fill(document.createElementNS(find("#map").namespaceURI, tag), properties, children);

// ---- the state ----

const noState = () => ({ outcomes: new Set(), site: "", rule: "", text: "", sort: "outcome",
	isDescending: false, pair: "" });

function readState(hash) {
	const words = new URLSearchParams(hash.replace(/^#/, ""));
	const state = noState();
	const sort = words.get("sort") || "outcome";

	(words.get("outcome") || "").split(" ").filter(outcome => network.outcomes.includes(outcome))
		.forEach(outcome => state.outcomes.add(outcome));
	state.site = words.get("site") || "";
	state.rule = network.rules[words.get("rule")] ? words.get("rule") : "";
	state.text = words.get("text") || "";
	state.isDescending = sort.startsWith("-");
	state.sort = columns.some(column => column.key === sort.replace(/^-/, "")) ? sort.replace(/^-/, "") : "outcome";
	state.pair = words.get("pair") || "";
	return state;
}

function writeState(state) {
	const words = new URLSearchParams();
	const sort = (state.isDescending ? "-" : "") + state.sort;

	if (state.outcomes.size)
		words.set("outcome", network.outcomes.filter(outcome => state.outcomes.has(outcome)).join(" "));
	["site", "rule", "text"].forEach(key => state[key] && words.set(key, state[key]));
	if (sort !== "outcome")
		words.set("sort", sort);
	if (state.pair)
		words.set("pair", state.pair);
	return "#" + words.toString();
}

// ---- pieces ----

const signs = { bad: "\u2715", unsure: "?", good: "\u2713" };

const outcomeBadge = outcome =>
	make("span", { class: "outcome " + kindOf(outcome) },
		make("span", { "aria-hidden": "true" }, signs[kindOf(outcome)] + " "), outcome);

const plural = (count, word) => count + " " + word + (count === 1 ? "" : "s");

// A list that grows when it is asked to: a page of a thousand rows is there at once.
const STEP = 200;

class Growing {
	constructor(section, body, makeItem) {
		this.body = body;
		this.makeItem = makeItem;
		this.none = find(".none", section);
		this.more = find(".more", section);
		find("[data-more=some]", this.more).addEventListener("click", () => this.grow(STEP));
		find("[data-more=all]", this.more).addEventListener("click", () => this.grow(Infinity));
	}

	show(items) {
		this.items = items;
		this.shown = 0;
		this.body.replaceChildren();
		this.none.hidden = items.length > 0;
		this.add(STEP);
	}

	add(count) {
		const next = this.items.slice(this.shown, this.shown + count);
		const rest = this.items.length - this.shown - next.length;

		this.body.append(...next.map(this.makeItem));
		this.shown += next.length;
		this.more.hidden = rest === 0;
		find("[data-more=some]", this.more).textContent = Math.min(rest, STEP) + " more of " + rest;
	}

	// The keyboard goes on with what is new, since the button may be gone.
	grow(count) {
		const before = this.shown;

		this.add(count);
		const first = this.body.children[before] && find("a, [tabindex]", this.body.children[before]);
		if (first)
			first.focus();
	}

	// Until ITEM is there; false if it never will be.
	reach(item) {
		const index = this.items.indexOf(item);

		if (index >= this.shown)
			this.add(index + 1 - this.shown);
		return index < 0 ? null : this.body.children[index];
	}
}

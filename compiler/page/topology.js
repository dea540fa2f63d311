// SPDX-License-Identifier: ISC

// The topology: gateways where weipsec put them, and a line between two that have pairs.  Sizes on
// the screen stay what they are however near one looks: the unit is a variable of the style.

const map = find("#map");

// What is looked at, in the units of the places, and how large the map is on the screen.
const look = { x: 0, y: 0, width: 1, height: 1 };
let at = null, whole = null, isDragged = false;

const rankOf = pair => network.outcomes.indexOf(pair.outcome);

// ---- what is drawn ----

function makeEdge(edge) {
	edge.title = draw("title", {});
	edge.element = draw("path", { class: "edge", d: `M${edge.from.x} ${edge.from.y}L${edge.to.x} ${edge.to.y}` }, edge.title);
	edge.element.addEventListener("click", () => {
		if (!isDragged)
			location.hash = pairHash(edge.worst);
	});
	return edge.element;
}

// A peer that has no file is a square.
function makeNode(node) {
	const { x, y, name } = node;

	node.label = draw("text", { x, y }, name);
	node.element = draw("g", { class: node.site ? "gateway" : "gateway peer" }, draw("title", {}, name),
		node.site ? draw("circle", { cx: x, cy: y }) : draw("rect", { x, y }), node.label);
	node.element.addEventListener("click", () => isDragged || choose(node));
	return node.element;
}

function makeTopology() {
	if (!network.nodes.length) {
		find("#topology").hidden = true;
		return;
	}
	map.append(draw("g", {}, ...network.edges.filter(edge => edge.from !== edge.to).map(makeEdge)),
		draw("g", {}, ...network.nodes.map(makeNode)));
	listenToMap();
	new ResizeObserver(() => setLook(whole ? look : null)).observe(map);
}

// ---- where one looks ----

function setUnit() {
	map.setAttribute("viewBox", [look.x, look.y, look.width, look.height].join(" "));
	map.style.setProperty("--unit", look.width / map.clientWidth);
}

// The whole of it, with room for the names at its edges.
function lookAtAll() {
	const xs = network.nodes.map(node => node.x), ys = network.nodes.map(node => node.y);
	const least = list => list.reduce((a, b) => Math.min(a, b));
	const most = list => list.reduce((a, b) => Math.max(a, b));

	return { x: least(xs), y: least(ys), width: most(xs) - least(xs), height: most(ys) - least(ys) };
}

// LOOKED, or all of it, in the form of the map.
function setLook(looked) {
	const box = looked || lookAtAll();
	const form = map.clientWidth / map.clientHeight;
	const margin = looked ? 1 : map.clientWidth < 600 ? 1.35 : 1.16;
	const width = Math.max(box.width * margin, box.height * margin * form, 1);
	const middle = [box.x + box.width / 2, box.y + box.height / 2];

	if (!map.clientWidth || !map.clientHeight)
		return;
	Object.assign(look, { x: middle[0] - width / 2, y: middle[1] - width / form / 2, width, height: width / form });
	whole = whole || look.width;
	setUnit();
	placeLabels();
}

// Nearer by FACTOR, where POINT of the map stays where it is.
function zoom(factor, point) {
	const share = point || [0.5, 0.5];
	const width = Math.min(Math.max(look.width / factor, whole / 200), whole * 2);
	const height = width * look.height / look.width;

	setLook({ x: look.x + (look.width - width) * share[0], y: look.y + (look.height - height) * share[1], width, height });
}

// The cells of the screen, twelve pixels wide and high, that the name of a node AT X and Y takes.
function cellsOf(node, x, y) {
	const half = node.name.length * 3.6 + 3;
	const cells = [];

	for (let column = Math.floor((x - half) / 12); column <= (x + half) / 12; column++)
		[18, 9].forEach(above => cells.push(column + " " + Math.floor((y - above) / 12)));
	return cells;
}

// Names where there is room for them, those of gateways with many pairs first.  That of a hub may
// lie over others' circles.
const HUB = 4;

function placeLabels() {
	const unit = look.width / map.clientWidth;
	const taken = new Set(), circles = new Map();
	const places = network.nodes.map(node => [(node.x - look.x) / unit, (node.y - look.y) / unit]);
	const order = network.nodes.slice()
		.sort((a, b) => (b === at) - (a === at) || b.pairs.length - a.pairs.length || a.index - b.index);

	places.forEach(([x, y], index) => circles.set(Math.floor(x / 12) + " " + Math.floor(y / 12), index));
	order.forEach(node => {
		const [x, y] = places[node.index];
		const isSeen = x > 0 && x < map.clientWidth && y > 0 && y < map.clientHeight + 20;
		const isOver = cell => circles.has(cell) && circles.get(cell) !== node.index;
		const cells = isSeen ? cellsOf(node, x, y) : [];
		const isFree = isSeen && cells.every(cell => !taken.has(cell) &&
			(node === at || node.pairs.length >= HUB || !isOver(cell)));

		if (isFree)
			cells.forEach(cell => taken.add(cell));
		node.label.style.display = isFree ? "" : "none";
	});
}

// ---- what the filter makes of it ----

function showEdge(edge, shown) {
	const pairs = edge.pairs.filter(pair => shown.has(pair));
	const some = pairs.length ? pairs : edge.pairs;

	edge.worst = some.reduce((worst, pair) => rankOf(pair) < rankOf(worst) ? pair : worst);
	edge.element.setAttribute("class", "edge " + kindOf(edge.worst.outcome) + (pairs.length ? "" : " faint"));
	edge.title.textContent = edge.from.name + " \u2013 " + edge.to.name + ": " +
		(some.length > 1 ? plural(some.length, "pair") + ", the worst " : "") + edge.worst.outcome;
}

// From afar its color tells of a gateway half of whose pairs are down.
function showNode(node, shown) {
	const pairs = node.pairs.filter(pair => shown.has(pair));
	const bad = pairs.filter(pair => kindOf(pair.outcome) === "bad");

	node.element.classList.toggle("faint", !pairs.length);
	node.element.classList.toggle("bad", pairs.length > 0 && 2 * bad.length >= pairs.length);
}

// What is bad lies above the rest.
function showTopology(filtered) {
	const shown = new Set(filtered.pairs);
	const edges = network.edges.filter(edge => edge.element);

	edges.forEach(edge => showEdge(edge, shown));
	edges.filter(edge => edge.element.matches(".bad:not(.faint)"))
		.forEach(edge => edge.element.parentNode.append(edge.element));
	network.nodes.forEach(node => showNode(node, shown));
}

// ---- by hand ----

// The pairs of a gateway.  Who asks for a peer that has no file has its address in a line; who
// waits for any is alone with that.
function choose(node) {
	const address = node.name.replace(/^\? ?/, "");

	change(node.site ? { site: node.name } : address ? { text: address } : { site: nameOf(node.pairs[0].sites[0]) });
}

function goTo(node) {
	if (at)
		at.element.classList.remove("at");
	at = node;
	if (!node)
		return;
	const bad = node.pairs.filter(pair => kindOf(pair.outcome) === "bad").length;
	node.element.classList.add("at");
	find("#map-said").textContent = node.name + (node.site ? "" : ", no file") + ", " +
		plural(node.pairs.length, "pair") + (bad ? ", " + bad + " down or lost" : "");
	if (node.x < look.x || node.y < look.y || node.x > look.x + look.width || node.y > look.y + look.height)
		setLook({ x: node.x - look.width / 2, y: node.y - look.height / 2, width: look.width, height: look.height });
	placeLabels();
}

// The nearest one that way, what is straight ahead before what is aside.
function nextNode(dx, dy) {
	const from = at || { x: look.x + look.width / 2, y: look.y + look.height / 2 };
	let best = null, least = Infinity;

	network.nodes.forEach(node => {
		const x = node.x - from.x, y = node.y - from.y;
		const ahead = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);

		if (node !== at && ahead > 0 && ahead + 3 * aside < least) {
			best = node;
			least = ahead + 3 * aside;
		}
	});
	return best || at || network.nodes[0];
}

function onMapKey(event) {
	const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
	const keys = { "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), "0": () => setLook(null),
		"Enter": () => at && choose(at), "Escape": () => goTo(null) };
	const arrow = arrows[event.key];

	if (event.ctrlKey || event.altKey || event.metaKey || !(arrow || keys[event.key]))
		return;
	event.preventDefault();
	if (arrow)
		goTo(nextNode(...arrow));
	else
		keys[event.key]();
}

// The wheel is the map's only when one has come to it: else the page would stop there.
function onWheel(event) {
	const box = map.getBoundingClientRect();

	if (!event.ctrlKey && document.activeElement !== map)
		return;
	event.preventDefault();
	zoom(Math.exp(-event.deltaY / 400), [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
}

function onDrag(event) {
	const unit = look.width / map.clientWidth;

	if (!(event.buttons & 1) || Math.abs(event.movementX) + Math.abs(event.movementY) === 0)
		return;
	isDragged = true;
	map.classList.add("dragged");
	look.x -= event.movementX * unit;
	look.y -= event.movementY * unit;
	setUnit();
}

function listenToMap() {
	map.addEventListener("keydown", onMapKey);
	map.addEventListener("wheel", onWheel, { passive: false });
	map.addEventListener("pointerdown", () => { isDragged = false; });
	map.addEventListener("pointermove", onDrag);
	addEventListener("pointerup", () => {
		if (map.classList.contains("dragged"))
			placeLabels();
		map.classList.remove("dragged");
	});
	find("[data-zoom=in]").addEventListener("click", () => zoom(1.5));
	find("[data-zoom=out]").addEventListener("click", () => zoom(1 / 1.5));
	find("[data-zoom=fit]").addEventListener("click", () => setLook(null));
}

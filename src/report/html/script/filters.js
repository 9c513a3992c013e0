// The filters, and what they show. What is shown or hidden is a part of a document: an example, or a
// paragraph.

/* The state of the filters, and their elements. */

const none = () => ({ query: "", verdicts: new Set(), kind: "", status: "", known: "", document: "" });
const state = none();
const selects = ["kind", "status", "known", "document"];
const chips = [...document.querySelectorAll(".chip")];

const offer = (id, values) => {
  for (const value of values) {
    $(id).append(new Option(value, value));
  }
};
const values = (key) => [...new Set(findings.map((finding) => finding[key]))].filter((value) => value !== "").sort();
offer("kind", values("kind"));
offer("status", values("status"));
offer("document", sections.map((section) => section.path));

// What there is nothing to choose from is not offered.
const isMixed = findings.some((finding) => finding.known) && findings.some((finding) => !finding.known);
for (const key of selects) {
  $(key).parentElement.hidden = key === "known" ? !isMixed : $(key).options.length < 3;
}

const isFaceted = () => state.verdicts.size > 0 || state.kind !== "" || state.status !== "" || state.known !== "";
const isActive = () => isFaceted() || state.query !== "" || state.document !== "";

const isWanted = (finding) =>
  (state.verdicts.size === 0 || state.verdicts.has(finding.verdict)) &&
  (state.kind === "" || finding.kind === state.kind) &&
  (state.status === "" || finding.status === state.status) &&
  (state.known === "" || finding.known === (state.known === "yes"));

// A row with nothing that matches stays among its lines, without its colours.
const dim = (row) => {
  const off = !row.findings.some((finding) => finding.matches);
  if (off !== row.off) {
    row.off = off;
    summaryOf(row).firstElementChild.classList.toggle("off", off);
  }
};

// The heights that the style knows.
const HEIGHTS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];

const heightOf = (group) => group.parts.reduce((sum, part) => (part.shown ? sum + part.height : sum), 0);

// Gives a group the height of what it is going to show. One with nothing to show is hidden as a whole.
const resize = (group) => {
  const height = heightOf(group);
  group.settled = height === 0;
  const name = height === 0 ? "g none" : `g h${HEIGHTS.find((known) => known >= height) ?? 512}`;
  if (name === group.name) return;
  group.name = name;
  group.element.className = name;
};

// Brings the elements of a group to what its parts should be.
const expose = (group) => {
  group.settled = true;
  const shown = group.parts.filter((part) => part.shown);
  make(shown);
  for (const part of shown) {
    part.rows.forEach(dim);
    const before = group.parts[group.parts.indexOf(part) - 1];
    part.element.classList.toggle("gap", before !== undefined && !before.shown);
  }
  const isSame = shown.length === group.exposed.length && shown.every((part, index) => part === group.exposed[index]);
  if (isSame) return;
  group.exposed = shown;
  group.element.replaceChildren(...shown.map((part) => part.element));
};

// A group of a large page that is far away is its text alone: the browser finds it, and a screen
// reader reads it.
const recede = (group) => {
  group.settled = true;
  group.exposed = [];
  const text = document.createElement("pre");
  text.className = "far";
  text.textContent = group.parts.filter((part) => part.shown).map(linesOf).join("");
  group.element.replaceChildren(text);
};

// What is in sight is brought up to date at once, the rest of a large page in the pauses after it.
const NEAR = 400;
const exposeInSight = () => {
  const inSight = groups.filter((group) => {
    if (group.settled && group.exposed.length > 0) return false;
    const { top, bottom, height } = group.element.getBoundingClientRect();
    return height > 0 && bottom > -NEAR && top < innerHeight + NEAR;
  });
  inSight.forEach(expose);
  return inSight.length > 0;
};
const settle = (group) => {
  if (group.near || group.element.contains(document.activeElement)) expose(group);
  else recede(group);
};
let pausing = 0;
const settleRest = () => {
  clearTimeout(pausing);
  const until = performance.now() + 8;
  for (const group of groups) {
    if (group.settled && group.isRead) continue;
    if (performance.now() > until) {
      pausing = setTimeout(settleRest, 30);
      return;
    }
    if (!group.settled) settle(group);
    group.parts.forEach(textOfPart);
    group.isRead = true;
  }
};
const exposeAll = () => groups.forEach(expose);

// What comes near gets its elements.
const observer = new IntersectionObserver((entries) => {
  const came = entries.map((entry) => {
    const group = groupOf.get(entry.target);
    group.near = entry.isIntersecting;
    return group;
  }).filter((group) => group.near && !(group.settled && group.exposed.length > 0));
  came.forEach(expose);
  if (came.length > 0) mark();
}, { rootMargin: `${NEAR}px` });
const groupOf = new Map(groups.map((group) => [group.element, group]));
for (const group of groups) if (group.isStored) observer.observe(group.element);

/* Filtering: what changes is touched, everything else is left. */

let pinned = null; // the part that an address asked for, shown in spite of the filters

const apply = () => {
  const query = state.query.trim().toLowerCase();
  const faceted = isFaceted();
  let matching = 0;
  let shown = 0;
  for (const section of sections) {
    const isHere = state.document === "" || state.document === section.path;
    let isShown = false;
    for (const part of section.parts) {
      const isFound = isHere && (query === "" || textOfPart(part).includes(query));
      let some = false;
      for (const row of part.rows) {
        for (const finding of row.findings) {
          finding.matches = isFound && isWanted(finding) && (query === "" || textOf(finding).includes(query));
          some ||= finding.matches;
          matching += finding.matches;
        }
      }
      part.shown = some || (isFound && !faceted) || part === pinned;
      isShown ||= part.shown;
    }
    if (isShown !== section.shown) {
      section.shown = isShown;
      section.element.hidden = !isShown;
    }
    shown += isShown;
  }
  groups.forEach(resize);
  groups.forEach((group) => group.isStored || expose(group));
  const active = isActive();
  $("summary").classList.toggle("away", active);
  $("nothing").hidden = shown > 0;
  $("clear").hidden = !active;
  const all = findings.length.toLocaleString("en");
  const noun = findings.length === 1 ? "finding" : "findings";
  $("count").textContent = active ? `${matching.toLocaleString("en")} of ${all} ${noun}` : `${all} ${noun}`;
  for (let times = 0; times < 3 && exposeInSight(); times += 1);
  clearTimeout(pausing);
  pausing = setTimeout(settleRest, 500);
  mark();
};

// The places where the query stands, as far as anyone looks: the browser paints them, no element changes.
let marking = 0;
const mark = () => {
  const query = state.query.trim().toLowerCase();
  clearTimeout(marking);
  if (!("highlights" in CSS)) return;
  CSS.highlights.delete("hit");
  if (query === "") return;
  marking = setTimeout(() => {
    const ranges = [];
    for (const part of groups.flatMap((group) => group.exposed)) {
      const walker = document.createTreeWalker(part.element, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const text = node.data.toLowerCase();
        if (text.length !== node.data.length) continue;
        for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + query.length);
          ranges.push(range);
        }
      }
      if (ranges.length > 2000) break;
    }
    CSS.highlights.set("hit", new Highlight(...ranges));
  }, 60);
};

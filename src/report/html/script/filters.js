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
  group.stale = height > 0;
  const name = height === 0 ? "g none" : `g h${HEIGHTS.find((known) => known >= height) ?? 512}`;
  if (name === group.name) return;
  group.name = name;
  group.element.className = name;
};

// Brings a group to what its parts should be.
const expose = (group) => {
  group.stale = false;
  let gap = false;
  for (const part of group.parts) {
    if (part.shown === part.hidden) {
      part.hidden = !part.shown;
      part.element.hidden = part.hidden;
    }
    if (part.shown) {
      part.rows.forEach(dim);
      if (gap !== part.gap) {
        part.gap = gap;
        part.element.classList.toggle("gap", gap);
      }
    }
    gap = !part.shown;
  }
};

// What is in sight is brought up to date at once, the rest of a large document in the pauses after it.
const NEAR = 400;
let pausing = 0;
const exposeAll = () => groups.forEach((group) => group.stale && expose(group));
const exposeInSight = () => {
  const inSight = groups.filter((group) => {
    if (!group.stale) return false;
    const { top, bottom } = group.element.getBoundingClientRect();
    return bottom > -NEAR && top < innerHeight + NEAR;
  });
  inSight.forEach(expose);
};
const exposeRest = () => {
  clearTimeout(pausing);
  const until = performance.now() + 8;
  for (const group of groups) {
    if (group.stale) expose(group);
    if (performance.now() > until) break;
  }
  const isDone = !groups.some((group) => group.stale);
  $("documents").setAttribute("aria-busy", String(!isDone));
  if (!isDone) pausing = setTimeout(exposeRest, 30);
};


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
  exposeInSight();
  clearTimeout(pausing);
  pausing = setTimeout(exposeRest, 500);
  $("documents").setAttribute("aria-busy", "true");
  const active = isActive();
  $("summary").hidden = active;
  $("nothing").hidden = shown > 0;
  $("clear").hidden = !active;
  const all = findings.length.toLocaleString("en");
  const noun = findings.length === 1 ? "finding" : "findings";
  $("count").textContent = active ? `${matching.toLocaleString("en")} of ${all} ${noun}` : `${all} ${noun}`;
  mark(query);
};

// The places where the query stands, as far as anyone looks: the browser paints them, no element changes.
let marking = 0;
const mark = (query) => {
  clearTimeout(marking);
  if (!("highlights" in CSS)) return;
  CSS.highlights.delete("hit");
  if (query === "") return;
  marking = setTimeout(() => {
    const ranges = [];
    for (const part of parts) {
      if (!part.shown) continue;
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

// The address of the page, and the places that addresses name.

/* The address holds the place and the filters: #doc/guide.md:11?verdict=refuted&q=sort */

let place = "";

const read = () => {
  const hash = location.hash.slice(1);
  const at = hash.indexOf("?");
  place = at < 0 ? hash : hash.slice(0, at);
  return new URLSearchParams(at < 0 ? "" : hash.slice(at + 1));
};

// Waits for the frame that shows what changed: in a large document the browser takes its time.
let writing = 0;
const write = () => {
  clearTimeout(writing);
  writing = setTimeout(writeNow, 400);
};

const writeNow = () => {
  const filters = new URLSearchParams();
  for (const verdict of state.verdicts) filters.append("verdict", verdict);
  for (const key of selects) if (state[key] !== "") filters.set(key, state[key]);
  if (state.query !== "") filters.set("q", state.query);
  const text = filters.toString();
  const hash = `#${place}${text === "" ? "" : `?${text}`}`;
  if (hash !== (location.hash || "#")) history.replaceState(null, "", hash);
};

const adopt = (filters) => {
  Object.assign(state, none());
  for (const verdict of filters.getAll("verdict")) {
    if (chips.some((chip) => chip.dataset.verdict === verdict)) state.verdicts.add(verdict);
  }
  for (const key of selects) {
    const value = filters.get(key) ?? "";
    if ([...$(key).options].some((option) => option.value === value)) state[key] = value;
  }
  state.query = filters.get("q") ?? "";
};

const show = () => {
  for (const chip of chips) chip.setAttribute("aria-pressed", String(state.verdicts.has(chip.dataset.verdict)));
  for (const key of selects) {
    $(key).value = state[key];
    $(key).classList.toggle("set", state[key] !== "");
  }
  if ($("query").value !== state.query) $("query").value = state.query;
};

const changed = () => {
  pinned = null;
  show();
  apply();
  write();
};

/* Places: a document, a line, a finding, an example. */

// Names are written as the addresses of the page write them; whoever types one may not.
const encoded = (name) => {
  try {
    name = decodeURIComponent(name);
  } catch {
    return name;
  }
  return encodeURIComponent(name).replace(/%2F/g, "/").replace(/%3A/g, ":").replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
};

// The part that holds a place: by its name, or by its line, which without a finding has none.
const partOf = (name) => {
  const id = ` id="${name}"`;
  const [, path, line] = /^(doc\/.*):(\d+)$/.exec(name) ?? [];
  const isIn = (part) => part.section.element.id === path && part.first <= line && line < part.first + part.lines;
  return parts.find((part) => part.markup.includes(id)) ?? parts.find(isIn) ?? null;
};

// The element of a place within its part, which has its elements.
const elementIn = (part, name) => {
  const found = $(name);
  if (found !== null) return found;
  const line = Number(/:(\d+)$/.exec(name)[1]);
  return part.element.lastElementChild.children[line - part.first];
};

// What comes near is laid out only then, which may push the target away: so it is looked for again.
const reveal = (element, block) => {
  let times = 3;
  const again = () => {
    element.scrollIntoView({ block });
    if (--times > 0) requestAnimationFrame(again);
  };
  again();
};

let here = null;

const goTo = (name) => {
  here?.classList.remove("here");
  here = null;
  if (name === "") return;
  const known = encoded(name);
  const part = partOf(known);
  if (part === null) {
    const section = sections.find((candidate) => known === candidate.element.id || known.startsWith(`${candidate.element.id}:`));
    const target = $(name) ?? $(known) ?? section?.element;
    if (target !== undefined) reveal(target, "start");
    return;
  }
  if (!part.shown) {
    pinned = part;
    apply();
  }
  expose(part.group);
  const target = elementIn(part, known);
  const row = target.closest("details") ?? target.querySelector(":scope > details");
  if (row !== null) row.open = true;
  here = target.closest(".bar") ?? target.closest("li") ?? target;
  here.classList.add("here");
  const focus = row?.querySelector("summary") ?? null;
  reveal(focus ?? here, "center");
  focus?.focus({ preventScroll: true });
};

const follow = () => {
  const filters = read();
  // A link within the page names a place alone and leaves the filters as they are.
  if ([...filters.keys()].length > 0) {
    adopt(filters);
    pinned = null;
    show();
    apply();
  }
  goTo(place);
  write();
};

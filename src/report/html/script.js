"use strict";
// Filters, searches and moves about in a page that is complete without it. What is shown or hidden is
// the part of a document: an example, or a paragraph. Nothing here makes markup of text.
(() => {
  const $ = (id) => document.getElementById(id);
  const root = document.documentElement;

  /* What stands in the page, read once. */

  const sections = [];
  const groups = [];
  const parts = [];
  const rows = [];
  const findings = [];
  for (const element of document.getElementsByClassName("doc")) {
    const section = { element, path: element.dataset.path, parts: [], shown: true };
    sections.push(section);
    for (const element of section.element.getElementsByClassName("g")) {
      const group = { element, height: -1, stale: false, parts: [] };
      groups.push(group);
      for (const element of group.element.children) {
        const height = element.lastElementChild.childElementCount + 2 * (element.childElementCount - 1);
        const part = { element, section, group, height, rows: [], text: null, shown: true, hidden: false, gap: false };
        group.parts.push(part);
        // A row is a `details` with one finding or more: a line, or the head of an example.
        for (const element of part.element.getElementsByTagName("details")) {
          const row = { element, part, findings: [], off: false };
          for (let item = element.firstElementChild.nextElementSibling; item !== null; item = item.nextElementSibling) {
            const { v: verdict = "", k: kind = "", s: status = "", known } = item.dataset;
            const finding = { item, row, verdict, kind, status, known: known !== undefined, text: null, matches: true };
            row.findings.push(finding);
            findings.push(finding);
          }
          part.rows.push(row);
          rows.push(row);
        }
        section.parts.push(part);
        parts.push(part);
      }
    }
  }
  const summaryOf = (row) => row.element.firstElementChild;
  const textOfPart = (part) => (part.text ??= part.element.textContent.toLowerCase());
  const textOf = (finding) => (finding.text ??= (summaryOf(finding.row).textContent + "\n" + finding.item.textContent).toLowerCase());

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

  const heightOf = (group) => group.parts.reduce((sum, part) => (part.shown ? sum + part.height : sum), 0);

  // Gives a group the height of what it is going to show. One with nothing to show is hidden as a whole.
  const resize = (group) => {
    const height = heightOf(group);
    group.stale = height > 0;
    if (height === group.height) return;
    group.height = height;
    group.element.hidden = height === 0;
    group.element.style.containIntrinsicHeight = `${height * ROW}px`;
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
  const NEAR = 1500;
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

  const ROW = parseFloat(getComputedStyle(root).fontSize) * 1.55;

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
    pausing = setTimeout(exposeRest, 200);
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
    writing = setTimeout(writeNow, 300);
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

  const elementOf = (name) => {
    const found = $(name) ?? $(encoded(name));
    if (found !== null) return found;
    // A line without a finding has no name of its own.
    const [, path, line] = /^(doc\/.*):(\d+)$/.exec(encoded(name)) ?? [];
    const section = path === undefined ? null : $(path);
    if (section === null) return null;
    for (const list of section.querySelectorAll("ol[start]")) {
      const item = list.children[Number(line) - list.start];
      if (Number(line) >= list.start && item !== undefined) return item;
    }
    return section;
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
    const target = name === "" ? null : elementOf(name);
    if (target === null) return;
    const part = parts.find((candidate) => candidate.element.contains(target)) ?? null;
    if (part !== null && !part.shown) {
      pinned = part;
      apply();
    }
    if (part !== null && part.group.stale) expose(part.group);
    const row = target.closest("details") ?? target.querySelector(":scope > details");
    if (row !== null && part !== null) row.open = true;
    here = part === null ? null : (target.closest(".bar") ?? target.closest("li") ?? target);
    here?.classList.add("here");
    const focus = row?.querySelector("summary") ?? null;
    reveal(focus ?? here ?? target, part === null ? "start" : "center");
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

  /* Moving about by key. */

  const isProblem = (finding) => {
    const stopped = finding.verdict === "" && finding.status !== "ran" && finding.status !== "skipped";
    return (finding.verdict === "refuted" || finding.verdict === "undecided" || stopped) && !finding.known;
  };

  let current = -1;

  const move = (step, isMeant) => {
    const focused = document.activeElement?.closest?.("details");
    const at = rows.findIndex((row) => row.element === focused);
    if (at >= 0) current = at;
    for (let next = current + step; next >= 0 && next < rows.length; next += step) {
      const row = rows[next];
      if (!row.part.shown || !row.findings.some((finding) => finding.matches && isMeant(finding))) continue;
      if (row.part.group.stale) expose(row.part.group);
      current = next;
      here?.classList.remove("here");
      here = row.element.classList.contains("bar") ? row.element : row.element.parentElement;
      here.classList.add("here");
      const summary = summaryOf(row);
      reveal(summary, "center");
      summary.focus({ preventScroll: true });
      place = here.id !== "" ? here.id : row.findings[0].item.id;
      write();
      return;
    }
  };

  const toggle = (verdict) => {
    if (!state.verdicts.delete(verdict)) state.verdicts.add(verdict);
    changed();
  };

  const clear = () => {
    Object.assign(state, none());
    changed();
  };

  const only = (verdict) => {
    const was = state.verdicts.size === 1 && state.verdicts.has(verdict);
    state.verdicts.clear();
    if (!was) state.verdicts.add(verdict);
    changed();
  };

  const keys = {
    j: () => move(1, () => true),
    k: () => move(-1, () => true),
    n: () => move(1, isProblem),
    p: () => move(-1, isProblem),
    r: () => only("refuted"),
    u: () => only("undecided"),
    c: () => only("confirmed"),
    x: clear,
    t: () => nextTheme(),
    "/": () => $("query").focus(),
    "?": () => $("help").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("help").open) return;
    const field = event.target.closest?.("input, select, textarea");
    if (event.key === "Escape" && field === $("query")) {
      event.preventDefault();
      field.blur();
      if (state.query !== "") {
        state.query = "";
        changed();
      }
      return;
    }
    if (field !== null && field !== undefined) return;
    const act = $("keys").checked ? keys[event.key] : undefined;
    if (act === undefined) return;
    event.preventDefault();
    act();
  });

  /* The theme, kept where the browser allows it. */

  const kept = (key, value) => {
    try {
      if (value === undefined) return localStorage.getItem(`truedoc-${key}`);
      localStorage.setItem(`truedoc-${key}`, value);
    } catch {
      // A page without a place to keep things begins anew each time.
    }
    return null;
  };
  const themes = ["automatic", "light", "dark"];
  let theme = Math.max(0, themes.indexOf(kept("theme")));
  const useTheme = () => {
    if (theme === 0) delete root.dataset.theme;
    else root.dataset.theme = themes[theme];
    $("theme-name").textContent = themes[theme];
  };
  const nextTheme = () => {
    theme = (theme + 1) % themes.length;
    kept("theme", themes[theme]);
    useTheme();
  };

  /* The wiring. */

  for (const chip of chips) chip.addEventListener("click", () => toggle(chip.dataset.verdict));
  for (const key of selects) {
    $(key).addEventListener("change", () => {
      state[key] = $(key).value;
      changed();
    });
  }
  let typing = 0;
  $("query").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      state.query = $("query").value;
      changed();
    }, 80);
  });
  $("clear").addEventListener("click", () => {
    clear();
    $("query").focus();
  });
  $("theme").addEventListener("click", nextTheme);
  $("help-open").addEventListener("click", () => $("help").showModal());
  $("help-close").addEventListener("click", () => $("help").close());
  $("keys").checked = kept("keys") !== "off";
  $("keys").addEventListener("change", () => kept("keys", $("keys").checked ? "on" : "off"));

  document.addEventListener("click", (event) => {
    // Whoever selects text in a line does not want it to unfold.
    const summary = event.target.closest("summary");
    if (summary !== null && event.detail > 0 && !getSelection().isCollapsed && getSelection().containsNode(summary, true)) {
      event.preventDefault();
      return;
    }
    // The number of a line is a link to it.
    if (event.target.matches(".p li") && event.target.parentElement.hasAttribute("start")) {
      const item = event.target;
      const part = item.closest(".doc");
      const line = item.parentElement.start + [...item.parentElement.children].indexOf(item);
      const style = getComputedStyle(item, "::before");
      const left = event.clientX - item.getBoundingClientRect().left;
      if (left >= parseFloat(style.left) && left <= parseFloat(style.left) + parseFloat(style.width)) {
        place = `${part.id}:${line}`;
        goTo(place);
        write();
      }
      return;
    }
    const link = event.target.closest('a[href^="#"]');
    if (link !== null && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      const name = link.getAttribute("href").slice(1);
      if (link.classList.contains("skip")) return;
      event.preventDefault();
      place = name;
      const section = sections.find((candidate) => candidate.element.id === name);
      if (section !== undefined && !section.shown) clear();
      goTo(name);
      write();
    }
  });

  // What unfolds gets its tools once it is seen: a link to itself, and a button to copy the command.
  const furnish = (finding) => {
    if (finding.querySelector(".link") !== null) return;
    const link = document.createElement("a");
    link.className = "link";
    link.href = `#${finding.id}`;
    link.textContent = "link";
    finding.querySelector(".t").append(" ", link);
    const command = finding.querySelector("code.run");
    if (command === null || navigator.clipboard === undefined) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(command.textContent);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    command.after(button);
  };
  document.addEventListener("toggle", (event) => {
    if (event.target.open) event.target.querySelectorAll(":scope > .f").forEach(furnish);
  }, true);

  // The document that is read is marked in the list of documents.
  if ("IntersectionObserver" in window) {
    const links = new Map([...document.querySelectorAll("#contents a")].map((link) => [link.getAttribute("href").slice(1), link]));
    const seen = new Set();
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) seen.add(entry.target.id);
        else seen.delete(entry.target.id);
      }
      const first = sections.find((section) => seen.has(section.element.id));
      for (const [name, link] of links) {
        if (name === first?.element.id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    }, { rootMargin: "-90px 0px -70% 0px" });
    for (const section of sections) observer.observe(section.element);
  }

  // Whoever scrolls, prints or searches with the browser sees no part that the filters took away.
  addEventListener("scroll", exposeInSight, { passive: true });
  addEventListener("beforeprint", exposeAll);
  addEventListener("hashchange", follow);
  for (const element of document.querySelectorAll(".tools, #bar")) element.hidden = false;
  useTheme();
  const filters = read();
  if ([...filters.keys()].length === 0) {
    for (const verdict of (root.dataset.only ?? "").split(" ")) if (verdict !== "") filters.append("verdict", verdict);
  }
  adopt(filters);
  show();
  apply();
  goTo(place);
})();

// What stands in the page, read once: documents, groups of parts, parts, rows and findings.
//
// A large page keeps the markup of its groups as text (a `noscript`, which is markup only where no
// script runs). Of that text the filters and the search read; elements are made of the parts that are
// near, and only of what the page brought along.

const $ = (id) => document.getElementById(id);
const root = document.documentElement;

const sections = [];
const groups = [];
const parts = [];
const rows = [];
const findings = [];

// A row is a `details` with one finding or more: a line, or the head of an example. Nothing that is
// shown holds a `<` of its own, so the text of the page is cut where its elements begin.
const readRows = (part) => {
  for (const text of part.markup.split("<details").slice(1)) {
    const [summary, ...items] = text.slice(0, text.indexOf("<\/details>")).split('<div class="f"');
    const row = { element: null, part, findings: [], summary: `<details${summary}`, off: false };
    for (const item of items) {
      const data = item.slice(0, item.indexOf(">"));
      const value = (key) => new RegExp(` data-${key}="([^"]*)"`).exec(data)?.[1] ?? "";
      const finding = { row, item, id: / id="([^"]*)"/.exec(data)[1], verdict: value("v"), kind: value("k"), status: value("s"), known: data.includes(" data-known"), text: null, matches: true };
      row.findings.push(finding);
      findings.push(finding);
    }
    part.rows.push(row);
    rows.push(row);
  }
};

const count = (text, piece) => text.split(piece).length - 1;
const readPart = (group, markup, element) => {
  const first = Number(/<ol start="(\d+)"/.exec(markup)?.[1] ?? NaN);
  const lines = count(markup, "<li");
  const height = lines + 2 * count(markup, '<details class="bar"');
  const part = { number: parts.length, section: group.section, group, markup, element: null, first, lines, height, rows: [], text: null, plain: null, shown: true };
  parts.push(part);
  group.parts.push(part);
  group.section.parts.push(part);
  readRows(part);
  if (element !== null) adoptElement(part, element);
};
const adoptElement = (part, element) => {
  part.element = element;
  const found = element.getElementsByTagName("details");
  part.rows.forEach((row, index) => (row.element = found[index]));
};

for (const element of document.getElementsByClassName("doc")) {
  const section = { element, path: element.dataset.path, parts: [], shown: true };
  sections.push(section);
  for (const element of section.element.getElementsByClassName("g")) {
    const stored = element.querySelector(":scope > noscript");
    const group = { element, section, name: element.className, isStored: stored !== null, near: false, settled: stored === null, isRead: false, exposed: [], parts: [] };
    groups.push(group);
    if (stored === null) {
      for (const element of [...group.element.children]) readPart(group, element.outerHTML, element);
      group.exposed = group.parts;
    } else {
      for (const markup of stored.textContent.split(/(?=<div class="p )/)) if (markup.startsWith("<div")) readPart(group, markup, null);
    }
  }
}

/* Elements of parts. */

// The one way from text to elements: a number of a part, and what the page holds for it.
const rules = { createHTML: (numbers) => numbers.split(" ").map((number) => parts[number].markup).join("") };
const policy = globalThis.trustedTypes?.createPolicy("truedoc", rules) ?? rules;
const make = (wanted) => {
  const missing = wanted.filter((part) => part.element === null);
  if (missing.length === 0) return;
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(missing.map((part) => part.number).join(" "));
  const made = [...template.content.children];
  missing.forEach((part, index) => adoptElement(part, made[index]));
};

/* The text of what is shown. */

const CHARACTERS = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };
const plain = (markup) => markup.replace(/<[^>]*>/g, "").replace(/&(?:amp|lt|gt|quot|#39);/g, (name) => CHARACTERS[name]);
const textOfPart = (part) => (part.text ??= plain(part.markup).toLowerCase());
const textOf = (finding) => (finding.text ??= `${plain(finding.row.summary)}\n${plain(`<div${finding.item}`)}`.toLowerCase());
// The lines alone, without badges and without what unfolds.
const linesOf = (part) => (part.plain ??= plain(part.markup.replace(/<div class="f"[^]*?<\/div>|<span class="m[^]*?<\/span>|<details class="bar"[^]*?<\/details>/g, "")));

const summaryOf = (row) => row.element.firstElementChild;

// What stands in the page, read once: documents, groups of parts, parts, rows and findings.

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
    const group = { element, name: element.className, stale: false, parts: [] };
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

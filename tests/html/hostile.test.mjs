// Whatever a document says is text: nothing runs, nothing is asked for, and it is shown as it stands.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { open, start } from "./browser.mjs";

let browser;
before(async () => (browser = await start()));
after(() => browser.stop());

/** What the page shows for a character that has no picture. */
const named = (text) =>
  text.replace(/[\0-\x08\x0B-\x1F\x7F-\x9F\u00AD\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/g, (c) => `U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`);

for (const name of ["guide.html", "many.html"]) test(`${name}: hostile text stays text, line by line`, async () => {
  const { page, seen } = await open(browser.context, name);
  // As before printing, everything gets its elements.
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const document = readFileSync(join(process.env.TRUEDOC_PAGES, "docs/hostile.md"), "utf8");
  const lines = document.replace(/\n$/, "").split("\n").map(named);
  const shown = await page.$$eval('[data-path="docs/hostile.md"] .p > ol > li', (items) =>
    items.map((item) => {
      const summary = item.querySelector("summary");
      if (summary === null) return item.textContent;
      const badges = summary.querySelector(".m").textContent;
      return summary.textContent.slice(badges.length);
    }),
  );
  assert.deepEqual(shown, lines);
  // All that unfolds is laid out, every link and every line is pressed.
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  await page.waitForTimeout(200);
  const links = await page.$$eval("a", (found) => found.map((link) => link.getAttribute("href")));
  assert.ok(links.length > 10 && links.every((link) => link.startsWith("#")), "links lead into the page");
  for (const summary of await page.locator('[data-path="docs/hostile.md"] summary').all()) await summary.click();
  assert.deepEqual(seen, { dialogs: [], requests: [], errors: [] });
  assert.equal(await page.evaluate(() => window.hit), undefined);
  const allowed = ["A", "B", "BR", "BUTTON", "CODE", "DD", "DEL", "DETAILS", "DIV", "DL", "DT", "H2", "I", "INS", "LI", "OL", "P", "PRE", "SECTION", "SMALL", "SPAN", "SUMMARY", "U", "UL"];
  const tags = await page.$$eval(".doc, .doc *", (found) => [...new Set(found.map((one) => one.tagName))]);
  assert.deepEqual(tags.filter((tag) => !allowed.includes(tag)), []);
  await page.close();
});

for (const name of ["guide.html", "many.html"]) test(`${name}: the policy stops what would come through all the same`, async () => {
  const { page } = await open(browser.context, name);
  const outcome = await page.evaluate(async () => {
    const tried = {};
    const script = document.createElement("script");
    try {
      script.textContent = "window.hit = 1";
      document.body.append(script);
    } catch (error) {
      tried.script = error.name;
    }
    try {
      document.body.innerHTML += "<img src=x onerror='window.hit = 2'>";
    } catch (error) {
      tried.markup = error.name;
    }
    try {
      trustedTypes.createPolicy("truedoc", { createHTML: (text) => text });
    } catch (error) {
      tried.policy = error.name;
    }
    const image = new Image();
    tried.image = await new Promise((resolve) => {
      image.onload = () => resolve("loaded");
      image.onerror = () => resolve("stopped");
      image.src = "https://example.org/a.png";
    });
    tried.fetch = await fetch("https://example.org/").then(() => "went", () => "stopped");
    return { ...tried, hit: window.hit };
  });
  assert.deepEqual(outcome, { script: "TypeError", markup: "TypeError", policy: "TypeError", image: "stopped", fetch: "stopped", hit: undefined });
  await page.close();
});

for (const name of ["guide.html", "many.html"]) test(`${name}: a hostile address does no harm`, async () => {
  const hash = "#doc/%3Cimg%20src=x%20onerror=alert(1)%3E:1?q=%3Cscript%3Ealert(1)%3C/script%3E&verdict=%22%3E&kind=constructor";
  const { page, seen } = await open(browser.context, name, { hash });
  assert.equal(await page.inputValue("#query"), "<script>alert(1)</script>");
  await page.evaluate(() => (location.hash = "#%E0%A4%A?q=%"));
  await page.waitForTimeout(100);
  assert.deepEqual(seen, { dialogs: [], requests: [], errors: [] });
  await page.close();
});

// What a reader can do with the page: filter, search, follow links, go about by keyboard.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open, start } from "./browser.mjs";

let browser;
before(async () => (browser = await start()));
after(() => browser.stop());

/** A page whose elements are all there, and one so large that they are made of what comes near. */
const BOTH = ["guide.html", "many.html"];

/** Runs a test on a page of its own, and holds the page to saying nothing wrong. */
const on = (names, options, title, body) => {
  for (const name of [names].flat()) {
    test(`${name}: ${title}`, async () => {
      const { page, seen } = await open(browser.context, name, options);
      await body(page, name);
      assert.deepEqual(seen, { dialogs: [], requests: [], errors: [] });
      await page.close();
    });
  }
};

const shownFindings = async (page) => {
  await settled(page);
  const rows = ".g:not(.none) > .p details:not(:has(> summary > .off)) > .f";
  return page.$$eval(rows, (found) => found.map((one) => ({ ...one.dataset })));
};
// The address follows a moment after what is shown.
const settled = (page) => page.waitForTimeout(450);
const count = (page) => page.textContent("#count");
const place = async (page) => {
  await settled(page);
  return page.evaluate(() => decodeURIComponent(location.hash));
};
const focused = (page) => page.evaluate(() => document.activeElement.textContent);

on("guide.html", {}, "everything is shown at first", async (page) => {
  const all = await page.$$eval(".f", (found) => found.length);
  assert.ok(all > 15);
  assert.equal(await count(page), `${all} findings`);
  assert.equal(await page.$$eval(".doc[hidden], .none", (hidden) => hidden.length), 0);
  assert.equal(await page.$$eval(".doc", (documents) => documents.length), 4);
  assert.match(await page.textContent("h1"), /failed/);
  assert.equal(await page.$$eval("#summary tbody tr", (rows) => rows.length), 4);
});

on(BOTH, {}, "lines stand with their numbers, and verdicts at their lines", async (page) => {
  const row = page.locator('[id="doc/docs/guide.md:11"]');
  assert.match(await row.locator("summary").textContent(), /refuted.*a\.sort\(\)\s+# \[4, 3, 2, 1\]/);
  const number = await row.evaluate((item) => item.parentElement.start + [...item.parentElement.children].indexOf(item));
  assert.equal(number, 11);
  await row.locator("summary").click();
  const details = await row.locator(".f").innerText();
  for (const said of ["[1, 2, 3, 4]", "none agrees", "+ a.sort()", "truedoc fix", "truedoc check --only guide/lists#1 docs/guide.md"]) {
    assert.ok(details.includes(said), `${said} in ${details}`);
  }
});

on(BOTH, {}, "sentences tied to facts are marked", async (page) => {
  const row = page.locator('[id="doc/docs/guide.md:21"]');
  assert.match(await row.locator("summary .m").textContent(), /confirmed/);
  assert.equal(await row.locator("u.confirmed").textContent(), "Small integers are cached");
  await row.locator("summary").click();
  assert.match(await row.locator(".f").innerText(), /CPython keeps one object/);
});

on(BOTH, {}, "verdicts are filtered", async (page) => {
  await page.click(".chip.refuted");
  let found = await shownFindings(page);
  assert.ok(found.length > 3);
  const number = Number(await page.textContent(".chip.refuted .n"));
  assert.match(await count(page), new RegExp(`^${number} of `));
  assert.equal(await page.getAttribute(".chip.refuted", "aria-pressed"), "true");
  await page.click(".chip.undecided");
  const both = Number((await count(page)).split(" ")[0]);
  assert.equal(both, number + Number(await page.textContent(".chip.undecided .n")));
  await page.click(".chip.refuted");
  await page.click(".chip.undecided");
  assert.doesNotMatch(await count(page), / of /);
});

on(BOTH, { viewport: { width: 1500, height: 900 } }, "kind, status, document and known are filtered", async (page) => {
  const only = async (select, value, key, wanted) => {
    await page.selectOption(select, value);
    await settled(page);
    const found = await page.$$eval(".g:not(.none) > .p details:not(:has(> summary > .off))", (rows) => rows.map((row) => [...row.querySelectorAll(":scope > .f")].map((one) => ({ known: "no", ...one.dataset }))));
    assert.ok(found.length > 0, select);
    assert.ok(found.every((row) => row.some((one) => one[key] === wanted)), JSON.stringify(found));
    await page.click("#clear");
    assert.equal(await page.inputValue(select), "");
  };
  await only("#kind", "stdout", "k", "stdout");
  await only("#kind", "sentence", "k", "sentence");
  await only("#status", "raised", "s", "raised");
  await only("#known", "yes", "known", "");
  await page.selectOption("#document", "docs/hostile.md");
  assert.deepEqual(await page.$$eval(".doc:not([hidden])", (found) => found.map((one) => one.dataset.path)), ["docs/hostile.md"]);
});

on(BOTH, {}, "filters that nothing matches say so", async (page) => {
  await page.fill("#query", "nowhere to be found");
  await page.waitForFunction(() => !document.getElementById("nothing").hidden);
  assert.match(await count(page), /^0 of /);
});

on(BOTH, {}, "text is searched: prose, code, and what unfolds", async (page) => {
  const search = async (text) => {
    await page.fill("#query", text);
    await page.waitForFunction((text) => decodeURIComponent(location.hash).includes(text.replaceAll(" ", "+")), text);
    await settled(page);
    return page.$$eval(".g:not(.none) > .p", (parts) => parts.map((part) => part.textContent));
  };
  assert.equal((await search("Two names for one list")).length, 1);
  assert.equal((await search("two NAMES for")).length, 1);
  const code = await search("b.append(4)");
  assert.ok(code.length >= 1 && code[0].includes("a = [1, 2, 3]"));
  assert.ok((await search("what is claimed here is really")).length >= 1, "a mend is found");
  await page.waitForFunction(() => CSS.highlights.get("hit")?.size > 0);
  await page.click("#clear");
  assert.equal(await page.evaluate(() => CSS.highlights.has("hit")), false);
  assert.equal(await page.inputValue("#query"), "");
});

on(BOTH, { hash: "#doc/docs/guide.md:11" }, "a link leads to a line, which unfolds", async (page) => {
  const row = page.locator('[id="doc/docs/guide.md:11"]');
  assert.equal(await row.locator("details").evaluate((details) => details.open), true);
  await page.waitForTimeout(100);
  const { y } = await row.boundingBox();
  assert.ok(y > 60 && y < 800, `the line is in sight (${y})`);
  assert.match(await focused(page), /a\.sort/);
});

on(BOTH, { hash: "#doc/docs/guide.md:3" }, "a link leads to a line without a finding", async (page) => {
  assert.equal(await page.textContent("li.here"), "Two names for one list:");
});

on(BOTH, { hash: "#guide/lists#1" }, "a link leads to an example by its id, as it is typed", async (page) => {
  assert.match(await page.textContent(".bar.here summary"), /guide\/lists#1/);
});

on(BOTH, { hash: "#doc/docs/my notes.txt:2" }, "a link leads to a document with a space in its path", async (page) => {
  assert.match(await page.textContent("li.here summary"), /y {2}# 3/);
});

on(BOTH, { hash: "#doc/docs/guide.md:9?verdict=refuted" }, "a link survives the filters that it brings", async (page) => {
  assert.match(await count(page), / of /);
  assert.match(await page.textContent("li.here"), /\[1, 2, 3, 4\]/);
  assert.equal(await page.locator("li.here").isVisible(), true);
  assert.equal(await page.getAttribute(".chip.refuted", "aria-pressed"), "true");
});

on(BOTH, { hash: "#?verdict=undecided" }, "a link to what is filtered away shows it", async (page) => {
  assert.equal(await page.locator('[id="doc/docs/guide.md:11"]').isVisible(), false);
  await page.evaluate(() => (location.hash = "#doc/docs/guide.md:11"));
  await page.waitForSelector("li.here");
  assert.equal(await page.locator('[id="doc/docs/guide.md:11"]').isVisible(), true);
  assert.equal(await page.getAttribute(".chip.undecided", "aria-pressed"), "true", "the filter stays");
  assert.equal(await place(page), "#doc/docs/guide.md:11?verdict=undecided");
});

on(BOTH, {}, "the address holds place and filters, and opens the same again", async (page, name) => {
  await page.click(".chip.refuted");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await settled(page);
  const hash = await page.evaluate(() => location.hash);
  assert.match(hash, /^#.+\?verdict=refuted$/);
  const [before, there] = [await count(page), await focused(page)];
  const again = await open(browser.context, name, { hash });
  assert.equal(await count(again.page), before);
  assert.equal(await focused(again.page), there);
  await again.page.close();
});

on(BOTH, {}, "the number of a line is a link to it", async (page) => {
  const item = page.locator('[data-path="docs/guide.md"] ol[start="1"] li').nth(2);
  await item.scrollIntoViewIfNeeded();
  const { x, y } = await item.boundingBox();
  const number = await item.evaluate((item) => parseFloat(getComputedStyle(item, "::before").left) + 5);
  await page.mouse.click(x + number, y + 8);
  assert.equal(await place(page), "#doc/docs/guide.md:3");
});

on(BOTH, {}, "keys go through the findings", async (page) => {
  await page.keyboard.press("j");
  const first = await focused(page);
  await page.keyboard.press("j");
  const second = await focused(page);
  assert.notEqual(first, second);
  await page.keyboard.press("k");
  assert.equal(await focused(page), first);
  await page.keyboard.press("n");
  assert.match(await focused(page), /refuted/);
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.parentElement.open), true);
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.parentElement.open), false);
  const at = await place(page);
  await page.keyboard.press("p");
  assert.equal(await place(page), at, "there is no problem before the first");
});

on(BOTH, {}, "keys search, filter, help and let go", async (page) => {
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "query");
  await page.keyboard.type("jokes");
  await page.waitForFunction(() => location.hash.includes("q=jokes"));
  await page.keyboard.press("Escape");
  assert.equal(await page.inputValue("#query"), "");
  assert.doesNotMatch(await count(page), / of /);
  await page.keyboard.press("r");
  assert.equal(await page.getAttribute(".chip.refuted", "aria-pressed"), "true");
  await page.keyboard.press("x");
  assert.equal(await page.getAttribute(".chip.refuted", "aria-pressed"), "false");
  await page.keyboard.press("?");
  assert.equal(await page.locator("#help").isVisible(), true);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#help").isVisible(), false);
  await page.keyboard.press("?");
  await page.uncheck("#keys");
  await page.keyboard.press("Escape");
  await page.keyboard.press("r");
  assert.equal(await page.getAttribute(".chip.refuted", "aria-pressed"), "false", "keys of a letter are off");
  await page.evaluate(() => localStorage.clear());
});

on("guide.html", { colorScheme: "dark" }, "the theme follows the system, and the button", async (page) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.click("#theme");
  const light = await ground();
  assert.notEqual(dark, light);
  assert.equal(await page.textContent("#theme-name"), "light");
  await page.click("#theme");
  assert.equal(await ground(), dark);
  await page.reload();
  assert.equal(await page.textContent("#theme-name"), "dark", "it is kept");
  await page.click("#theme");
  assert.equal(await page.textContent("#theme-name"), "automatic");
});

on("guide.html", { media: "print" }, "on paper there are no tools, and what is wrong is unfolded", async (page) => {
  assert.equal(await page.locator("#bar").isVisible(), false);
  assert.equal(await page.locator('[id="doc/docs/guide.md:11"] .f').isVisible(), true);
});

on("only.html", {}, "a report of certain verdicts begins with them", async (page) => {
  assert.equal(await page.getAttribute(".chip.refuted", "aria-pressed"), "true");
  assert.match(await count(page), / of /);
  await page.click("#clear");
  assert.doesNotMatch(await count(page), / of /);
});

on("gone.html", {}, "without its text a document is shown by its code", async (page) => {
  assert.match(await page.textContent('[data-path="docs/guide.md"] .notes'), /not at hand/);
  assert.ok((await page.$$eval(".f", (found) => found.length)) > 10);
  await page.click(".chip.refuted");
  assert.ok((await shownFindings(page)).length > 3);
});

on("many.html", {}, "what is far away is its text, which the browser finds", async (page) => {
  await page.waitForFunction(() => [...document.querySelectorAll(".g")].every((group) => group.querySelector(":scope > :is(.p, .far)") !== null));
  const far = await page.$$eval(".far", (found) => found.map((one) => one.textContent).join(""));
  assert.ok(far.includes("list_499  # [499, 2]\n"), "a line with a claim");
  assert.ok(!far.includes("is printed") && !far.includes("confirmed"), "without what unfolds, and without badges");
  assert.equal(await page.evaluate(() => window.find("list_499  # [499, 2]")), true);
  await page.waitForSelector('[id="doc/docs/04.md:798"] summary');
  assert.ok((await page.$$eval("*", (all) => all.length)) < 6000, "the rest stays text");
});

on("many.html", {}, "what is far away is brought up to date before it is seen", async (page) => {
  await page.click(".chip.refuted");
  await page.evaluate(() => document.querySelector('[id="doc/docs/04.md"]').scrollIntoView());
  await page.waitForSelector('[data-path="docs/04.md"] .p');
  const found = await page.$$eval('[data-path="docs/04.md"] .p', (parts) => parts.map((part) => part.querySelectorAll('.f[data-v="refuted"]').length));
  assert.ok(found.length > 0 && found.every((number) => number > 0), JSON.stringify(found));
  await page.click("#clear");
  await page.evaluate(() => document.querySelector('[id="doc/docs/04.md"]').scrollIntoView());
  await page.waitForSelector('[id="doc/docs/04.md:6"] summary .confirmed');
});

on("many.html", {}, "what was unfolded stays so when filters come and go", async (page) => {
  const row = page.locator('[id="doc/docs/guide.md:11"]');
  await row.locator("summary").click();
  await page.click(".chip.undecided");
  assert.equal(await row.count(), 0);
  await page.click("#clear");
  await page.evaluate(() => document.querySelector('[id="doc/docs/guide.md"]').scrollIntoView());
  await row.waitFor();
  assert.equal(await row.locator("details").evaluate((details) => details.open), true);
});

on("many.html", {}, "on paper everything is there, and afterwards what is near", async (page) => {
  const all = Number((await count(page)).replace(",", "").split(" ")[0]);
  assert.ok(all > 1500);
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await page.$$eval(".f", (found) => found.length), all);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await page.waitForFunction(() => document.querySelectorAll(".f").length < 600);
});

for (const name of BOTH) test(`${name}: without JavaScript the page is complete`, async () => {
  const context = await browser.context.browser()?.newContext?.({ javaScriptEnabled: false });
  const page = await (context ?? browser.context).newPage();
  if (!context) await (await page.context().newCDPSession(page)).send("Emulation.setScriptExecutionDisabled", { value: true });
  const { address } = await import("./browser.mjs");
  await page.goto(address(name));
  assert.equal(await page.locator("#bar").isVisible(), false);
  assert.equal(await page.locator("noscript > .plain").isVisible(), true);
  const row = page.locator('[id="doc/docs/guide.md:11"]');
  await row.locator("summary").click();
  assert.equal(await row.locator(".f").isVisible(), true);
  const last = await page.locator(".doc").last().locator(".p li summary").count();
  assert.ok(last > 0, "the last document, too");
  await page.close();
});

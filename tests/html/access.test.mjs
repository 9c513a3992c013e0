// Everyone can use the page: axe finds nothing, in both themes, wide and narrow, folded and unfolded.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { open, start } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
before(async () => (browser = await start()));
after(() => browser.stop());

/** What axe finds. It is put in past the policy of the page, which would not let it run. */
async function violations(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: axe });
  const { result } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] })
      .then((found) => JSON.stringify({ violations: found.violations.map((one) => [one.id, one.help, one.nodes.slice(0, 4).map((node) => node.html + node.failureSummary)]), passes: found.passes.length }))`,
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(result.value);
}

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [{ width: 1300, height: 900 }, { width: 400, height: 800 }]) {
    test(`${colorScheme}, ${viewport.width} wide`, async () => {
      const { page } = await open(browser.context, "guide.html", { colorScheme, viewport });
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      // What is far away is not laid out, and axe would pass over it.
      await page.addStyleTag({ content: "" }).catch(() => {});
      await page.evaluate(() => document.querySelectorAll(".g").forEach((part) => (part.style.contentVisibility = "visible")));
      const unfolded = await violations(page);
      assert.ok(unfolded.passes > 15);
      assert.deepEqual(unfolded.violations, []);
      await page.evaluate(() => document.querySelector(".chip.refuted").click());
      await page.keyboard.press("j");
      assert.deepEqual((await violations(page)).violations, []);
      await page.keyboard.press("?");
      assert.deepEqual((await violations(page)).violations, []);
      await page.close();
    });
  }
}

test("everything is reached by the tab key, and the focus is seen", async () => {
  const { page } = await open(browser.context, "guide.html");
  const stops = [];
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press("Tab");
    stops.push(
      await page.evaluate(() => {
        const element = document.activeElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return { is: element.id || element.className || element.tagName, seen: outlineStyle !== "none" && outlineWidth !== "0px" };
      }),
    );
  }
  const names = stops.map((stop) => stop.is);
  for (const wanted of ["skip", "theme", "help-open", "query", "chip refuted", "kind", "document"]) {
    assert.ok(names.includes(wanted), `${wanted} in ${names}`);
  }
  assert.ok(names.includes("SUMMARY"), "and the findings");
  assert.deepEqual(stops.filter((stop) => !stop.seen), []);
  await page.close();
});

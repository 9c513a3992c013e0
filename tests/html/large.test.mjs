// 5,000 examples with 10,000 claims: the page opens within 2 s and filters within 100 ms.
//
// Where nothing else runs, the limits hold for the time that passes. Where something does, that time
// says nothing, and the time that the thread of the page works is held to five times as much.

import assert from "node:assert/strict";
import { cpus } from "node:os";
import { after, before, test } from "node:test";
import { address, open, start } from "./browser.mjs";

const OPENS = 2000;
const FILTERS = 100;
// How long the search waits for another key.
const WAITS = 80;

let browser;
before(async () => (browser = await start()));
after(() => browser.stop());

/** Milliseconds that pass, and that the thread of the page works, until what was done is seen. */
async function timed(page, act) {
  page.session ??= await page.context().newCDPSession(page);
  await page.session.send("Performance.enable");
  const worked = async () => (await page.session.send("Performance.getMetrics")).metrics.find((metric) => metric.name === "ThreadTime").value * 1000;
  const before = await worked();
  const passed = await act();
  return { passed, worked: (await worked()) - before };
}

/** Until the frame after something was done. */
const frame = "new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))))";

/** Which part of the machine's time goes to others, while the page rests. */
async function others() {
  const times = () => cpus().map((cpu) => Object.values(cpu.times).reduce((all, one) => all + one) - cpu.times.idle);
  const before = times();
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 700));
  const worked = times().reduce((all, one) => all + one) - before.reduce((all, one) => all + one);
  return worked / (performance.now() - start) / cpus().length;
}

/** Holds the best of some tries to a limit; where others take the machine, what the page works to a wider one. */
async function within(limit, what, times) {
  const best = (key) => Math.min(...times.map((time) => time[key]));
  const busy = await others();
  const said = `${what}: ${times.map((time) => `${Math.round(time.worked)} of ${Math.round(time.passed)}`).join(", ")} ms; ${Math.round(busy * 100)} % of the machine taken by others`;
  console.log(`measured ${said}`);
  if (busy < 0.3) assert.ok(best("passed") < limit, said);
  else assert.ok(best("worked") < 5 * limit, said);
}

test("10,000 claims", async () => {
  const { page } = await open(browser.context, "large.html");
  const opened = [];
  for (let time = 0; time < 3; time += 1) {
    opened.push(
      await timed(page, async () => {
        await page.goto("about:blank");
        await page.goto(address("large.html"));
        return page.evaluate(frame);
      }),
    );
  }
  assert.match(await page.textContent("#count"), /^15,000 findings$/);
  await within(OPENS, "opens", opened);

  const times = async (number, acts) => {
    const times = [];
    for (let time = 0; time < number; time += 1) {
      const act = acts(time);
      times.push(await timed(page, () => page.evaluate(`(async () => { const start = performance.now(); ${act}; await ${frame}; return performance.now() - start; })()`)));
      await page.waitForTimeout(1500);
    }
    return times;
  };
  const filter = await times(5, () => "document.querySelector('.chip.refuted').click()");
  assert.match(await page.textContent("#count"), /^1,000 of 15,000 findings$/);
  await within(FILTERS, "filters", filter);

  const texts = ["total 7", "nothing like it", "list_4999", "", "list"];
  const search = await times(5, (time) => `
    const query = document.getElementById("query");
    query.value = ${JSON.stringify(texts[time])};
    query.dispatchEvent(new Event("input"));
    await new Promise((resolve) => setTimeout(resolve, ${WAITS} + 1))`);
  await within(FILTERS + WAITS, "searches", search);

  const key = await times(5, () => 'document.activeElement.blur(); document.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }))');
  await within(FILTERS, "goes on", key);
  await page.close();
});

test("a link into the last document is followed", async () => {
  const { page } = await open(browser.context, "large.html", { hash: "#doc/docs/49.md:797" });
  await page.waitForFunction(() => {
    const { top, bottom } = document.querySelector(".here")?.getBoundingClientRect() ?? { top: -1 };
    return top > 0 && bottom < innerHeight;
  });
  assert.equal(await page.evaluate(() => document.querySelector(".here").closest(".doc").dataset.path), "docs/49.md");
  await page.close();
});

// Pictures of a page, light and dark: `node page.mjs PAGE FOLDER`.

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { chromium } = createRequire(new URL("../../tests/html/package.json", import.meta.url))("playwright-core");
const [, , file, folder] = process.argv;

const browser = await chromium.launch({
  executablePath: process.env.TRUEDOC_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
for (const colorScheme of ["light", "dark"]) {
  const page = await browser.newPage({ viewport: { width: 1240, height: 860 }, colorScheme });
  const address = pathToFileURL(file).href;
  await page.goto(address);
  // The first claim that is refuted and could be put right, in the middle of the picture.
  const name = await page.evaluate(() => {
    const refuted = [...document.querySelectorAll('.f[data-v="refuted"][data-k="value"]')];
    return refuted.find((finding) => finding.querySelector(".diff") !== null).id;
  });
  await page.goto(`${address}#${name}`);
  await page.waitForTimeout(600);
  await page.evaluate(() => {
    const row = document.querySelector(".here");
    scrollBy(0, row.getBoundingClientRect().top - 330);
    document.activeElement.blur();
  });
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(folder, colorScheme === "light" ? "page.png" : "page-dark.png") });
  await page.close();
}
await browser.close();

// Headless Chromium with the pages that tests/html.rs made. A page may reach nothing: every request
// but that for the page itself is stopped and counted, and so are dialogs and errors.

import { chromium } from "playwright-core";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const pages = process.env.TRUEDOC_PAGES;
if (!pages) throw new Error("TRUEDOC_PAGES names the folder with the pages; tests/html.rs sets it");

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The address of a page, with a place in it. */
export const address = (name, hash = "") => pathToFileURL(join(pages, name)).href + hash;

/** Starts a browser with a new empty profile. */
export async function start() {
  const profile = mkdtempSync(join(tmpdir(), "truedoc-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.TRUEDOC_CHROMIUM,
    headless: true,
    args: flags,
    viewport: { width: 1300, height: 900 },
  });
  const stop = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, stop };
}

/** Opens a page and watches what it does. */
export async function open(context, name, { hash = "", ...options } = {}) {
  const page = await context.newPage();
  if (options.viewport) await page.setViewportSize(options.viewport);
  await page.emulateMedia({ colorScheme: options.colorScheme ?? "light", media: options.media ?? "screen" });
  const seen = { dialogs: [], requests: [], errors: [] };
  page.on("dialog", async (dialog) => {
    seen.dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  page.on("pageerror", (error) => seen.errors.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) seen.errors.push(message.text());
  });
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (url.split("#")[0] === address(name)) return route.continue();
    seen.requests.push(url);
    return route.abort();
  });
  await page.goto(address(name, hash));
  return { page, seen };
}

// A headless Chromium, where there is one: `EINFALL_CHROMIUM`, or where Debian puts it.
//
// In:  nothing.
// Out: its path, or undefined; a browser that asks the network for nothing by itself.
// Not here: pages (visit.ts). No browser is ever downloaded.

import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";

const { EINFALL_CHROMIUM } = process.env;
const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** What is named is taken, whether it is there or not; an empty name means none. */
export const chromiumPath =
  EINFALL_CHROMIUM === undefined
    ? usual.find((path) => existsSync(path))
    : EINFALL_CHROMIUM || undefined;

const quiet = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
  "--no-sandbox",
];

export async function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error("there is no Chromium here");
  return chromium.launch({ executablePath: chromiumPath, chromiumSandbox: false, args: quiet });
}

// Serves the page on 127.0.0.1, visits it, and keeps what a person would see in the console.
//
// In:  a browser, the page's script, headers.
// Out: a visit: what was asked of the page, requested and complained about.
// Not here: what the page does (page.ts).

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page as Tab } from "playwright-core";
import type { Page } from "./page.js";

/** With these a page is cross-origin isolated, and threads may share memory. */
export const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const html = `<!doctype html><meta charset="utf-8"><title>einfall</title>
<link rel="icon" href="data:,">
<script type="module" src="/page.js"></script>`;

export interface Visit {
  readonly tab: Tab;
  readonly origin: string;
  /** Everything but the workers' own text, which is no request. */
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
  ask<K extends keyof Page>(
    what: K,
    ...args: Parameters<Page[K]>
  ): Promise<Awaited<ReturnType<Page[K]>>>;
  leave(): Promise<void>;
}

export async function visit(
  browser: Browser,
  script: Uint8Array,
  headers: Readonly<Record<string, string>>,
): Promise<Visit> {
  const server = await serve(script, headers);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tab = await browser.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  tab.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url())) requests.push(request.url());
  });
  tab.on("console", (message) => {
    if (/error|warning/.test(message.type())) complaints.push(message.text());
  });
  tab.on("pageerror", (error) => complaints.push(String(error)));
  await tab.goto(origin);
  await tab.waitForFunction("globalThis.einfall !== undefined");
  return {
    tab,
    origin,
    requests,
    complaints,
    ask: (what, ...args) => tab.evaluate(`einfall.${what}(...${JSON.stringify(args)})`),
    leave: async () => {
      await tab.close();
      server.close();
    },
  };
}

async function serve(script: Uint8Array, headers: Readonly<Record<string, string>>) {
  const server = createServer(({ url }, response) => {
    const isScript = url === "/page.js";
    const type = isScript ? "text/javascript" : "text/html";
    response.writeHead(isScript || url === "/" ? 200 : 404, { "Content-Type": type, ...headers });
    response.end(isScript ? script : html);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

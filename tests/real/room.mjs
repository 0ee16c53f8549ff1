// Looks at pages of the reading room in headless Chromium, all of it on loopback.
//
//   node room.mjs CHROMIUM '{"base": URL, "paths": [...], "pictures": FOLDER or null, "cookies": [...], "all": BOOL}'
//
// Each page is seen light and dark, 320 and 1280 pixels wide, in each language: in four of the eight ways, in which each two of these
// meet once, and the next page in the other four; with "all" in all. Prints a line of JSON for each view: the faults that
// axe-core finds, by how much the page is wider than the window, lines that begin with a dot between values, requests to other hosts, and complaints of the browser.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [browserPath, wanted] = process.argv.slice(2);
const { base, paths, pictures, languages = ["", "/pl"], schemes = ["light", "dark"], widths = [320, 1280], cookies = [], all = false } = JSON.parse(wanted);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
for (const [dark, colorScheme] of schemes.entries()) {
  for (const [wide, width] of widths.entries()) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: false });
    await context.addCookies(cookies.map((one) => ({ ...one, url: base })));
    const page = await context.newPage();
    page.setDefaultTimeout(300_000); // a machine that is busy with other work is no fault of the page
    for (const [other, language] of languages.entries()) {
      for (const [at, path] of paths.entries()) {
        if (!all && (dark + wide + other + at) % 2) continue;
        const outside = [];
        const said = [];
        const asked = (request) => request.url().startsWith(base) || outside.push(request.url());
        const told = (message) => message.type() === "error" && said.push(message.text());
        page.on("request", asked);
        page.on("console", told);
        const answer = await page.goto(base + language + path, { waitUntil: "load" });
        const weight = await page.evaluate(() => {
          const parts = performance.getEntriesByType("resource");
          const all = [performance.getEntriesByType("navigation")[0], ...parts];
          return { requests: all.length, bytes: all.reduce((sum, one) => sum + one.decodedBodySize, 0) };
        });
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        const begun = await page.evaluate(() => {
          const lines = [];
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const place = (node, at) => {
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            return range.getBoundingClientRect();
          };
          for (let node = texts.nextNode(), before = null; node; node = texts.nextNode()) {
            for (let at = 0; at < node.data.length; at++) {
              if (!node.data[at].trim()) continue;
              const found = place(node, at);
              if (node.data[at] === "·" && found.width && before && before.bottom <= found.top) lines.push(node.parentNode.textContent);
              before = found.width ? found : before;
            }
          }
          for (const one of document.querySelectorAll("body *")) {
            const dotted = getComputedStyle(one, "::before").content.includes("·");
            const earlier = one.previousElementSibling;
            if (dotted && (!earlier || earlier.getBoundingClientRect().bottom <= one.getBoundingClientRect().top)) lines.push(one.textContent);
          }
          return lines;
        });
        page.off("console", told);
        // Through the protocol, not as a script of the page, which its policy forbids.
        const session = await context.newCDPSession(page);
        await session.send("Runtime.evaluate", { expression: axe });
        const run = `axe.run(document, { runOnly: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"] })
          .then((found) => JSON.stringify(found.violations.map((one) => ({ id: one.id, nodes: one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200) + " " + (node.any[0]?.message ?? "")) }))))`;
        const { result } = await session.send("Runtime.evaluate", { expression: run, awaitPromise: true, returnByValue: true });
        if (pictures) {
          const name = (path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "").slice(0, 40) || "home") + `-${language.slice(1) || "en"}-${colorScheme}-${width}.png`;
          await page.screenshot({ path: `${pictures}/${name}`, fullPage: true });
        }
        page.off("request", asked);
        await session.detach();
        console.log(JSON.stringify({ path: language + path, colorScheme, width, status: answer.status(), violations: JSON.parse(result.value), wider, begun, outside, said, ...weight }));
      }
    }
    await context.close();
  }
}
await browser.close();

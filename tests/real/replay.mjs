// Replays pages of a WACZ with ReplayWeb.page in headless Chromium, all of it on loopback.
//
//   node replay.mjs CHROMIUM PACKAGE.wacz '[{"url": ..., "ts": ..., "expect": ...}]'
//
// Prints as JSON, for each page, whether the expected text was seen in the frame of the replayed page.
import { open, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const [browserPath, packagePath, wanted] = process.argv.slice(2);
const pages = JSON.parse(wanted);
const player = fileURLToPath(new URL("./node_modules/replaywebpage", import.meta.url));

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
const shell = (page) =>
  `<!doctype html><script src="/ui.js"></script><replay-web-page embed="replayonly" replayBase="/replay/"` +
  ` source="/package.wacz" url="${escaped(page.url)}" ts="${page.ts}"></replay-web-page>`;
const inner = `<!doctype html><script src="/ui.js"></script><replay-app-main></replay-app-main>`;

const files = {
  "/ui.js": [`${player}/ui.js`, "text/javascript"],
  "/replay/ui.js": [`${player}/ui.js`, "text/javascript"],
  "/replay/sw.js": [`${player}/sw.js`, "text/javascript"],
  "/package.wacz": [packagePath, "application/wacz"],
};

/** Send the file or the requested range of it: the player fetches a package piece by piece. */
async function sendFile(request, response, path, type) {
  const { size } = await stat(path);
  const asked = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "");
  let first = 0;
  let last = size - 1;
  if (asked && asked[1] === "") first = Math.max(0, size - Number(asked[2]));
  else if (asked) {
    first = Number(asked[1]);
    if (asked[2] !== "") last = Math.min(last, Number(asked[2]));
  }
  const headers = { "Content-Type": type, "Accept-Ranges": "bytes", "Content-Length": last - first + 1 };
  if (asked) headers["Content-Range"] = `bytes ${first}-${last}/${size}`;
  response.writeHead(asked ? 206 : 200, headers);
  if (request.method === "HEAD") return void response.end();
  const file = await open(path);
  file.createReadStream({ start: first, end: last }).pipe(response);
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://loopback");
  if (files[pathname]) return void sendFile(request, response, ...files[pathname]);
  const html = pathname === "/" ? shell(pages[searchParams.get("page")]) : pathname === "/replay/" ? inner : null;
  response.writeHead(html ? 200 : 404, { "Content-Type": "text/html" });
  response.end(html ?? "");
});

/** Return the text of the replayed page once it contains the expected text, or else the last text seen. */
async function look(tab, expect) {
  let seen = "";
  for (let attempt = 0; attempt < 1500; attempt += 1) {
    for (const frame of tab.frames().filter((one) => one.url().includes("mp_/"))) {
      seen = await frame.evaluate(() => document.body?.innerText ?? "").catch(() => seen);
      if (seen.includes(expect)) return { found: true, seen: seen.slice(0, 200) };
    }
    await tab.waitForTimeout(200);
  }
  return { found: false, seen: seen.slice(0, 200), frames: tab.frames().map((one) => one.url()) };
}

await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-gpu"] });
const results = [];
try {
  for (const [number, page] of pages.entries()) {
    const tab = await browser.newPage();
    tab.setDefaultTimeout(300_000); // a machine that is busy with other work is no fault of the page
    await tab.goto(`http://127.0.0.1:${server.address().port}/?page=${number}`);
    results.push({ url: page.url, ts: page.ts, ...(await look(tab, page.expect)) });
    await tab.close();
  }
} finally {
  await browser.close();
  server.close();
}
console.log(JSON.stringify(results));

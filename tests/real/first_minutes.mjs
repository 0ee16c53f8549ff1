// A newcomer's first minutes in the reading room, in headless Chromium, all of it on loopback.
//
//   node first_minutes.mjs CHROMIUM ROOM_URL SEARCH_WORDS
//
// Prints, a line of JSON for each step, what was seen; what was asked for beyond loopback comes last.
import { chromium } from "playwright-core";

const [browserPath, room, words] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const outside = [];
context.on("request", (request) => /^(https?:\/\/127\.0\.0\.1:|data:)/.test(request.url()) || outside.push(request.url()));
await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(room).origin });
const page = await context.newPage();
page.setDefaultTimeout(120_000);
const tell = (step, seen) => console.log(JSON.stringify({ step, seen }));

await page.goto(room);
await page.keyboard.press("/");
await page.keyboard.type(words);
await page.keyboard.press("Enter");
await page.waitForSelector(".hits");
tell("search", { hits: await page.locator(".hit").count(), marked: await page.locator("mark").count() });

await page.locator(".facet a").first().click();
await page.waitForSelector(".chips");
tell("narrow", { chips: await page.locator(".chips li").count(), hits: await page.locator(".hit").count() });

const all = page.locator('.forms a[href*=".bib"]');
tell("bib", { text: await (await context.request.get(new URL(await all.getAttribute("href"), room).href)).text() });

await page.locator(".hit h2 a").first().click();
await page.waitForSelector("#credit-line");
await page.locator('button[data-copy="citation"]').click();
tell("cite", { copied: await page.evaluate(() => navigator.clipboard.readText()), shown: (await page.locator("#citation").innerText()).trim() });
tell("reuse", { answer: await page.locator(".answer").innerText(), words: await page.locator(".said blockquote").first().innerText() });

// A sentence is selected as a reader does it, and stands in the box.
await page.evaluate(() => {
  const first = document.querySelector("#text p");
  const range = document.createRange();
  range.selectNodeContents(first);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
});
await page.waitForFunction(() => document.getElementById("words").value.length > 20);
const item = page.url();
await page.locator("#quote button").click();
await page.waitForSelector(".answer");
tell("quote", { verdict: await page.locator(".answer").innerText(), proof: await page.locator("dd code").last().innerText() });

await page.goto(item);
await page.locator('.facts a[href*="/web/"]').first().click();
await page.waitForLoadState("load");
const frame = page.frames().at(-1);
tell("archived", { url: page.url(), frames: page.frames().length, text: (await frame.locator("body").innerText()).slice(0, 4000) });

await page.goto(new URL("/search?q=is:changed", room).href);
await page.locator(".hit h2 a").first().click();
await page.locator('a.badge[href*="/editions"]').click();
await page.locator('a[href*="/diff/"]').first().click();
await page.waitForSelector("h1");
tell("compare", { went: await page.locator("del").count(), came: await page.locator("ins").count() });
await browser.close();
tell("outside", outside);

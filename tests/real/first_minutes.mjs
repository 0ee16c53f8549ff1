// A newcomer's first minutes in the reading room, in headless Chromium, all of it on loopback.
//
//   node first_minutes.mjs CHROMIUM ROOM_URL SEARCH_WORDS REVIEWER PASSWORD
//
// Prints a line of JSON for each step with what was seen; requests beyond loopback come last.
import { chromium } from "playwright-core";

const [browserPath, room, words, reviewer, password] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const outside = [];
context.on("request", (request) => /^(https?:\/\/127\.0\.0\.1:|data:)/.test(request.url()) || outside.push(request.url()));
await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(room).origin });
const page = await context.newPage();
page.setDefaultTimeout(120_000);
const tell = (step, seen) => console.log(JSON.stringify({ step, seen }));

// Whether it is scrolled into view: at once, or once the length of the page is known.
const brought = async (found, most = 150) => {
  for (let tries = 0; tries < most; tries += 1) {
    // Browsers scroll by whole pixels, but words may lie between them.
    const seen = await found.evaluate((one) => { const at = one.getBoundingClientRect(); return at.width > 0 && at.top > -1 && at.top < innerHeight; });
    if (seen) return true;
    await page.waitForTimeout(200);
  }
  return false;
};

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

// Select a sentence as a reader does; it appears in the box.
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

// From a claim to the words that state it, in the captured page.
await page.goto(item);
await page.locator('a[href*="/evidence"]').first().click();
const claim = page.locator("tr", { has: page.locator('a[href*="/marked/"]') }).first();
const claimed = (await claim.locator("td").nth(1).innerText()).replace(/^“|”$/g, "");
await claim.locator('a[href*="/marked/"]').click();
await page.waitForLoadState("load");
let shown = await brought(page.frames().at(-1).locator("#creditline-words"), 75);
if (!shown) {
  // A browser scrolls to words when the page is laid out, and on an overloaded machine may miss that moment: a person
  // would reload the page.
  await page.reload({ waitUntil: "load" });
  shown = await brought(page.frames().at(-1).locator("#creditline-words"), 75);
}
const within = page.frames().at(-1);
tell("evidence", {
  claimed,
  marked: (await within.locator("mark").allInnerTexts()).join(" ").replace(/\s+/g, " ").trim(),
  colour: await within.locator("#creditline-words").evaluate((one) => getComputedStyle(one).backgroundColor),
  seen: shown,
});

await page.goto(new URL("/search?q=is:changed", room).href);
await page.locator(".hit h2 a").first().click();
await page.locator('a.badge[href*="/editions"]').click();
await page.locator('a[href*="/diff/"]').first().click();
await page.waitForSelector("h1");
tell("compare", { went: await page.locator("del").count(), came: await page.locator("ins").count() });

// Deciding needs no script: this part shows what the pages can do without one.
const plain = await browser.newContext({ javaScriptEnabled: false });
plain.on("request", (request) => /^http:\/\/127\.0\.0\.1:/.test(request.url()) || outside.push(request.url()));
const desk = await plain.newPage();
desk.setDefaultTimeout(120_000);
const verdict = async () => {
  await desk.goto(item.replace(/\?.*$/, ""));
  return (await desk.locator(".reuse").innerText()).replace(/\s+/g, " ");
};
const before = await verdict();
await desk.goto(room);
await desk.locator('a[href="/sign-in"]').click();
await desk.locator("#name").fill(reviewer);
await desk.locator("#password").fill(password);
await desk.locator("main button").click();
await desk.waitForURL("**/review");
const waits = await desk.locator("#words ~ .said").count();
await desk.locator('a[href*="#decide"]').first().click();
const statement = desk.url();
await desk.locator("#because-decide").fill("asked by telephone");
await desk.locator('button[value="confirm"]').click();
const told = await desk.locator('.note-box[role="status"]').innerText();
const confirmed = await verdict();
await desk.goto(statement);
await desk.locator("#because-decide").fill("it is about the shop");
await desk.locator('button[value="deny"]').click();
const denied = await verdict();
// An earlier decision stands: a confirmation beside it would have no effect.
await desk.goto(statement);
await desk.locator('button[value="confirm"]').click();
const refused = await desk.locator("h1").innerText();
await desk.goto(new URL("/review/decisions", room).href);
await desk.locator(".deed.line button").first().click();
const again = await verdict();
tell("review", { waits, told, before, confirmed, refused, denied, again });
await desk.locator(".person button").click();
tell("signed out", { away: await desk.locator(".person").count(), led: new URL((await desk.goto(new URL("/review", room).href)).url()).pathname });
await browser.close();
tell("outside", outside);

// How every page and state looks to people who see well, badly or not at all, and to browsers.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { STATES } from "./support/states";
import {
  alive,
  becomeAdministrator,
  button,
  expect,
  field,
  heading,
  PASSWORD,
  signInByApi,
  test,
  visit,
} from "./support/test";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const NOT_FOUND =
  /^answer (403|404|410): GET \/(no-such-company|northwind$|acme\/no-such-page|acme\/console|invitation|reset-password)/;

/** What a state types wrong on purpose. */
const REFUSED = /^answer 400: PUT \/api\/v1\/company\/amazon-connect/;

/** A tab that leaves the phone to another one has been told where its library is. */
const UNUSED = /connect-streams.* was preloaded/;

/** What axe finds wrong, in a line each; by all rules of WCAG, or by these. */
async function faults(page: Page, rules?: string[]): Promise<string[]> {
  // What is about to be replaced is pale on purpose.
  await expect(page.locator("[aria-busy=true], .busy")).toHaveCount(0);
  // How Amazon Connect looks in its frame is not ours.
  const axe = new AxeBuilder({ page }).exclude("iframe");
  const { violations } = await (rules ? axe.withRules(rules) : axe.withTags(WCAG)).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}

/** How far a page is wider than its window. */
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Lets nothing stick: what does covers half of something wherever a page is scrolled to, which is no fault. */
const unstick = (page: Page) =>
  page.evaluate(() => {
    for (const it of document.querySelectorAll<HTMLElement>("body *")) {
      if (getComputedStyle(it).position === "sticky") Object.assign(it.style, { position: "relative", inset: "auto" });
    }
  });

for (const [name, reach] of Object.entries(STATES)) {
  test(`${name}: accessible in light and dark, and nothing beside a narrow window`, async ({ page, context, demo, complaints }) => {
    complaints.allow(NOT_FOUND);
    complaints.allow(REFUSED);
    complaints.allow(UNUSED);
    // Colours on their way are measured as they are at that moment.
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await reach({ page, context, demo });
    await expect(page).toHaveTitle(/^.+ · Callgate$|^Incoming call: /);
    // A preview has a heading of its own, which nobody reaches.
    await expect(page.locator("h1:not([inert] *)")).toHaveCount(1);
    expect.soft(await faults(page), "light").toEqual([]);
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    expect.soft(await faults(page, ["color-contrast"]), "dark").toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    expect.soft(await overflow(page), "pixels beside a window of 320").toBeLessThanOrEqual(0);
    await unstick(page);
    expect.soft(await faults(page, ["target-size", "scrollable-region-focusable"]), "narrow").toEqual([]);
  });
}

test("the desk never scrolls on the smallest screen of a shift", async ({ page, demo }) => {
  await STATES.desk?.({ page, context: page.context(), demo });
  await page.setViewportSize({ width: 1093, height: 490 });
  const scrolls = await page.evaluate(() => {
    const { scrollHeight, clientHeight } = document.documentElement;
    const inner = [...document.querySelectorAll("main, section")].filter((it) => it.scrollHeight > it.clientHeight + 1);
    return { page: scrollHeight - clientHeight, inner: inner.map((it) => it.className || it.getAttribute("aria-labelledby") || it.tagName) };
  });
  expect(scrolls).toEqual({ page: 0, inner: [] });
});

test("everything on the way in is reached and done with the keyboard", async ({ page, demo }) => {
  const who = demo.agent();
  const focused = () =>
    page.evaluate(() => {
      const it = document.activeElement as HTMLElement;
      const label = it.id ? document.querySelector(`label[for="${it.id}"]`)?.textContent : "";
      const { outlineStyle, outlineWidth } = getComputedStyle(it);
      return { name: label || it.textContent?.trim() || "", outline: outlineStyle === "none" ? 0 : parseFloat(outlineWidth) };
    });
  const walk: string[] = [];
  /** Presses Tab until something has the focus, which must be seen wherever it goes. */
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 30; presses++) {
      await page.keyboard.press("Tab");
      const at = await focused();
      walk.push(at.name);
      expect(at.outline, `outline of ${at.name}`).toBeGreaterThanOrEqual(2);
      if (at.name === name) return;
    }
    throw new Error(`never came to ${name}: ${walk.join(", ")}`);
  };

  await visit(page, "/");
  await expect(field(page, "Company name or instance alias")).toBeFocused();
  await page.keyboard.type("acme");
  await tabTo("Continue");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/acme");
  await alive(page);
  await expect(page).toHaveTitle("Acme Support · Callgate");
  await expect(field(page, "Account")).toBeFocused();
  await page.keyboard.type(who.account);
  await tabTo("Password");
  await page.keyboard.type(PASSWORD);
  await tabTo("Show");
  await tabTo("Sign in");
  await page.keyboard.press("Space");
  await page.waitForURL("**/acme/code");
  await expect(page).toHaveTitle("Input authentication code · Callgate");
  await expect(field(page, "Authentication code")).toBeFocused();
  walk.length = 0;
  await tabTo("Verify");
  await tabTo("Cancel");
  await tabTo("Try another way");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/Your administrator can give you a backup code/)).toBeVisible();
  for (let back = 0; back < 5; back++) await page.keyboard.press("Shift+Tab");
  await expect(field(page, "Authentication code")).toBeFocused();
  await page.keyboard.type(await demo.mail.code(who.email));
  await page.keyboard.press("Enter");
  await page.waitForURL("**/acme/desk");
  await alive(page);
  await expect(page).toHaveTitle("Home Dashboard · Callgate");
  await tabTo("Skip to content");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#main$/);
  await page.reload();
  await alive(page);
  for (let presses = 0; presses < 10 && !(await focused()).name.startsWith("You"); presses++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await tabTo("Sign out");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/acme?notice=signed_out");
});

test("an administrator unlocks with the keyboard", async ({ page, context, demo }) => {
  await STATES["person-locked"]?.({ page, context, demo });
  await button(page, "Unlock").focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Reason", { exact: true })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(button(page, "Unlock")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("complementary", { name: "Person" })).toHaveCount(0);
  await expect(page.getByRole("table").getByRole("link").first()).toBeFocused();
});

test("nothing moves for people who asked for stillness", async ({ page, demo }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const moving = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("*")].flatMap((it) => {
        const { transitionDuration, animationDuration } = getComputedStyle(it);
        const longest = Math.max(...`${transitionDuration}, ${animationDuration}`.split(", ").map(parseFloat));
        return longest > 0.01 ? [`${it.tagName}.${it.className}`] : [];
      }),
    );
  await STATES.code?.({ page, context: page.context(), demo });
  expect(await moving()).toEqual([]);
  await page.context().clearCookies();
  await STATES.console?.({ page, context: page.context(), demo });
  expect(await moving()).toEqual([]);
});

test("pages bring what they need, agents never the console", async ({ page, context, demo }) => {
  const files = new Map<string, Record<string, string>>();
  page.on("response", async (response) => {
    const path = new URL(response.url()).pathname;
    if (path.startsWith("/assets/")) files.set(path, await response.allHeaders());
  });
  const named = (name: string) => [...files.keys()].filter((path) => path.startsWith(`/assets/${name}`));

  await visit(page, "/");
  await page.waitForLoadState("networkidle");
  expect([...files.keys()].map((path) => path.split(".")[2]).sort()).toEqual(["css", "js", "wasm"]);
  await STATES.code?.({ page, context, demo });
  expect(named("later")).toHaveLength(1);
  expect(named("work")).toEqual([]);
  await context.clearCookies();
  await signInByApi(page.request, demo, demo.agent());
  await visit(page, "/acme/desk");
  // An open desk always waits for news, so its network is never idle: its first status has come.
  await expect(page.getByRole("region", { name: "Today's statuses" }).getByText("Break")).toBeVisible();
  expect(named("console")).toEqual([]);
  expect(named("work")).toHaveLength(1);

  await context.clearCookies();
  await becomeAdministrator(context, demo);
  await visit(page, "/acme/console/users");
  await expect(heading(page, "User Management")).toBeVisible();
  await page.waitForLoadState("networkidle");
  expect(named("console")).toHaveLength(1);
  for (const [path, headers] of files) {
    expect(path).toMatch(/\.[0-9a-f]{16}\.(js|wasm|css)$/);
    expect(headers["cache-control"], path).toMatch(/immutable/);
    expect(["br", "gzip"], path).toContain(headers["content-encoding"]);
  }
});

test("documents are private, and say what they may load", async ({ page, demo }) => {
  const answer = await page.goto("/acme");
  const headers = (await answer?.allHeaders()) ?? {};
  expect(headers["content-security-policy"]).toContain("script-src 'self' 'nonce-");
  expect(headers["content-security-policy"]).not.toContain("unsafe-inline");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["referrer-policy"]).toBe("same-origin");
  expect(headers["cross-origin-opener-policy"]).toBe("same-origin-allow-popups");
  expect(headers["permissions-policy"]).toBeTruthy();
  await signInByApi(page.request, demo, demo.agent());
  const desk = await page.goto("/acme/desk");
  expect((await desk?.allHeaders())?.["cache-control"]).toContain("no-store");
});

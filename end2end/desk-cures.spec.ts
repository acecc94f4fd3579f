// What keeps calls from an agent with a phone, and its cure at the desk: the lamps about the phone turned red and green again.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { choice, comeIn, DESK, phoneOf, sitDown } from "./support/desk";
import { click, cure, isGreen, isRed, lamp, ready } from "./support/headset";
import { blockWindows, windowOf } from "./support/outside";
import { answerForCookies, HEARING, launched, NO_FOREIGN_COOKIES } from "./support/phone";
import { alive, button, Demo, expect, link, test, visit } from "./support/test";

test.use({ ownDemo: true, ears: launched(HEARING), permissions: ["microphone"] });

const signIn = (page: Page) => button(page, "Sign in to Amazon Connect");
/** Longer than a slow phone needs, from when somebody was at Amazon Connect. */
const SILENT = { timeout: 80_000 };

/** At the desk with a phone that nobody is signed in to. */
async function withoutPhone(page: Page, demo: Demo): Promise<void> {
  await comeIn(page, demo, "agent");
  await visit(page, DESK);
  await expect(page.getByText(/^You are not signed in to Amazon Connect/)).toBeVisible({ timeout: 20_000 });
}

test("phone window: signed out there, and in again without leaving the desk", async ({ page, context, demo, complaints }) => {
  complaints.allow(/answer 401/);
  const simulator = await sitDown(page, context, demo);
  await click(page);
  await isGreen(page);
  await simulator.signOut("agent");
  await expect(page.getByText(/^You are not signed in to Amazon Connect/)).toBeVisible({ timeout: 20_000 });
  await isRed(page, "Phone window", "Sign in");
  const window = await windowOf(page, () => signIn(page).click());
  await expect(page.getByText(/^The Amazon Connect window is open\./)).toBeVisible();
  await simulator.signInAt(window, "agent");
  await expect(choice(page, "Available")).toBeVisible({ timeout: 30_000 });
  await isGreen(page);
  await expect.poll(() => window.isClosed()).toBe(true);

  // The lamp has the same cure.
  await simulator.signOut("agent");
  await isRed(page, "Phone window", "Sign in");
  const again = await windowOf(page, () => cure(page, "Open the phone window").click());
  await simulator.signInAt(again, "agent");
  await expect(choice(page, "Available")).toBeVisible({ timeout: 30_000 });
  await isGreen(page);
});

test("a window that the browser stops is said at the desk, with a picture and a way without", async ({ page, context, demo }) => {
  await blockWindows(context);
  const simulator = phoneOf(demo);
  await withoutPhone(page, demo);
  await signIn(page).click();
  await expect(page.getByRole("alert").filter({ hasText: "Your browser stopped the phone window." })).toBeVisible();
  await expect(page.getByRole("figure")).toContainText("right end of the address bar");
  const { violations } = await new AxeBuilder({ page }).include("main").analyze();
  expect(violations).toEqual([]);
  const [tab] = await Promise.all([context.waitForEvent("page"), link(page, "Open it in a new tab").click()]);
  await simulator.signInAt(tab, "agent");
  await tab.getByLabel("Status").waitFor();
  await tab.close();
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await expect(choice(page, "Available")).toBeVisible({ timeout: 20_000 });
});

test("account: somebody else at Amazon Connect signs out there, and the right one in", async ({ page, context, demo, complaints }) => {
  complaints.allow(/answer 401/);
  const simulator = phoneOf(demo);
  await simulator.signInBefore(context, "admin");
  await comeIn(page, demo, "agent");
  await visit(page, DESK);
  await isRed(page, "Account", "Somebody else");
  await expect(cure(page, "Open the phone window")).toBeVisible();
  await button(page, "Sign out of Amazon Connect").click();
  const window = await windowOf(page, () => signIn(page).click());
  await simulator.signInAt(window, "agent");
  await expect(choice(page, "Available")).toBeVisible({ timeout: 30_000 });
  await click(page);
  await isGreen(page);
});

test("cookies: a browser that stops keeping any, and keeps them again", async ({ page, context, demo }) => {
  await sitDown(page, context, demo);
  await click(page);
  await isGreen(page);
  const keep = (enabled: boolean) =>
    page.evaluate((enabled) => {
      Object.defineProperty(navigator, "cookieEnabled", { configurable: true, get: () => enabled });
      window.dispatchEvent(new Event("focus"));
    }, enabled);
  await keep(false);
  await isRed(page, "Cookies", "Blocked");
  await keep(true);
  await isGreen(page);
});

test("a frame that is refused is named at the desk, with both reasons it may have", async ({ page, context, demo, complaints }) => {
  complaints.allow(/refused to connect|Framing|frame-ancestors/i, /request failed/);
  test.setTimeout(120_000);
  const simulator = phoneOf(demo);
  await simulator.signInBefore(context, "agent");
  await simulator.turn({ refused: true });
  await withoutPhone(page, demo);
  const window = await windowOf(page, () => signIn(page).click());
  await window.getByLabel("Status").waitFor();
  await window.close();
  await expect(page.getByText(/Either your browser keeps its cookies.* Or your company must allow this site there/)).toBeVisible(SILENT);
  await isRed(page, "Phone window", "Not reachable");
  await isRed(page, "Cookies", "Perhaps blocked");
  await expect(ready(page).getByText(/your company must allow this site at Amazon Connect/)).toBeVisible();
  // Whoever looks after it there has allowed it meanwhile.
  await simulator.turn({ refused: false });
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await expect(choice(page, "Available")).toBeVisible({ timeout: 20_000 });
  await click(page);
  await isGreen(page);
});

test.describe("a browser that keeps the phone's cookies from it", () => {
  test.use({
    ears: launched(HEARING, NO_FOREIGN_COOKIES),
    // A browser that is told of one permission refuses all others, this one too.
    permissions: [],
    demo: async ({}, use) => {
      // Amazon Connect's library asks for cookies of its own hosts and of `localhost` alone.
      const demo = await Demo.start(undefined, "--phone-elsewhere");
      await use(demo);
      await demo.stop();
    },
  });

  test("is found out, and lets it have them at a press in the frame", async ({ page, context, demo }) => {
    test.setTimeout(150_000);
    const simulator = phoneOf(demo);
    await simulator.signInBefore(context, "agent");
    await simulator.turn({ cookies_blocked: true });
    await withoutPhone(page, demo);
    const window = await windowOf(page, () => signIn(page).click());
    await window.getByLabel("Status").waitFor();
    await window.close();
    await expect(page.getByText(/^Are you signed in at Amazon Connect/)).toBeVisible(SILENT);
    await isRed(page, "Cookies", "Perhaps blocked");

    await answerForCookies(page, "granted", demo.url, simulator.url);
    await cure(page, "Let Amazon Connect use its cookies").click();
    await page.waitForURL(/storage=1/);
    await alive(page);
    await isRed(page, "Cookies", "Blocked");
    await expect(page.locator("#phone-drawer")).toBeVisible();
    await page.frameLocator(".phone-frame iframe").getByRole("button", { name: "Grant access" }).click();
    await expect(choice(page, "Available")).toBeVisible({ timeout: 20_000 });
    await expect(page.locator("#phone-drawer")).toBeHidden();
    await expect(lamp(page, "Cookies")).not.toContainText("not ready");

    // From then on it asks at once; each document of a frame has to.
    const asks = page.waitForRequest(/request-storage-access/);
    await visit(page, DESK);
    await asks;
    await page.frameLocator(".phone-frame iframe").getByRole("button", { name: "Grant access" }).click();
    await expect(choice(page, "Available")).toBeVisible({ timeout: 20_000 });
  });
});

// The program arrives ten seconds late, as on a bad line: nothing that was typed is lost, and nobody has to wait.
import type { Page } from "@playwright/test";
import { alive, button, enterCode, expect, field, heading, PASSWORD, test } from "./support/test";

const LATE = 10_000;

/** Holds the program back. */
async function delayProgram(page: Page): Promise<void> {
  await page.route(/\/assets\/callgate\.[^/]+\.wasm$/, async (route) => {
    await new Promise((late) => setTimeout(late, LATE));
    // The page may have gone on by now, or the test may have ended.
    await route.continue().catch(() => {});
  });
}

// The delayed answer is held by the test, so the browser sees a preload that takes its time.
test.beforeEach(({ complaints }) => complaints.allow(/was preloaded using link preload but not used/));

test("what was typed stays when the program takes over", async ({ page, demo }) => {
  const who = demo.agent();
  await delayProgram(page);
  await page.goto("/acme", { waitUntil: "commit" });
  await field(page, "Account").pressSequentially(who.account, { delay: 20 });
  await field(page, "Password").pressSequentially(PASSWORD, { delay: 20 });
  await expect(page.locator("html.live")).toHaveCount(0);
  await page.locator("html.live").waitFor({ timeout: LATE + 15_000 });
  await expect(field(page, "Account")).toHaveValue(who.account);
  await expect(field(page, "Password")).toHaveValue(PASSWORD);
  await expect(field(page, "Password")).toBeFocused();
  await button(page, "Sign in").click();
  await expect(heading(page, "Input authentication code")).toBeVisible();
  await enterCode(page, await demo.mail.code(who.email));
  await page.waitForURL("**/acme/desk");
});

test("nobody has to wait for the program", async ({ page, demo }) => {
  const who = demo.agent();
  await delayProgram(page);
  const began = Date.now();
  await page.goto("/acme", { waitUntil: "commit" });
  await field(page, "Account").fill(who.account);
  await field(page, "Password").fill(PASSWORD);
  await button(page, "Sign in").click();
  await expect(heading(page, "Input authentication code")).toBeVisible();
  await field(page, "Authentication code").fill(await demo.mail.code(who.email));
  await button(page, "Verify").click();
  await page.waitForURL("**/acme/desk", { waitUntil: "commit" });
  await expect(heading(page, "Home Dashboard")).toBeVisible();
  expect(Date.now() - began).toBeLessThan(LATE);
  await expect(page.locator("html.live")).toHaveCount(0);
});

test("half a code stays when the program takes over", async ({ page, demo }) => {
  const who = demo.agent();
  await page.goto("/acme");
  await alive(page);
  await field(page, "Account").fill(who.account);
  await field(page, "Password").fill(PASSWORD);
  await button(page, "Sign in").click();
  const code = await demo.mail.code(who.email);
  await expect(heading(page, "Input authentication code")).toBeVisible();
  await delayProgram(page);
  await page.reload({ waitUntil: "commit" });
  await field(page, "Authentication code").pressSequentially(code.slice(0, 4));
  await expect(page.locator("html.live")).toHaveCount(0);
  await page.locator("html.live").waitFor({ timeout: LATE + 15_000 });
  await expect(field(page, "Authentication code")).toHaveValue(code.slice(0, 4));
  await page.keyboard.type(code.slice(4));
  await page.keyboard.press("Enter");
  await page.waitForURL("**/acme/desk");
});

// User Management, as administrators use it.
import type { Page } from "@playwright/test";
import {
  alive,
  becomeAdministrator,
  button,
  enterCode,
  enterPassword,
  expect,
  field,
  heading,
  link,
  lock,
  signInByApi,
  test,
  visit,
} from "./support/test";

const rows = (page: Page) => page.getByRole("table").getByRole("rowheader").getByRole("link");
const views = (page: Page) => page.getByRole("navigation", { name: "Views" });
const panel = (page: Page) => page.getByRole("complementary", { name: "Person" });

test.describe("the list", () => {
  test.beforeEach(({ context, demo }) => becomeAdministrator(context, demo));

  test("shows who is there, in pages of fifty", async ({ page }) => {
    await visit(page, "/acme/console");
    await page.waitForURL("**/acme/console/users");
    await expect(rows(page)).toHaveCount(50);
    for (const column of ["Name", "E-mail", "Roles", "Status", "Presence", "List", "Last sign-in"])
      await expect(page.getByRole("columnheader", { name: column, exact: true })).toBeVisible();
    await expect(page.getByText("1–50 of 310")).toBeVisible();
    const first = await rows(page).allTextContents();
    await link(page, "Next").click();
    await expect(page).toHaveURL(/page=2$/);
    await expect(page.getByText("51–100 of 310")).toBeVisible();
    const second = await rows(page).allTextContents();
    expect(second).toHaveLength(50);
    expect(first.filter((name) => second.includes(name))).toEqual([]);
    await page.reload();
    await expect(page.getByText("51–100 of 310")).toBeVisible();
    await link(page, "Previous").click();
    await expect(page.getByText("1–50 of 310")).toBeVisible();
    expect(await rows(page).allTextContents()).toEqual(first);
    await visit(page, "/acme/console/users?page=99");
    await expect(page.getByText("This page is past the end of the list.")).toBeVisible();
    await link(page, "Go to the first page").click();
    await expect(rows(page)).toHaveCount(50);
  });

  test("has views with counts", async ({ page }) => {
    await visit(page, "/acme/console/users");
    const count = async (view: string) => {
      const text = await views(page).getByRole("link", { name: new RegExp(`^${view} \\d+$`) }).textContent();
      return Number(/\d+/.exec(text ?? "")?.[0]);
    };
    expect(await count("All")).toBe(310);
    expect(await count("Disabled")).toBe(6);
    await views(page).getByRole("link", { name: /^Disabled/ }).click();
    await expect(page).toHaveURL(/view=disabled$/);
    await expect(rows(page)).toHaveCount(6);
    await expect(views(page).getByRole("link", { name: /^Disabled/ })).toHaveAttribute("aria-current", "page");
    await page.goBack();
    await expect(rows(page)).toHaveCount(50);
    await page.goForward();
    await expect(rows(page)).toHaveCount(6);
  });

  test("is searched while typing, and Back leads out of the search", async ({ page }) => {
    await visit(page, "/acme/console/users");
    await field(page, "Search people").pressSequentially("agent-first", { delay: 30 });
    await expect(page).toHaveURL(/search=agent-first$/);
    await expect(rows(page)).toHaveText(["Finn Ferrari"]);
    await page.goBack();
    await expect(page).toHaveURL(/\/users$/);
    await expect(field(page, "Search people")).toHaveValue("");
    await expect(rows(page)).toHaveCount(50);
    await field(page, "Search people").fill("almost-locked@ACME");
    await page.keyboard.press("Enter");
    await expect(rows(page)).toHaveText(["Alma Lockwood"]);
    await field(page, "Search people").fill("100%");
    await expect(page.getByText("Nobody matches.")).toBeVisible();
    await link(page, "Clear search and filters").click();
    await field(page, "Role").selectOption("Administrator");
    await expect(rows(page)).toHaveText(["Ada Admin", "Lea Lindqvist"]);
    await page.reload();
    await alive(page);
    await expect(field(page, "Role")).toHaveValue("admin");
    await expect(rows(page)).toHaveText(["Ada Admin", "Lea Lindqvist"]);
  });

  test("opens a person beside itself, with an address of their own", async ({ page }) => {
    await visit(page, "/acme/console/users?search=ferrari");
    const finn = link(page, "Finn Ferrari");
    await finn.click();
    await expect(page).toHaveURL(/\/acme\/console\/users\/[^/?]+\?search=ferrari$/);
    await expect(panel(page).getByRole("heading", { name: "Finn Ferrari" })).toBeFocused();
    await expect(panel(page)).toContainText("agent-first-day@acme.example");
    await expect(panel(page).getByText("Account created")).toBeVisible();
    await expect(rows(page).first()).toBeVisible();
    await page.reload();
    await expect(panel(page).getByRole("heading", { name: "Finn Ferrari" })).toBeVisible();
    await page.goBack();
    await expect(panel(page)).toHaveCount(0);
    await expect(field(page, "Search people")).toHaveValue("ferrari");
    await alive(page);
    await finn.click();
    await panel(page).getByRole("link", { name: "Close" }).click();
    await expect(panel(page)).toHaveCount(0);
    await expect(finn).toBeFocused();
    await visit(page, "/acme/console/users/00000000-0000-0000-0000-000000000000");
    await expect(panel(page).getByText("This person is not here.")).toBeVisible();
  });

  test("unlocks with a reason", async ({ page, demo, playwright }) => {
    const who = demo.agent();
    const stranger = await playwright.request.newContext();
    await lock(stranger, demo, who);
    await stranger.dispose();
    await visit(page, `/acme/console/users?search=${who.account}`);
    await expect(page.getByRole("table").getByText("Locked")).toBeVisible();
    await rows(page).first().click();
    await expect(panel(page).locator(".state").filter({ hasText: "Locked after five wrong codes" })).toBeVisible();
    await button(page, "Unlock").click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel("Reason", { exact: true })).toBeFocused();
    await dialog.getByRole("button", { name: "Unlock" }).click();
    await expect(dialog.getByText("Choose a reason, or write one.")).toBeVisible();
    await expect(dialog.getByLabel("Reason", { exact: true })).toHaveAttribute("aria-invalid", "true");
    await dialog.getByLabel("Reason", { exact: true }).selectOption("Another reason");
    await dialog.getByRole("button", { name: "Unlock" }).click();
    await expect(dialog.getByText("Choose a reason, or write one.")).toBeVisible();
    await dialog.getByLabel("Details", { exact: true }).fill("Showed the badge at the front desk");
    await dialog.getByRole("button", { name: "Unlock" }).click();
    await expect(page.getByText(/^Saved\. .+ can sign in again\.$/)).toBeVisible();
    await expect(dialog).toHaveCount(0);
    await expect(panel(page).getByRole("heading", { level: 2 })).toBeFocused();
    await expect(button(page, "Unlock")).toHaveCount(0);
    await expect(page.getByRole("table").getByText("Locked")).toHaveCount(0);
    await expect(panel(page).getByText("Unlocked by Ada Admin")).toBeVisible();
    await expect(panel(page).getByText("Showed the badge at the front desk")).toBeVisible();
    const letter = await demo.mail.wait(who.email, /is unlocked/);
    expect(letter.text).toContain("Ada Admin");
    expect(letter.text).toContain("Showed the badge at the front desk");
  });

  test("unlocks with one thumb at 360 pixels", async ({ page, demo, playwright }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    const who = demo.agent();
    const stranger = await playwright.request.newContext();
    await lock(stranger, demo, who);
    await stranger.dispose();
    await visit(page, `/acme/console/users?search=${who.account}`);
    await rows(page).first().click();
    const unlock = button(page, "Unlock");
    await expect(unlock).toBeInViewport();
    const box = await unlock.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
    // Where a thumb reaches.
    expect(box?.y).toBeGreaterThan(370);
    await unlock.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason", { exact: true }).selectOption("Identity confirmed by phone");
    const send = dialog.getByRole("button", { name: "Unlock" });
    await expect(send).toBeInViewport();
    await send.click();
    await expect(unlock).toHaveCount(0);
  });
});

test("agents get no console", async ({ page, demo, complaints }) => {
  complaints.allow(/^answer 403: GET \/acme\/console/);
  await signInByApi(page.request, demo, demo.agent());
  const answer = await page.goto("/acme/console/users");
  expect(answer?.status()).toBe(403);
  await expect(heading(page, "This page is for administrators")).toBeVisible();
  expect(await answer?.text()).not.toContain("Finn Ferrari");
  expect((await page.request.get("/api/v1/users")).status()).toBe(403);
  await link(page, "Go to your desk").click();
  await page.waitForURL("**/acme/desk");
});

test.describe("signing in from the console", () => {
  test.use({ ownDemo: true });

  test("strangers sign in first and come back to where they wanted to go", async ({ page, demo }) => {
    await page.goto("/acme/console/users?view=locked");
    await expect(page).toHaveURL(/\/acme\?next=%2Facme%2Fconsole%2Fusers%3Fview%3Dlocked$/);
    await alive(page);
    await enterPassword(page, "lead");
    await enterCode(page, await demo.app("lead").code());
    await page.waitForURL("**/acme/console/users?view=locked");
    await expect(rows(page).first()).toBeVisible();
    await alive(page);

    await test.step("people with both roles switch, and the switch is remembered", async () => {
      await button(page, "Go to desk").click();
      await page.waitForURL("**/acme/desk");
      await visit(page, "/acme");
      await link(page, "Continue").click();
      await page.waitForURL("**/acme/desk");
    });

    await test.step("signing out everywhere ends it", async () => {
      await alive(page);
      await page.locator("summary").filter({ hasText: "You" }).click();
      await button(page, "Sign out everywhere").click();
      await page.waitForURL("**/acme?notice=signed_out");
      await page.goto("/acme/console/users");
      await expect(page).toHaveURL(/\/acme\?next=/);
    });
  });
});

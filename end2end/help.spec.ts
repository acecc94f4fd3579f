// What administrators do for people who cannot sign in, from the person's panel.
import type { Page } from "@playwright/test";
import {
  becomeAdministrator,
  button,
  type Demo,
  expect,
  field,
  lock,
  type Person,
  signInByApi,
  test,
  visit,
} from "./support/test";

const panel = (page: Page) => page.getByRole("complementary", { name: "Person" });
const helps = ["Backup code", "Reset two-factor", "Send password reset"];

async function open(page: Page, account: string): Promise<void> {
  await visit(page, `/acme/console/users?search=${account}`);
  await page.getByRole("table").getByRole("rowheader").getByRole("link").first().click();
  await expect(panel(page).getByRole("heading", { level: 2 })).toBeVisible();
}

/** Opens the dialog of a help, and gives a reason. */
async function help(page: Page, name: string, reason: string) {
  await button(page, name).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("Make sure you know who is calling.")).toBeVisible();
  await dialog.getByLabel("Reason", { exact: true }).selectOption(reason);
  await dialog.getByRole("button", { name, exact: true }).click();
  return dialog;
}

const told = (demo: Demo, who: Person, subject: RegExp) => demo.mail.wait(who.email, subject);

test.beforeEach(({ context, demo }) => becomeAdministrator(context, demo));

test("a backup code is shown once, large, with the time that it has", async ({ page, demo }) => {
  const who = demo.agent();
  await open(page, who.account);
  await expect(panel(page).getByText("Two-factor", { exact: true })).toBeVisible();
  const dialog = await help(page, "Backup code", "Phone lost or stolen");
  const code = dialog.locator("code");
  await expect(code).toHaveText(/^[0-9A-Z]+(-[0-9A-Z]+)+$/);
  await expect(dialog.getByText(/^It works once, for 1[45]:\d\d minutes more\.$/)).toBeVisible();
  const size = await code.evaluate((it) => parseFloat(getComputedStyle(it).fontSize));
  expect(size).toBeGreaterThanOrEqual(26);
  const shown = (await code.textContent()) ?? "";
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await dialog.getByRole("button", { name: "Copy" }).click();
  await expect(dialog.getByText("Copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(shown);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(/^Saved\. .+ got an e-mail about the code\.$/)).toBeVisible();
  await expect(panel(page).getByText("Backup code made by Ada Admin")).toBeVisible();
  await expect(page.locator("body")).not.toContainText(shown);
  const letter = await told(demo, who, /^A backup code for your account/);
  expect(letter.text).toContain("Ada Admin");
  expect(letter.text).toContain("Phone lost or stolen");
  expect(letter.text).not.toContain(shown);
});

test("closing the dialog by Escape is saying that the code was read", async ({ page, demo }) => {
  const who = demo.agent();
  await open(page, who.account);
  const dialog = await help(page, "Backup code", "Phone not at hand");
  await expect(dialog.locator("code")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText(/^Saved\. .+ got an e-mail about the code\.$/)).toBeVisible();
});

test("two-factor authentication is reset, and the person signed out", async ({ page, demo, playwright }) => {
  const who = demo.agent();
  const theirs = await playwright.request.newContext();
  await signInByApi(theirs, demo, who);
  await open(page, who.account);
  await expect(panel(page).getByText("E-mail", { exact: true }).last()).toBeVisible();
  await help(page, "Reset two-factor", "New phone");
  await expect(page.getByText(/^Saved\. .+ can set up a new way\.$/)).toBeVisible();
  await expect(panel(page).getByText("Nothing set up", { exact: true })).toBeVisible();
  await expect(button(page, "Reset two-factor")).toBeDisabled();
  await expect(panel(page).getByText("Reset two-factor: Nothing is set up.")).toBeVisible();
  await told(demo, who, /^Two-factor authentication of your account at Acme Support was reset/);
  expect((await theirs.get(`${demo.url}/api/v1/session`)).status()).toBe(401);
  await theirs.dispose();
});

test("a link to a new password is sent three times an hour", async ({ page, demo }) => {
  const who = demo.agent();
  await open(page, who.account);
  for (let number = 1; number <= 3; number++) {
    await help(page, "Send password reset", "Forgot the password");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    const letter = await demo.mail.wait(who.email, /^Choose a new password/, number);
    expect(letter.text).toContain("Ada Admin sends you this link");
    expect(letter.text).toContain("Forgot the password");
  }
  const dialog = await help(page, "Send password reset", "Forgot the password");
  await expect(dialog.getByText(/^Three links were sent within an hour\. The next one can be sent in (59:\d\d|60:00) minutes\.$/)).toBeVisible();
});

test("what is of no use says why", async ({ page, demo, playwright }) => {
  const who = demo.agent();
  const stranger = await playwright.request.newContext();
  await lock(stranger, demo, who);
  await stranger.dispose();
  await open(page, who.account);
  await expect(button(page, "Backup code")).toBeDisabled();
  await expect(button(page, "Backup code")).toHaveAccessibleDescription("Backup code: Unlock the account first.");
  await open(page, "admin@acme");
  await expect(panel(page).getByText("This is you.")).toBeVisible();
  for (const name of helps) await expect(button(page, name)).toHaveCount(0);
  await open(page, "disabled@acme");
  await expect(panel(page).getByText("This account is switched off, so nobody can sign in with it.")).toBeVisible();
});

test("four buttons fit the panel and a phone", async ({ page, demo, playwright }) => {
  const who = demo.agent();
  const stranger = await playwright.request.newContext();
  await lock(stranger, demo, who);
  await stranger.dispose();
  for (const size of [
    { width: 1093, height: 490 },
    { width: 360, height: 740 },
  ]) {
    await page.setViewportSize(size);
    await open(page, who.account);
    for (const name of ["Unlock", ...helps]) {
      const it = button(page, name);
      await expect(it).toBeInViewport({ ratio: 1 });
      const box = await it.boundingBox();
      expect(box?.height, name).toBeGreaterThanOrEqual(44);
      const cut = await it.evaluate((it) => it.scrollWidth - it.clientWidth);
      expect(cut, `${name} at ${size.width}`).toBeLessThanOrEqual(0);
    }
  }
  await expect(field(page, "Reason")).toHaveCount(0);
});

// A forgotten password, from the company's page to signing in with the new one.
import type { Page } from "@playwright/test";
import {
  alive,
  button,
  type Demo,
  enterCode,
  enterPassword,
  expect,
  field,
  heading,
  link,
  lock,
  PASSWORD,
  type Person,
  signInByApi,
  test,
  visit,
} from "./support/test";

const NEW = "seven loud lighthouses";
const SENT = "If this account exists, a link is in its mailbox in a moment.";

async function ask(page: Page, account: string): Promise<void> {
  await visit(page, "/acme");
  await link(page, "Forgot Password").click();
  await expect(heading(page, "Forgot Password")).toBeVisible();
  await field(page, "Account").fill(account);
  await button(page, "Send link").click();
  await expect(page.getByText(SENT)).toBeVisible();
}

/** The address in the newest mail about a new password. */
async function mailed(demo: Demo, who: Person, number = 1): Promise<string> {
  const letter = await demo.mail.wait(who.email, /Choose a new password/, number);
  return /http:\/\/\S+\/reset-password\?token=\S+/.exec(letter.text)?.[0] ?? "no link";
}

test("a link leads to a new password, which signs in and signs out everywhere else", async ({ page, demo, complaints, playwright }) => {
  complaints.allow(/^answer 410: GET \/reset-password/);
  const who = demo.agent();
  const elsewhere = await playwright.request.newContext();
  await signInByApi(elsewhere, demo, who);
  await ask(page, who.email.toUpperCase());
  const address = await mailed(demo, who);
  // A mail scanner opens it first.
  const scanned = await elsewhere.get(address);
  expect(scanned.status()).toBe(200);

  await page.goto(address);
  await alive(page);
  await expect(heading(page, "Choose a new password")).toBeVisible();
  await expect(page.getByText(`For the account ${who.account} at Acme Support.`)).toBeVisible();
  await button(page, "Save password").click();
  await expect(page.getByText("Type a new password.")).toBeVisible();
  await field(page, "New password").fill("password");
  await button(page, "Save password").click();
  await expect(page.getByText("Strangers try this password first. Choose another one.")).toBeVisible();
  await field(page, "New password").fill(NEW);
  await button(page, "Save password").click();

  await page.waitForURL(/\/acme\?/);
  await alive(page);
  await expect(page.getByText("Your new password is saved. Sign in with it.")).toBeVisible();
  await expect(field(page, "Account")).toHaveValue(who.account);
  await demo.mail.wait(who.email, /was changed/);
  expect((await elsewhere.get(`${demo.url}/api/v1/session`)).status()).toBe(401);
  await elsewhere.dispose();

  await enterPassword(page, who.account, PASSWORD);
  await expect(page.getByText("Account and password do not match.")).toBeVisible();
  await enterPassword(page, who.account, NEW);
  // The second proof is still asked; the mail for it may have to wait for its minute.
  await expect(heading(page, "Input authentication code")).toBeVisible();

  await page.goto(address);
  await expect(heading(page, "This link does not work any more")).toBeVisible();
  await link(page, "Ask for a new link").click();
  await expect(heading(page, "Forgot Password")).toBeVisible();
});

test("nobody learns who has an account", async ({ page, demo }) => {
  await ask(page, "nobody-of-this-name");
  await field(page, "Account").fill("");
  await button(page, "Send link").click();
  await expect(page.getByText("Type your username or your e-mail address.")).toBeVisible();
  const who = demo.agent();
  await ask(page, who.account);
  await mailed(demo, who);
});

test("a locked account gets its password and stays locked", async ({ page, demo, playwright }) => {
  const who = demo.agent();
  const stranger = await playwright.request.newContext();
  await lock(stranger, demo, who);
  await stranger.dispose();
  await ask(page, who.account);
  await visit(page, await mailed(demo, who));
  await field(page, "New password").fill(NEW);
  await button(page, "Save password").click();
  await expect(page.getByText("Your new password is saved. Sign in with it.")).toBeVisible();
  await alive(page);
  await field(page, "Password").fill(NEW);
  await button(page, "Sign in").click();
  await expect(page.getByText("Your account is locked.")).toBeVisible();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the same way", async ({ page, demo, complaints }) => {
    complaints.allow(/^request failed: \S+\.js: csp$/, /^answer (410|422): (POST|GET) \/reset-password/);
    const who = demo.agent();
    await page.goto("/acme");
    await link(page, "Forgot Password").click();
    await field(page, "Account").fill(who.account);
    await button(page, "Send link").click();
    await expect(page.getByText(SENT)).toBeVisible();
    const address = await mailed(demo, who);
    await page.goto(address);
    await field(page, "New password").fill("short");
    await button(page, "Save password").click();
    await expect(page.getByText("Too short. Use at least 8 characters.")).toBeVisible();
    await field(page, "New password").fill(NEW);
    await button(page, "Save password").click();
    await expect(page.getByText("Your new password is saved. Sign in with it.")).toBeVisible();
    await expect(field(page, "Account")).toHaveValue(who.account);
    await field(page, "Password").fill(NEW);
    await button(page, "Sign in").click();
    await enterCode(page, await demo.mail.code(who.email));
    await expect(heading(page, "Home Dashboard")).toBeVisible();
    await page.goto(address);
    await expect(heading(page, "This link does not work any more")).toBeVisible();
  });
});

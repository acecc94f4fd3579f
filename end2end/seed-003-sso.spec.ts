// Seed 003, "To log in with single sign-on (SSO)", sentence by sentence, at a certified provider of the company's own.
// A step that belongs to a sentence is named by it.
import type { Page } from "@playwright/test";
import { LoginPage, test, windowOf } from "./support/outside";
import { alive, button, expect, field, heading, visit } from "./support/test";

/** From the start page to the company's provider. */
async function login(page: Page, email: string): Promise<LoginPage> {
  await visit(page, "/");
  await page.waitForLoadState("networkidle");
  await ssoPart(page).click();
  await username(page).fill(email);
  const theirs = await windowOf(page, () => button(page, "Login").click());
  return new LoginPage(theirs, "northwind").seen();
}

const ssoPart = (page: Page) => button(page, "Single Sign-On");
/** The one beside *Login*. */
const username = (page: Page) => page.locator("form").filter({ has: button(page, "Login") }).getByLabel("Username", { exact: true });

test("an administrator logs in with single sign-on", async ({ page }) => {
  await test.step("Click Single Single-On.", async () => {
    await visit(page, "/");
    await page.waitForLoadState("networkidle");
    await ssoPart(page).click();
    await expect(button(page, "Login")).toBeVisible();
  });

  await test.step("Enter your Username. This is the email address.", async () => {
    await username(page).fill("two-companies@northwind.example");
  });

  let theirs: LoginPage;
  await test.step(
    "Click Login. A window to your identity provider opens to validate your email address and to authenticate with your " +
      "identity provider.",
    async () => {
      const opened = await windowOf(page, () => button(page, "Login").click());
      theirs = await new LoginPage(opened, "northwind").seen();
      // The address is carried along, so that nobody types it twice.
      await expect(opened.getByLabel("E-mail address")).toHaveValue("two-companies@northwind.example");
    },
  );

  await test.step("When validation is complete, the window closes.", async () => {
    const closed = theirs.page.waitForEvent("close");
    await theirs.be("two-companies@northwind.example");
    await closed;
  });

  await test.step(
    "A successful login brings you to the User Management window for your default tenant.",
    async () => {
      await page.waitForURL("**/northwind/console/users");
      await alive(page);
      await expect(heading(page, "User Management")).toBeVisible();
    },
  );
});

test("without a list nobody gets in", async ({ page }) => {
  const theirs = await login(page, "agent-no-list@northwind.example");
  await theirs.be("agent-no-list@northwind.example");
  await test.step(
    "If you can't log in, you might not have a default Presence Reason list for your tenant or you aren't assigned a list. " +
      "If this is the case, an error message is shown indicating that you need a Presence Reason list. If you see the error " +
      "message, please contact your administrator.",
    async () => {
      await page.waitForURL(/\/northwind\/stopped\?reason=presence_list_missing&reference=/);
      await expect(page.getByText("You need a Presence Reason list to sign in.")).toBeVisible();
      await expect(page.getByRole("main").getByRole("link", { name: "4000" })).toBeVisible();
    },
  );
});

test.describe("somebody who was never invited", () => {
  test.use({ ownDemo: true });

  test("Users logging in using Single Sign On (SSO) aren't required to accept an invitation.", async ({ page, demo }) => {
    const who = "sso-only@northwind.example";
    expect(demo.mail.all(who)).toEqual([]);
    const theirs = await login(page, who);
    await theirs.be(who);
    await page.waitForURL("**/northwind/desk");
    await expect(heading(page, "Home Dashboard")).toBeVisible();
    await visit(page, "/northwind/profile/security");
    await expect(page.getByRole("region", { name: "Single Sign-On", exact: true })).toContainText(who);
  });
});

test("the company's own page goes straight on", async ({ page }) => {
  await visit(page, "/northwind");
  await page.waitForLoadState("networkidle");
  const opened = await windowOf(page, () => button(page, "Single Sign-On").click());
  const theirs = await new LoginPage(opened, "northwind").seen();
  await theirs.be("agent@northwind.example");
  await page.waitForURL("**/northwind/desk");
  await expect(heading(page, "Home Dashboard")).toBeVisible();
});

test("an address whose company is not known says so, and keeps what was typed", async ({ page }) => {
  await visit(page, "/");
  await page.waitForLoadState("networkidle");
  await ssoPart(page).click();
  await username(page).fill("somebody@nowhere.example");
  await button(page, "Login").click();
  await expect(page.getByText("We know no single sign-on for this address.", { exact: false })).toBeVisible();
  await expect(username(page)).toHaveValue("somebody@nowhere.example");
});

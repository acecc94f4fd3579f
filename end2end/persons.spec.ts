// Somebody with accounts of several companies: connects them, chooses where to start, and changes between them.
import type { Page } from "@playwright/test";
import { anna, SECRET, Several, STRICT } from "./support/several";
import { alive, button, enterCode, enterPassword, expect, field, heading, link, test, visit } from "./support/test";

const HERE = "initech";
const dialog = (page: Page) => page.getByRole("dialog");
const part = (page: Page) => page.getByRole("region", { name: "Companies", exact: true });
const row = (page: Page, name: string) => part(page).getByRole("listitem").filter({ hasText: name });
const menu = (page: Page) => page.locator(".person-menu");

async function openMenu(page: Page): Promise<void> {
  await menu(page).locator("summary").click();
}

async function fillIn(page: Page, company: string, password: string): Promise<void> {
  await dialog(page).getByLabel("Company", { exact: true }).fill(company);
  await dialog(page).getByLabel("Account there", { exact: true }).fill("anna");
  await dialog(page).getByLabel("Password there", { exact: true }).fill(password);
  await dialog(page).getByRole("button", { name: "Continue" }).click();
}

test("a person connects two companies, chooses one for the start page, changes and disconnects", async ({
  browser,
  complaints,
}) => {
  test.setTimeout(180_000);
  const several = await Several.start([HERE, STRICT]);
  const context = await browser.newContext({ locale: "en-GB", baseURL: several.url });
  complaints.listen(context);
  try {
    const page = await context.newPage();
    await several.signIn(context, HERE);

    await test.step("nothing is connected yet, and the menu says nothing of it", async () => {
      await visit(page, `/${HERE}/profile/security`);
      await expect(part(page)).toContainText("Do you also work for another company here?");
      await openMenu(page);
      await expect(menu(page)).not.toContainText("Change company");
      await page.keyboard.press("Escape");
    });

    await test.step("what does not fit is said beside its field, and nothing that was typed is lost", async () => {
      await button(page, "Connect another company").click();
      await dialog(page).getByRole("button", { name: "Continue" }).click();
      await expect(dialog(page).getByText("Type the company's name or its alias.")).toBeVisible();
      await expect(dialog(page).getByLabel("Company", { exact: true })).toBeFocused();
      await fillIn(page, "Hooli", SECRET);
      await expect(dialog(page).getByText("We know no company by that name.")).toBeVisible();
      await fillIn(page, HERE, SECRET);
      await expect(dialog(page).getByText("This is the company where you are now.")).toBeVisible();
      await fillIn(page, "Umbrella", "not the password at all");
      await expect(dialog(page).getByText("Account and password do not match there.")).toBeVisible();
      await expect(dialog(page).getByLabel("Account there", { exact: true })).toHaveValue("anna");
    });

    await test.step("the other company asks for all that it asks at a sign-in", async () => {
      await fillIn(page, "Umbrella", SECRET);
      await page.waitForURL(`**/${STRICT}/code`);
      await alive(page);
      await expect(heading(page, "Input authentication code")).toBeVisible();
      // Her first day there was within this minute, and codes to one person are a minute apart.
      await expect(button(page, "Resend")).toBeEnabled({ timeout: 65_000 });
      await button(page, "Resend").click();
      await enterCode(page, await several.mail.code(anna(STRICT), 2));
      await page.waitForURL(`**/${HERE}/profile/security?connected=1#companies`);
      await alive(page);
      await expect(page.getByRole("status").getByText("Connected.")).toBeVisible();
      await expect(row(page, "Initech")).toContainText("You are here");
      await expect(row(page, "Umbrella")).toBeVisible();
      for (const alias of [HERE, STRICT]) await several.mail.wait(anna(alias), /is connected with another company/);
    });

    await test.step("the start page leads to the default company", async () => {
      await button(page, "Make default: Umbrella").click();
      await expect(page.getByRole("status").getByText("The start page leads to this company now.")).toBeVisible();
      await expect(row(page, "Umbrella")).toContainText("Default company");
      const other = await browser.newContext({ locale: "en-GB", baseURL: several.url });
      complaints.listen(other);
      const start = await other.newPage();
      await visit(start, "/");
      await field(start, "Username").fill(anna(HERE));
      await field(start, "Password").fill(SECRET);
      await button(start, "Submit").click();
      await start.waitForURL(`**/${STRICT}/code`);
      await other.close();
    });

    await test.step("the menu leads to the other company's own sign-in, which ends this one", async () => {
      await openMenu(page);
      const ways = menu(page).getByRole("navigation", { name: "Change company" });
      await ways.getByRole("link", { name: "Umbrella" }).click();
      await page.waitForURL(`**/${STRICT}?account=anna&other=1`);
      await alive(page);
      await expect(page.getByText("Signing in here signs out Anna Berg (Initech) on this browser.")).toBeVisible();
      await expect(field(page, "Account")).toHaveValue("anna");
      // Not signed in there, and still signed in here.
      await page.goto(`/${STRICT}/desk`);
      await expect(page).toHaveURL(new RegExp(`/${STRICT}\\?next=`));
      await visit(page, `/${HERE}/desk`);
      await expect(heading(page, "Home Dashboard")).toBeVisible();
    });

    await test.step("a connection can be ended", async () => {
      await visit(page, `/${HERE}/profile/security`);
      await button(page, "Disconnect: Umbrella").click();
      await dialog(page).getByRole("button", { name: "Disconnect" }).click();
      await expect(page.getByRole("status").getByText("Disconnected.")).toBeVisible();
      await expect(part(page)).toContainText("Do you also work for another company here?");
    });
    expect(complaints.take()).toEqual([]);
  } finally {
    await context.close();
    await several.stop();
  }
});

test("many companies are searched, with the keyboard too", async ({ browser, complaints }) => {
  test.setTimeout(120_000);
  const others = ["hooli", "vandelay", "wonka", "tyrell", "cyberdyne", "soylent", "stark"];
  const several = await Several.start([HERE, ...others]);
  const context = await browser.newContext({ locale: "en-GB", baseURL: several.url });
  complaints.listen(context);
  try {
    await several.signIn(context, HERE);
    for (const alias of others) await several.connect(context, alias);
    const page = await context.newPage();
    await visit(page, `/${HERE}/desk`);
    await openMenu(page);
    const ways = menu(page).getByRole("navigation", { name: "Change company" });
    await expect(ways.getByRole("link")).toHaveCount(others.length);
    await field(page, "Search companies").pressSequentially("TYR");
    await expect(ways.getByRole("link")).toHaveCount(1);
    await field(page, "Search companies").fill("nothing like it");
    await expect(ways.getByText("No company of yours has this name.")).toBeVisible();
    await field(page, "Search companies").fill("stark");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/stark?account=anna&other=1");
    await alive(page);
    await enterPassword(page, "anna", SECRET);
    await page.waitForURL("**/stark/desk");
    await alive(page);
    await expect(link(page, "Skip to content").or(page.locator(".bar .company"))).toContainText(["Stark"]);
    expect(complaints.take()).toEqual([]);
  } finally {
    await context.close();
    await several.stop();
  }
});

// Seed 002, "SSO", sentence by sentence, with certified providers in windows of their own. A step that belongs to a
// sentence is named by it.
import type { Page } from "@playwright/test";
import { type Kind, LoginPage, test, windowOf } from "./support/outside";
import { alive, button, type Demo, enterCode, expect, field, heading, link, PASSWORD, type Person, visit } from "./support/test";

const NAMES = { google: "Google", office365: "Office 365" } as const;
type Seeds = keyof typeof NAMES;

const settings = (page: Page) => page.getByRole("region", { name: "Single Sign-On", exact: true });

/** Opens the provider's window from the company's page. */
async function enter(page: Page, kind: Seeds): Promise<LoginPage> {
  await visit(page, "/acme");
  // What opens windows is fetched once the page is there; before that the browser goes on in this one.
  await page.waitForLoadState("networkidle");
  const theirs = await windowOf(page, () => button(page, `Sign in with ${NAMES[kind]}`).click());
  return new LoginPage(theirs, kind as Kind).seen();
}

/** From the bind page to wherever the person works. */
async function bind(page: Page, demo: Demo, who: Person): Promise<void> {
  await field(page, "Account").fill(who.account);
  await field(page, "Password").fill(PASSWORD);
  await button(page, "Bind").click();
  await expect(heading(page, "Input authentication code")).toBeVisible();
  await enterCode(page, await demo.mail.code(who.email));
}

async function signOut(page: Page): Promise<void> {
  await page.locator(".person-menu summary").click();
  await page.locator(".person-menu").getByRole("button", { name: "Sign out", exact: true }).click();
  await page.waitForURL(/\/acme(\?|$)/);
}

for (const kind of ["google", "office365"] as const) {
  const name = NAMES[kind];

  test(`SSO with ${name}`, async ({ page, demo }) => {
    const who = demo.agent();
    let theirs: LoginPage;

    await test.step(
      `If the login page displays the ${name} icon, that means you can log in to the system with your ${name} account by ` +
        `clicking on “Sign in with ${name}”`,
      async () => {
        await visit(page, "/acme");
        await expect(button(page, `Sign in with ${name}`)).toBeVisible();
        // A company without it shows none.
        await visit(page, "/northwind");
        await expect(button(page, `Sign in with ${name}`)).toHaveCount(0);
      },
    );

    await test.step(
      "Click on Sign in with Google or Sign in with Office 365 to enter the Google or Office 365 login page.",
      async () => {
        theirs = await enter(page, kind);
      },
    );

    await test.step("Choose a Google or Office 365 account to log in.", async () => {
      const closed = theirs.page.waitForEvent("close");
      await theirs.be(who.email, ...(kind === "office365" ? (["A second proof is given here"] as const) : []));
      await closed;
    });

    await test.step(
      "For users logging in using SSO for the first time, you need to fill in the essential login credentials of a system " +
        "account and click Bind to bind your Google or Office 365 account.",
      async () => {
        await page.waitForURL("**/acme/bind");
        await alive(page);
        await expect(heading(page, "Connect your login")).toBeVisible();
        await expect(page.getByRole("main")).toContainText(`You signed in at ${name} as`);
        await expect(page.getByRole("main")).toContainText(who.email);
        await bind(page, demo, who);
      },
    );

    await test.step(
      "After binding your Google or Office 365 account, you will enter the system operation page and the connected account " +
        "will be displayed in the Profile > Security Settings.",
      async () => {
        await page.waitForURL("**/acme/desk");
        await expect(heading(page, "Home Dashboard")).toBeVisible();
        await visit(page, "/acme/profile/security");
        await expect(settings(page)).toContainText(name);
        await expect(settings(page)).toContainText(who.email);
        const letter = await demo.mail.wait(who.email, new RegExp(name));
        expect(letter.text).toContain(who.email);
      },
    );

    await test.step("the next time it goes straight in", async () => {
      await visit(page, "/acme/desk");
      await signOut(page);
      await visit(page, "/acme");
      await page.waitForLoadState("networkidle");
      // The provider remembers who signed in, so its window closes without a question.
      const window = page.waitForEvent("popup").then((opened) => opened.waitForEvent("close"));
      await button(page, `Sign in with ${name}`).click();
      await window;
      await page.waitForURL("**/acme/desk");
      await expect(heading(page, "Home Dashboard")).toBeVisible();
    });
  });
}

test("the company's code is asked where Office 365 asked for none", async ({ page, demo }) => {
  const who = demo.agent();
  const theirs = await enter(page, "office365");
  await theirs.be(who.email);
  await page.waitForURL("**/acme/bind");
  await alive(page);
  await bind(page, demo, who);
  await page.waitForURL("**/acme/desk");
  await page.context().clearCookies();
  const again = await enter(page, "office365");
  await again.be(who.email);
  await expect(heading(page, "Input authentication code")).toBeVisible();
  await expect(page).toHaveURL(/\/acme\/code$/);
});

test("log in with account and password, or log in using a third-party application, such as Google, Office 365", async ({ page }) => {
  await visit(page, "/acme");
  await expect(field(page, "Account")).toBeVisible();
  await expect(field(page, "Password")).toBeVisible();
  await expect(button(page, "Sign in with Google")).toBeVisible();
  await expect(button(page, "Sign in with Office 365")).toBeVisible();
  await expect(link(page, "Forgot Password")).toBeVisible();
});

// Single sign-on as an administrator sets it up, with real providers and real windows.
import type { Page } from "@playwright/test";
import { blockWindows, LoginPage, test, windowOf } from "./support/outside";
import { alive, becomeAdministrator, button, expect, field, heading, link, visit } from "./support/test";

const PAGE = "/acme/console/single-sign-on";
const OWN = "Your company's own";

const card = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

/** The administrator's page, once what opens windows is there. */
async function open(page: Page): Promise<void> {
  await visit(page, PAGE);
  await expect(heading(page, "Single Sign-On")).toBeVisible();
  await page.waitForLoadState("networkidle");
}

async function setUp(page: Page, issuer: string): Promise<void> {
  const own = card(page, OWN);
  await own.getByText(`Set up ${OWN}`).click();
  await own.getByLabel("Name for people").fill("Acme ID");
  await own.getByLabel("Issuer", { exact: true }).fill(issuer);
  await own.getByLabel("Client ID").fill("callgate-demo");
  await own.getByLabel("Client secret").fill("a-demonstration-keeps-no-secrets");
  await own.getByRole("button", { name: `Save ${OWN}` }).click();
  await expect(own.getByText("Set up, not tested.")).toBeVisible();
}

test.describe("a demo of its own", () => {
  test.use({ ownDemo: true });
  test.beforeEach(({ context, demo }) => becomeAdministrator(context, demo));

  test("set up, test, show, hide, remove", async ({ page, outside, browser, demo }) => {
    await open(page);
    const own = card(page, OWN);
    await expect(own.getByText("Not set up.")).toBeVisible();
    await setUp(page, `${outside.url}/northwind`);
    // Kept, and never shown again.
    await expect(own.getByLabel("Client secret")).toHaveValue("");
    await expect(own.getByText(/^One is kept\./)).toBeVisible();
    await expect(own.getByRole("button", { name: "Show the button to people" })).toBeDisabled();

    const opened = await windowOf(page, () => own.getByRole("button", { name: `Test ${OWN}` }).click());
    await expect(own.getByText(/^Sign in in the other window\./)).toBeVisible();
    const closed = opened.waitForEvent("close");
    await (await new LoginPage(opened, "northwind").seen()).be("agent@northwind.example");
    await closed;
    await expect(own.getByText("It works. This is what came back.")).toBeVisible();
    await expect(own.getByRole("row", { name: "email agent@northwind.example" })).toBeVisible();
    await expect(own.getByText(/^At a sign-in, this person would be asked once/)).toBeVisible();
    await expect(own.getByText(/^Tested on .* People do not see its button\.$/)).toBeVisible();

    await own.getByRole("button", { name: "Show the button to people" }).click();
    await expect(own.getByText(/^People see its button\./)).toBeVisible();
    const stranger = await (await browser.newContext({ baseURL: demo.url })).newPage();
    await visit(stranger, "/acme");
    await expect(stranger.getByRole("button", { name: "Single Sign-On" })).toBeVisible();

    // Another name hides nothing; another client does.
    await own.getByLabel("Name for people").fill("Acme Login");
    await own.getByRole("button", { name: `Save ${OWN}` }).click();
    await expect(own.getByText("Saved.", { exact: true })).toBeVisible();
    await expect(own.getByText(/^People see its button\./)).toBeVisible();

    await own.getByRole("button", { name: `Remove: ${OWN}` }).click();
    const sure = page.getByRole("dialog", { name: `Remove ${OWN}?` });
    await expect(sure.getByText("Nobody is connected to a login there.")).toBeVisible();
    await sure.getByRole("button", { name: "Remove it" }).click();
    await expect(own.getByText("Not set up.")).toBeVisible();
    await visit(stranger, "/acme");
    await expect(stranger.getByRole("button", { name: "Single Sign-On" })).toHaveCount(0);
    await stranger.context().close();
    await link(page, "Audit Log").click();
    await expect(page.getByRole("row").filter({ hasText: `${OWN}: button shown` })).toBeVisible();
  });

  test("what is wrong is told, and nothing typed is lost", async ({ page, complaints }) => {
    complaints.allow(/^answer 400/);
    await open(page);
    const own = card(page, OWN);
    await own.getByText(`Set up ${OWN}`).click();
    await own.getByLabel("Issuer", { exact: true }).fill("https://10.0.0.8/realms/acme");
    await own.getByRole("button", { name: `Save ${OWN}` }).click();
    await expect(own.getByText(/^Say how people know it/)).toBeVisible();
    await own.getByLabel("Name for people").fill("Acme ID");
    await own.getByLabel("Client ID").fill("callgate");
    await own.getByRole("button", { name: `Save ${OWN}` }).click();
    await expect(own.getByText(/^No sign-in can be set up with this\./)).toBeVisible();
    await expect(own.getByLabel("Issuer", { exact: true })).toHaveValue("https://10.0.0.8/realms/acme");
    await expect(own.getByText("Not saved yet.")).toBeVisible();
  });

  test("without a window the test goes on in this tab", async ({ page, context }) => {
    await blockWindows(context);
    await open(page);
    const google = card(page, "Google");
    await google.getByRole("button", { name: "Test Google" }).click();
    await expect(google.getByText(/^Your browser stopped the window\./)).toBeVisible();
    await google.getByRole("link", { name: "Go there in this tab" }).click();
    await (await new LoginPage(page, "google").seen()).be("visitor@initech.example");
    await page.waitForURL(`**${PAGE}?test=*`);
    await alive(page);
    await expect(page.getByText("It does not work yet.")).toBeVisible();
    await expect(page.getByText(/^This login belongs to another company\./)).toBeVisible();
  });

  test("passwords go where another way works, and come back", async ({ page, browser, demo }) => {
    await open(page);
    await button(page, "Turn passwords off").click();
    const sure = page.getByRole("dialog", { name: "Turn passwords off?" });
    await expect(sure.getByText(/Administrator sign-in/)).toBeVisible();
    await sure.getByRole("button", { name: "Keep passwords" }).click();
    await button(page, "Turn passwords off").click();
    await sure.getByRole("button", { name: "Turn passwords off" }).click();
    await expect(page.getByText("People sign in by single sign-on alone.")).toBeVisible();
    const stranger = await (await browser.newContext({ baseURL: demo.url })).newPage();
    await visit(stranger, "/acme");
    await expect(stranger.getByRole("link", { name: "Administrator sign-in" })).toBeVisible();
    await stranger.context().close();
    await button(page, "Let passwords in again").click();
    await expect(page.getByText("People sign in with account and password as well.")).toBeVisible();
  });

  test("domains: named, proven by a record, given up", async ({ page, complaints }) => {
    // Nobody asks the internet's name servers in a test; some machines have none.
    complaints.allow(/^answer 502/);
    await open(page);
    const domains = card(page, "E-mail domains");
    await field(page, "E-mail domain").fill("ada@acme.example");
    await button(page, "Add the domain").click();
    await expect(domains.getByText("Type a domain like acme.example.")).toBeVisible();
    await field(page, "E-mail domain").fill("gmail.com");
    await button(page, "Add the domain").click();
    await expect(domains.getByText(/^Anybody can have an address at this domain/)).toBeVisible();
    await expect(field(page, "E-mail domain")).toHaveValue("gmail.com");
    await field(page, "E-mail domain").fill("Mail.Acme.example");
    await button(page, "Add the domain").click();
    await expect(domains.getByText("Not proven yet")).toBeVisible();
    await expect(domains.getByText("_callgate.mail.acme.example")).toBeVisible();
    await expect(domains.getByText(/^callgate-domain=/)).toBeVisible();
    await button(page, "Check now: mail.acme.example").click();
    const answered = /^(The record is not there yet|No name server answered)/;
    await expect(domains.getByText(answered)).toBeVisible({ timeout: 15_000 });
    await button(page, "Remove: mail.acme.example").click();
    const sure = page.getByRole("dialog", { name: "Remove mail.acme.example?" });
    await sure.getByRole("button", { name: "Remove it" }).click();
    await expect(domains.getByText("Not proven yet")).toHaveCount(0);
  });
});

test("at 360 pixels everything can be used", async ({ page, context, demo }) => {
  await becomeAdministrator(context, demo);
  await page.setViewportSize({ width: 360, height: 740 });
  await open(page);
  for (const summary of await page.locator(".set-up > summary").all()) await summary.click();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);
});

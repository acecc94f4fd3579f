// Seed 001, sentence by sentence: Amazon Connect beside passwords, at a company that reads German.
import { allowMicrophone, become, digits, present, secureLogin, status, summary, toDashboard } from "./support/first-minute";
import { blockWindows } from "./support/outside";
import { HEARING, launched, Simulator } from "./support/phone";
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
  PASSWORD,
  test,
  visit,
} from "./support/test";
import type { Page } from "@playwright/test";

const PIETT = { company: "thedarkside", account: "agent", email: "agent@thedarkside.example" };

test.use({ ownDemo: true, ears: launched(HEARING) });

const simulator = (demo: Demo) => Simulator.of(demo, "thedarkside");

/** The company's language is German; whoever reads another one says so, as people do. */
async function inEnglish(page: Page): Promise<void> {
  await visit(page, "/thedarkside");
  await page.getByLabel(/^(Language|Sprache)$/).selectOption("en");
  await page.locator('html.live[lang="en"]').waitFor();
}

/** Account and password say whose the Connect user is, and a code that this is no stolen password. */
async function proveByPassword(page: Page, demo: Demo): Promise<void> {
  await page.waitForURL("**/thedarkside/bind", { timeout: 30_000 });
  await alive(page);
  await field(page, "Account").fill(PIETT.account);
  await field(page, "Password").fill(PASSWORD);
  const number = demo.mail.all(PIETT.email).length + 1;
  await button(page, "Bind").click();
  await page.waitForURL(/\/thedarkside\/(code|summary)$/);
  if (page.url().endsWith("/code")) await enterCode(page, digits((await demo.mail.wait(PIETT.email, /./, number)).text));
}

test("the page reads German, and offers Secure Login above account and password", async ({ page }) => {
  await visit(page, "/thedarkside");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  const secure = await page.getByRole("button", { name: "Secure Login", exact: true }).boundingBox();
  const password = await page.getByLabel("Passwort", { exact: true }).boundingBox();
  expect(secure?.y ?? 0).toBeLessThan(password?.y ?? 0);
});

test("instance alias, Secure Login, credentials, summary, dashboard, microphone, Available", async ({
  page,
  demo,
  context,
}) => {
  const there = simulator(demo);
  await visit(page, "/");
  await field(page, "Company name or instance alias").fill("thedarkside");
  await button(page, "Continue").click();
  await page.waitForURL("**/thedarkside");
  await inEnglish(page);
  const phone = await secureLogin(page);
  await there.signInAt(phone, "agent");
  await proveByPassword(page, demo);
  await summary(page);
  await expect(page.getByText("Firmus Piett").first()).toBeVisible();
  await allowMicrophone(context, demo);
  await toDashboard(page);
  await expect(status(page, "Available")).toBeEnabled();
  await become(page, there, "Available", PIETT);
  await expect(present(page)).toContainText("Available");
});

test("with windows stopped, the same agent comes in by a tab", async ({ page, demo, context }) => {
  const there = simulator(demo);
  await blockWindows(context);
  await inEnglish(page);
  await button(page, "Secure Login").click();
  await expect(page.getByText("Your browser stopped the phone window.")).toBeVisible();
  const [tab] = await Promise.all([context.waitForEvent("page"), link(page, "Open it in a new tab").click()]);
  await there.signInAt(tab, "agent");
  await proveByPassword(page, demo);
  await summary(page);
});

test("account and password lead to the same desk, without a word about the window", async ({ page, demo }) => {
  await inEnglish(page);
  await enterPassword(page, "agent-no-phone");
  await page.waitForURL("**/thedarkside/desk");
  await alive(page);
  await expect(heading(page, "Home Dashboard")).toBeVisible();
  await expect(page.getByText("Callers need to hear you").filter({ visible: true })).toHaveCount(0);
  await expect(field(page, "Phone number")).toHaveCount(0);
  expect(demo.url).toContain("127.0.0.1");
});

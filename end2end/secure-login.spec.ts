// The way in by Amazon Connect: the window, what becomes of it, whose the user there is, the summary.
import type { BrowserContext, Page } from "@playwright/test";
import { Simulator } from "./support/phone";
import { alive, button, type Demo, expect, field, heading, link, PASSWORD, test, visit } from "./support/test";

// The simulator's people are everybody's, and what goes wrong there goes wrong for all.
test.describe.configure({ mode: "serial" });

const darkSide = (demo: Demo) => Simulator.of(demo, "thedarkside");

test.beforeEach(({ demo }) => Simulator.of(demo).reset());

/** The page of the company that speaks German, in English. */
async function english(page: Page): Promise<void> {
  await page.goto("/thedarkside?language=en");
  await visit(page, "/thedarkside");
}

/** Presses *Secure Login* and answers the window. */
async function openWindow(page: Page): Promise<Page> {
  await expect(button(page, "Secure Login")).toBeEnabled();
  const [window] = await Promise.all([page.waitForEvent("popup"), button(page, "Secure Login").click()]);
  return window;
}

/** The whole way for a browser that has never been there. */
async function bindByPassword(page: Page, demo: Demo, username = "agent", account = username): Promise<void> {
  await english(page);
  const window = await openWindow(page);
  await darkSide(demo).signInAt(window, username);
  await expect(heading(page, "Connect your phone")).toBeVisible({ timeout: 30_000 });
  await field(page, "Account").fill(account);
  await field(page, "Password").fill(PASSWORD);
  await button(page, "Bind").click();
}

const opened = (context: BrowserContext) => {
  let windows = 0;
  context.on("page", () => windows++);
  return () => windows;
};

test("seed 000: Secure Login, Amazon Connect, summary, dashboard; the next time without a window", async ({
  page,
  context,
  demo,
}) => {
  test.slow();
  await visit(page, "/docs-example");
  const window = await openWindow(page);
  await expect(page.getByRole("status").filter({ hasText: "window is open" })).toBeVisible();
  await Simulator.of(demo).signInAt(window, "agent");
  await expect(heading(page, "Connect your phone")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("main")).toContainText("agent");
  expect(window.isClosed()).toBe(true);

  await field(page, "Account").fill("agent");
  await button(page, "Mail me a code").click();
  const mail = await demo.mail.wait("agent@docs-example.example", /Amazon Connect/);
  await expect(button(page, "Resend")).toBeDisabled();
  await field(page, "Code from the mail").fill("000000");
  await button(page, "Verify").click();
  await expect(field(page, "Code from the mail")).toHaveAttribute("aria-invalid", "true");
  await field(page, "Code from the mail").fill(/^\s*(\d{6})\s*$/m.exec(mail.text)?.[1] as string);
  await button(page, "Verify").click();

  await expect(heading(page, "Login summary")).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "Docs Example" })).toBeVisible();
  await page.reload();
  await alive(page);
  await expect(heading(page, "Login summary")).toBeVisible();
  await link(page, "Go to Dashboard").click();
  await expect(heading(page, "Home Dashboard")).toBeVisible();

  await page.goto("/docs-example?other=1");
  await alive(page);
  const windows = opened(context);
  await button(page, "Secure Login").click();
  await expect(heading(page, "Login summary")).toBeVisible();
  expect(windows()).toBe(0);
});

test("seed 001: a company with passwords binds by one, and the session opens the desk alone", async ({
  page,
  demo,
  complaints,
}) => {
  complaints.allow(/^answer 40[134]/);
  await bindByPassword(page, demo);
  await expect(heading(page, "Login summary")).toBeVisible();
  await expect(page.getByText("The Dark Side", { exact: true }).first()).toBeVisible();
  await page.goto("/thedarkside/profile/security");
  await expect(heading(page, "Sign in with your password to open this")).toBeVisible();
});

test("a blocked window is recognised at once, and there are ways around it", async ({ page, demo }) => {
  await page.addInitScript(() => {
    const open = window.open;
    // As browsers answer whose person allows no windows.
    window.open = () => null;
    Object.assign(window, { allowWindows: () => (window.open = open) });
  });
  await english(page);
  await expect(page.locator("#phone iframe, .phone-frame iframe")).toHaveCount(1);
  await button(page, "Secure Login").click();
  await expect(page.getByRole("alert")).toContainText("Your browser stopped the phone window.");
  await expect(page.getByRole("figure")).toContainText("right end of the address bar");
  await expect(link(page, "Continue in this tab")).toHaveAttribute("href", darkSide(demo).panel);
  await expect(link(page, "Open it in a new tab")).toHaveAttribute("target", "_blank");
  await page.evaluate(() => (window as unknown as { allowWindows(): void }).allowWindows());
  const [window] = await Promise.all([page.waitForEvent("popup"), button(page, "Open it again").click()]);
  await darkSide(demo).signInAt(window, "agent");
  await expect(heading(page, "Connect your phone")).toBeVisible({ timeout: 30_000 });
});

test("without a window: in this tab, and back", async ({ page, demo }) => {
  await page.addInitScript(() => {
    window.open = () => null;
  });
  await english(page);
  await button(page, "Secure Login").click();
  await link(page, "Continue in this tab").click();
  await darkSide(demo).signInAt(page, "agent");
  await expect(page).toHaveURL(/ccp-v2/);
  await page.goto("/thedarkside");
  await expect(heading(page, "Connect your phone")).toBeVisible({ timeout: 15_000 });
});

test("a window that is closed half-way is missed, one that is opened again works", async ({ page, demo }) => {
  await english(page);
  const window = await openWindow(page);
  await page.waitForTimeout(4_000);
  await window.close();
  await expect(page.getByText("was closed before your phone was there")).toBeVisible({ timeout: 10_000 });
  const [again] = await Promise.all([page.waitForEvent("popup"), button(page, "Open it again").click()]);
  await darkSide(demo).signInAt(again, "agent");
  await expect(heading(page, "Connect your phone")).toBeVisible({ timeout: 30_000 });
});

test("somebody may sign in long after the library gave up", async ({ page, demo }) => {
  await english(page);
  const window = await openWindow(page);
  // What the library does after a minute: it says so, and loads the frame no more.
  await page.evaluate(() => {
    // biome-ignore lint/suspicious/noExplicitAny: the library has no types here
    const { core } = (globalThis as any).connect;
    clearTimeout(core.iframeRefreshTimeout);
    core.getEventBus().trigger("iframe_retries_exhausted");
  });
  await darkSide(demo).signInAt(window, "agent");
  await expect(heading(page, "Connect your phone")).toBeVisible({ timeout: 20_000 });
});

test("a second tab says where the window is, and follows", async ({ page, context, demo, complaints }) => {
  complaints.allow(/^answer 404/);
  await english(page);
  const window = await openWindow(page);
  const second = await context.newPage();
  await visit(second, "/thedarkside");
  // It hears of the window within a second or two.
  await second.waitForTimeout(3_000);
  await second.evaluate(() => {
    window.open = () => null;
  });
  await button(second, "Secure Login").click();
  await expect(second.getByText("being opened in another tab")).toBeVisible();
  await darkSide(demo).signInAt(window, "agent");
  await expect(heading(page, "Connect your phone")).toBeVisible({ timeout: 15_000 });
  await expect(heading(second, "Connect your phone")).toBeVisible({ timeout: 15_000 });
});

test("another Connect user than the account's is refused with both named", async ({ page, demo, complaints }) => {
  complaints.allow(/^answer 409/);
  await bindByPassword(page, demo, "agent-no-phone", "agent");
  await expect(page.getByRole("alert")).toContainText(
    "Amazon Connect has agent-no-phone signed in, and the account agent belongs to agent there.",
  );
  await expect(field(page, "Account")).toHaveValue("agent");
});

test("a Connect user without an account asks to join", async ({ page, demo }) => {
  await visit(page, "/docs-example");
  const window = await openWindow(page);
  await Simulator.of(demo).signInAt(window, "newcomer");
  await expect(heading(page, "Connect your phone")).toBeVisible({ timeout: 30_000 });
  await page.getByText("No account here? Ask to join").click();
  await button(page, "Ask to join").click();
  await expect(field(page, "Your name")).toHaveAttribute("aria-invalid", "true");
  await field(page, "Your name").fill("Nova Comer");
  await field(page, "Your e-mail").fill("nova@docs-example.example");
  await button(page, "Ask to join").click();
  await expect(page.getByText("You have asked to join.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("You have asked to join.")).toBeVisible();
});

test("whom Amazon Connect does not let in reads that", async ({ page, demo }) => {
  await darkSide(demo).turn({ access_denied: true });
  await english(page);
  const window = await openWindow(page);
  await darkSide(demo).signInAt(window, "agent");
  await expect(page.getByRole("alert")).toContainText("does not let this user use the phone", { timeout: 15_000 });
});

test("a slow phone comes up all the same", async ({ page, context, demo }) => {
  test.slow();
  await darkSide(demo).signInBefore(context, "agent");
  await darkSide(demo).turn({ slow: 14 });
  await english(page);
  await button(page, "Secure Login").click();
  await expect(heading(page, "Connect your phone")).toBeVisible({ timeout: 80_000 });
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the phone's need for them is said", async ({ page, complaints }) => {
    // Scripts that the browser was told not to run, and what was fetched for them.
    complaints.allow(/^request failed: \S+\.js: csp$/, /was preloaded using link preload but not used/);
    await page.goto("/docs-example");
    await expect(button(page, "Secure Login")).toBeDisabled();
    await expect(page.getByText("which needs scripts")).toBeVisible();
  });
});

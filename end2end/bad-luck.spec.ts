// What people meet on bad days: mail servers and networks that are away, typing errors, odd addresses, restarts.
import type { Page } from "@playwright/test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, Served } from "./support/callgate";
import { MailServer } from "./support/mail";
import {
  alive,
  button,
  enterCode,
  enterPassword,
  expect,
  field,
  heading,
  link,
  PASSWORD,
  signIn,
  test,
  visit,
} from "./support/test";

test.describe("the mail server is away", () => {
  test.use({ ownDemo: true });

  test("the page says so, and the code arrives when it is back", async ({ page, demo }) => {
    const who = demo.agent();
    await demo.mail.stop();
    await visit(page, "/acme");
    await enterPassword(page, who.account);
    await expect(heading(page, "Input authentication code")).toBeVisible();
    await expect(page.getByText("The e-mail is late: the mail server does not answer.")).toBeVisible({ timeout: 15_000 });
    await demo.mail.start();
    const code = await demo.mail.code(who.email, 1, 30_000);
    await expect(page.getByText("The e-mail is late")).toHaveCount(0);
    await enterCode(page, code);
    await page.waitForURL("**/acme/desk");
    expect(demo.mail.all(who.email)).toHaveLength(1);
  });
});

test("empty and wrong fields say what is missing, and where", async ({ page, demo }) => {
  const who = demo.agent();
  await visit(page, "/acme");
  await button(page, "Sign in").click();
  await expect(field(page, "Account")).toBeFocused();
  await expect(field(page, "Account")).toHaveAttribute("aria-invalid", "true");
  await expect(field(page, "Account")).toHaveAccessibleDescription(/Type your username or your e-mail address\./);
  await expect(field(page, "Password")).toHaveAccessibleDescription(/Type your password\./);
  await field(page, "Account").fill(who.account);
  await button(page, "Sign in").click();
  await expect(field(page, "Password")).toBeFocused();
  await expect(field(page, "Account")).not.toHaveAttribute("aria-invalid", "true");

  await enterPassword(page, who.account, "x".repeat(129));
  await expect(page.getByText("Account and password do not match.")).toBeVisible();
  await expect(field(page, "Password")).toBeFocused();
  await enterPassword(page, "nobody-here", PASSWORD);
  await expect(page.getByText("Account and password do not match.")).toBeVisible();

  await enterPassword(page, who.account);
  await expect(heading(page, "Input authentication code")).toBeVisible();
  await button(page, "Verify").click();
  await expect(field(page, "Authentication code")).toHaveAccessibleDescription(/Type the six digits from the e-mail\./);
  await expect(field(page, "Authentication code")).toBeFocused();
});

test("Caps Lock is named, and a password can be shown", async ({ page }) => {
  await visit(page, "/acme");
  await field(page, "Password").focus();
  await page.evaluate(() => {
    const typed = new KeyboardEvent("keydown", { key: "A", bubbles: true, modifierCapsLock: true });
    document.activeElement?.dispatchEvent(typed);
  });
  await expect(page.getByText("Caps Lock is on.")).toBeVisible();
  await field(page, "Password").fill("to be read");
  await button(page, "Show").click();
  await expect(field(page, "Password")).toHaveAttribute("type", "text");
  await expect(button(page, "Show")).toHaveAttribute("aria-pressed", "true");
});

test("after five wrong passwords a wait counts down, and a mailed link goes around it", async ({ page, demo }) => {
  const who = demo.agent();
  await visit(page, "/acme");
  for (let wrong = 1; wrong <= 5; wrong++) {
    await enterPassword(page, who.account, `wrong number ${wrong}`);
    if (wrong < 5) await expect(button(page, "Sign in")).toBeEnabled();
    await expect(page.getByText("Account and password do not match.").or(page.getByText(/^Too many tries\./))).toBeVisible();
  }
  await expect(button(page, "Sign in")).toBeEnabled();
  await enterPassword(page, who.account);
  await expect(page.getByText(/^Too many tries\. You can try again in/)).toBeVisible();
  await expect(button(page, "Sign in")).toBeDisabled();
  await expect(field(page, "Account")).toHaveValue(who.account);

  await test.step("the wait ends by itself", async () => {
    await expect(page.getByText("You can try again now.")).toBeVisible({ timeout: 15_000 });
    await expect(button(page, "Sign in")).toBeEnabled();
  });

  await test.step("the link in the mail makes this browser known", async () => {
    await enterPassword(page, who.account, "wrong number 6");
    await expect(page.getByText("Account and password do not match.")).toBeVisible();
    await enterPassword(page, who.account);
    await link(page, "Send me a link that opens this browser").click();
    await expect(heading(page, "Open this browser by e-mail")).toBeVisible();
    await expect(field(page, "Account")).toHaveValue(who.account);
    await button(page, "Send me a link that opens this browser").click();
    await expect(page.getByText("If this account exists, a link is in its mailbox in a moment.")).toBeVisible();
    const letter = await demo.mail.wait(who.email, /without waiting/);
    const address = /http:\/\/\S+browser-link\S+/.exec(letter.text)?.[0] ?? "no link";
    await visit(page, address);
    await button(page, "Open this browser").click();
    await page.waitForURL("**/acme?notice=known");
    await alive(page);
    await enterPassword(page, who.account);
    await expect(heading(page, "Input authentication code")).toBeVisible();
    await visit(page, address);
    await button(page, "Open this browser").click();
    await expect(page.getByText("This link was used already, or a newer one replaced it.")).toBeVisible();
  });
});

test("an unknown company is a 404 with a way on", async ({ page, complaints }) => {
  complaints.allow(/^answer 404: GET \/(no-such-company|acme\/no-such-page|NoSuch)/);
  const answer = await page.goto("/no-such-company");
  expect(answer?.status()).toBe(404);
  await alive(page);
  await expect(heading(page, "There is no company here")).toBeVisible();
  await expect(page.getByText("We know no company “no-such-company”.")).toBeVisible();
  await field(page, "Company name or instance alias").fill(`${new URL(page.url()).origin}/ACME/code?next=x`);
  await button(page, "Continue").click();
  await page.waitForURL("**/acme");
  await alive(page);
  expect((await page.goto("/acme/no-such-page"))?.status()).toBe(404);
  await alive(page);
  await expect(heading(page, "There is no page here")).toBeVisible();
});

test("the finder knows what it cannot find, and where one was", async ({ page }) => {
  await visit(page, "/acme");
  await visit(page, "/");
  await expect(page.getByRole("navigation", { name: "Where you were lately" }).getByRole("link", { name: "acme" })).toBeVisible();
  await button(page, "Continue").click();
  await expect(field(page, "Company name or instance alias")).toHaveAccessibleDescription(/Type your company's name or its alias\./);
  await field(page, "Company name or instance alias").fill("Initech");
  await button(page, "Continue").click();
  await expect(field(page, "Company name or instance alias")).toHaveAccessibleDescription(/We know no company by that name\./);
  await expect(field(page, "Company name or instance alias")).toBeFocused();

  await field(page, "Username").fill("agent");
  await field(page, "Password").fill(PASSWORD);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await button(page, "Submit").click();
  await expect(field(page, "Company name or instance alias")).toBeFocused();
  await expect(page.getByText("“agent” is not an e-mail address.")).toBeVisible();
  expect(asked).toEqual([]);
});

test("an e-mail address and its password lead to the company", async ({ page, demo }) => {
  const who = demo.agent();
  await visit(page, "/");
  await field(page, "Username").fill(who.email);
  await field(page, "Password").fill(PASSWORD);
  await button(page, "Submit").click();
  await page.waitForURL("**/acme/code");
  await enterCode(page, await demo.mail.code(who.email));
  await page.waitForURL("**/acme/desk");
});

for (const evil of ["https://evil.example/", "//evil.example", "/\\evil.example", "/other-company/desk", "javascript:alert(1)"]) {
  test(`next=${evil} is not followed`, async ({ page, demo }) => {
    const who = demo.agent();
    await visit(page, `/acme?next=${encodeURIComponent(evil)}`);
    await enterPassword(page, who.account);
    await enterCode(page, await demo.mail.code(who.email));
    await page.waitForURL(`${demo.url}/acme/desk`);
  });
}

test("without a network what was typed stays, and is sent when it is back", async ({ page, context, demo, complaints }) => {
  complaints.allow(/net::ERR_INTERNET_DISCONNECTED/, /Failed to load resource: net::ERR_INTERNET_DISCONNECTED/);
  const who = demo.agent();
  await visit(page, "/acme");
  await context.setOffline(true);
  await enterPassword(page, who.account);
  await expect(page.getByText("No connection to Callgate. What you typed is still here")).toBeVisible();
  await expect(field(page, "Account")).toHaveValue(who.account);
  await expect(field(page, "Password")).toHaveValue(PASSWORD);
  await context.setOffline(false);
  await button(page, "Sign in").click();
  await expect(heading(page, "Input authentication code")).toBeVisible();

  const code = await demo.mail.code(who.email);
  await context.setOffline(true);
  await enterCode(page, code);
  await expect(page.getByText("No connection to Callgate. What you typed is still here")).toBeVisible();
  await expect(field(page, "Authentication code")).toHaveValue(code);
  await context.setOffline(false);
  await button(page, "Verify").click();
  await page.waitForURL("**/acme/desk");
});

test("the desk says when the network is gone", async ({ page, context, demo, complaints }) => {
  // An open desk waits for news.
  complaints.allow(/net::ERR_INTERNET_DISCONNECTED/);
  await signIn(page, demo, demo.agent());
  await context.setOffline(true);
  await expect(page.getByText("You are offline. Nothing is lost; go on when the network is back.")).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText("You are offline.")).toHaveCount(0);
});

/** Searches until the console's program does it, a chunk of its own that may come late. */
async function searched(page: Page, text: string): Promise<void> {
  await expect(async () => {
    await field(page, "Search people").fill("");
    await field(page, "Search people").fill(text);
    await expect(page).toHaveURL(new RegExp(`search=${text}$`), { timeout: 1_000 });
  }).toPass();
  await expect(page.getByRole("table").getByRole("rowheader")).toHaveCount(1);
}

test("a server that is killed and started again goes on where people were", async ({ browser, complaints }) => {
  complaints.allow(/net::ERR_CONNECTION_REFUSED/, /net::ERR_CONNECTION_RESET/, /net::ERR_EMPTY_RESPONSE/);
  const folder = await mkdtemp(join(tmpdir(), "callgate-end2end-"));
  const mail = new MailServer();
  await mail.start();
  const port = await freePort();
  const served = new Served(`http://127.0.0.1:${port}`, {
    CALLGATE_LISTEN: `127.0.0.1:${port}`,
    CALLGATE_DATA_DIR: folder,
    CALLGATE_SMTP_URL: mail.url,
    CALLGATE_MAIL_FROM: "Callgate <callgate@callgate.example>",
  });
  const context = await browser.newContext({ locale: "en-GB" });
  complaints.listen(context);
  try {
    served.command("company", "create", "--alias", "initech", "--name", "Initech", "--admin-email", "boss@initech.example");
    await served.start();
    const page = await context.newPage();

    await test.step("an invitation leads to a password and a code", async () => {
      const letter = await mail.wait("boss@initech.example", /Set your password/);
      await visit(page, /http:\/\/\S+\/invitation\S+/.exec(letter.text)?.[0] ?? "no link");
      await field(page, "New password").fill("red stapler basement");
      await button(page, "Set password").click();
      await expect(heading(page, "Input authentication code")).toBeVisible();
    });
    const code = await mail.code("boss@initech.example");

    await served.kill();
    await enterCode(page, code);
    await expect(page.getByText("No connection to Callgate. What you typed is still here")).toBeVisible();
    await served.start();
    await button(page, "Verify").click();
    await page.waitForURL("**/initech/console/users");
    await expect(heading(page, "User Management")).toBeVisible();
    await searched(page, "boss");

    await test.step("a session outlives the server, too", async () => {
      await served.kill();
      await served.start();
      await page.reload();
      await expect(heading(page, "User Management")).toBeVisible();
      await searched(page, "initech");
    });
  } finally {
    await context.close();
    await served.stop();
    await mail.stop();
    await rm(folder, { recursive: true });
  }
  expect(complaints.take()).toEqual([]);
});

// The way in and out with scripts off: links and forms, nothing else.
import { button, enterCode, enterPassword, expect, field, heading, link, otherThan, PASSWORD, test } from "./support/test";

test.use({ javaScriptEnabled: false });

test.beforeEach(({ complaints }) => {
  // Scripts that the browser was told not to run.
  complaints.allow(/^request failed: \S+\.js: csp$/);
  // A form that came back shows its page with the status of what went wrong.
  complaints.allow(/^answer (401|403|404|409|422|429): (POST|GET) \/(acme|no-such-company|$)/);
});

test("from the company's name to the desk and out again", async ({ page, demo }) => {
  const who = demo.agent();
  await page.goto("/");
  await field(page, "Company name or instance alias").fill("Initech");
  await button(page, "Continue").click();
  await expect(page.getByText("We know no company by that name.")).toBeVisible();
  await expect(field(page, "Company name or instance alias")).toHaveValue("Initech");
  await field(page, "Company name or instance alias").fill("Acme Support");
  await button(page, "Continue").click();
  await expect(page).toHaveURL(/\/acme$/);

  await enterPassword(page, who.account, "not the password at all");
  await expect(page.getByText("Account and password do not match.")).toBeVisible();
  await expect(field(page, "Account")).toHaveValue(who.account);
  await expect(field(page, "Password")).toHaveValue("");
  await field(page, "Password").fill(PASSWORD);
  await button(page, "Sign in").click();

  await expect(heading(page, "Input authentication code")).toBeVisible();
  const code = await demo.mail.code(who.email);
  await enterCode(page, otherThan(code));
  await expect(page.getByText("That code does not match.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Load the page again then.")).toBeVisible();
  await enterCode(page, code);
  await expect(page).toHaveURL(/\/acme\/desk$/);
  await expect(heading(page, "Home Dashboard")).toBeVisible();

  await page.goto("/acme");
  await expect(page.getByText(/^You are signed in as/)).toBeVisible();
  await link(page, "Continue").click();
  await page.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page).toHaveURL(/\/acme(\?|$)/);
  await expect(page.getByText("You are signed out.")).toBeVisible();
  await page.goto("/acme/desk");
  await expect(page).toHaveURL(/\/acme\?next=/);
});

test("warnings, the lock, and Cancel", async ({ page, demo }) => {
  const who = demo.agent();
  await page.goto("/acme");
  await enterPassword(page, who.account);
  await button(page, "Cancel").click();
  await expect(page).toHaveURL(/\/acme$/);

  const other = demo.agent();
  await enterPassword(page, other.account);
  const code = await demo.mail.code(other.email);
  for (const [step, warning] of [
    [1, "That code does not match."],
    [2, "That code does not match."],
    [3, "You have 2 login attempts before your account is locked"],
    [4, "You have 1 login attempt before your account is locked"],
    [5, "Your account is locked. Contact your administrator to unlock it."],
  ] as const) {
    await enterCode(page, otherThan(code, step));
    await expect(page.getByText(warning)).toBeVisible();
  }
  await expect(page.getByRole("main").getByRole("link", { name: "4000" })).toBeVisible();
});

test("a temporary password is changed", async ({ page }) => {
  await page.goto("/acme");
  await enterPassword(page, "agent-first-day");
  await expect(heading(page, "Change your temporary password")).toBeVisible();
  await field(page, "New password").fill("password");
  await button(page, "Save password").click();
  await expect(page.getByText("Strangers try this password first. Choose another one.")).toBeVisible();
  await field(page, "New password").fill("red stapler basement");
  await button(page, "Save password").click();
  await expect(heading(page, "Input authentication code")).toBeVisible();
});

test("language, terms, and a page that does not exist", async ({ page }) => {
  await page.goto("/acme");
  await field(page, "Language").selectOption({ label: "Deutsch" });
  await button(page, "Use this language").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(button(page, "Anmelden")).toBeVisible();
  await link(page, "Nutzungsbedingungen").click();
  await expect(page).toHaveURL(/\/acme\/terms$/);
  const answer = await page.goto("/no-such-company");
  expect(answer?.status()).toBe(404);
  await expect(field(page, "Name der Firma oder Instanz-Alias")).toBeVisible();
});

test("waiting, and the link that opens a browser", async ({ page, demo }) => {
  const who = demo.agent();
  await page.goto("/acme");
  for (let wrong = 1; wrong <= 5; wrong++) await enterPassword(page, who.account, `wrong number ${wrong}`);
  await enterPassword(page, who.account);
  await expect(page.getByText(/^Too many tries\. You can try again in/)).toBeVisible();
  await link(page, "Send me a link that opens this browser").click();
  await button(page, "Send me a link that opens this browser").click();
  await expect(page.getByText("If this account exists, a link is in its mailbox in a moment.")).toBeVisible();
  const letter = await demo.mail.wait(who.email, /without waiting/);
  await page.goto(/http:\/\/\S+browser-link\S+/.exec(letter.text)?.[0] ?? "no link");
  await button(page, "Open this browser").click();
  await expect(page.getByText("This browser is open for you now. Sign in.")).toBeVisible();
  await enterPassword(page, who.account);
  await expect(heading(page, "Input authentication code")).toBeVisible();
});

test("the list of people is read", async ({ page, demo }) => {
  await page.goto("/acme");
  await enterPassword(page, "lead");
  await enterCode(page, await demo.app("lead").code());
  await expect(heading(page, "User Management")).toBeVisible();
  await field(page, "Search people").fill("agent-first-day");
  await button(page, "Search").click();
  await link(page, "Finn Ferrari").click();
  await expect(page.getByRole("heading", { name: "Finn Ferrari" })).toBeVisible();
});

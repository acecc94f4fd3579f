// Seed 003, "Configuration Console - First Access", sentence by sentence: a step that belongs to a sentence is named by
// it. Then what else becomes of invitations, and where a company decides about them.
import type { Browser, Page } from "@playwright/test";
import type { Mail } from "./support/mail";
import {
  alive,
  becomeAdministrator,
  button,
  type Demo,
  enterCode,
  enterPassword,
  expect,
  field,
  heading,
  link,
  person,
  signInByApi,
  test,
  visit,
} from "./support/test";
import { asAdministrator, endedLink, invite, mailedLink, type Newcomer, newcomer, takeBack } from "./support/states-invitations";
import { inviteByLink } from "./support/welcome";

const PAGE = "/acme/console/invitations";
const API = "/api/v1/company/invitations";
const OWN = "quiet harbour at nine";
const ANYBODY = ["pending", "invited", "expired"];

test.beforeEach(({ page, demo }) => asAdministrator({ page, demo }, (request) => inviteByLink(request, demo)));

/** From the link to wherever the person works. */
async function setPassword(page: Page, password = OWN): Promise<void> {
  await expect(heading(page, "Set your password")).toBeVisible();
  await field(page, "New password").fill(password);
  await button(page, "Set password").click();
  await expect(heading(page, "Input authentication code")).toBeVisible();
}

const status = (page: Page, demo: Demo, who: Newcomer) =>
  asAdministrator({ page, demo }, async (request) => {
    const { user } = await (await request.get(`/api/v1/users/${who.id}`)).json();
    return user.status;
  });

test("seed 003: first access", async ({ page, demo }) => {
  const who = await asAdministrator({ page, demo }, async (request) => {
    const who = await newcomer(request, demo, "pending");
    await invite(request, demo, who);
    return who;
  });
  const letter = await demo.mail.wait(who.email, /Set your password/);
  await test.step("You will have received an email that contains your username and a link.", () => {
    for (const fact of [
      `Login URL: ${demo.url}/acme`,
      "Company Name: Acme Support",
      `Login Username: ${who.username}`,
      `Login Email: ${who.email}`,
      "Help desk, 4000",
    ])
      expect(letter.text).toContain(fact);
    expect(letter.text).not.toContain("Login Password");
  });
  const address = await mailedLink(demo, who);
  await test.step("Use this link for first time access and to set up your password.", async () => {
    await visit(page, address);
    await expect(page.getByText(`You sign in to Acme Support as ${who.username}`)).toBeVisible();
    await button(page, "Set password").click();
    await expect(page.getByText("Type a new password.")).toBeVisible();
    await field(page, "New password").fill("password");
    await button(page, "Set password").click();
    await expect(page.getByText("Strangers try this password first.")).toBeVisible();
    await setPassword(page);
    await enterCode(page, await demo.mail.code(who.email));
    await expect(page).toHaveURL(/\/acme\/desk$/);
    expect(await status(page, demo, who)).toBe("enabled");
  });
  await test.step("The link within the invitation email is valid for 24 hours.", () => {
    expect(letter.text).toMatch(/The link works once, until \d+ \w+ at \d\d:\d\d\./);
  });
  await test.step("After initial login and password set up, it can be accessed at the login URL.", async () => {
    await page.context().clearCookies();
    await visit(page, "/acme");
    await enterPassword(page, who.email, OWN);
    await expect(heading(page, "Input authentication code")).toBeVisible();
  });
});

/** As an administrator does who was told by mail: opens its link and grants with one click. */
async function grant(browser: Browser, demo: Demo, letter: Mail, who: Newcomer): Promise<void> {
  const context = await browser.newContext({ baseURL: demo.url });
  await becomeAdministrator(context, demo);
  const console = await context.newPage();
  await visit(console, /http:\/\/\S+\/console\/users\S*/.exec(letter.text)?.[0] ?? "no link");
  await button(console, `Grant new link: ${who.name}`).click();
  await expect(console.getByText(`Sent. ${who.name} gets a new e-mail.`)).toBeVisible();
  await context.close();
}

for (const scripts of [true, false])
  test.describe(`scripts ${scripts ? "on" : "off"}`, () => {
    test.use({ javaScriptEnabled: scripts });
    const open = async (page: Page, address: string) => {
      await page.goto(address);
      if (scripts) await alive(page);
    };
    test.beforeEach(({ complaints }) => {
      complaints.allow(/^request failed: \S+\.js: csp$/, /^answer 410: (GET|POST) \/invitation$/);
      // What is fetched ahead for scripts waits for ever where none run.
      if (!scripts) complaints.allow(/^console warning: The resource \S+ was preloaded using link preload but not used/);
    });

    test("after 24 hours a new one will need to be generated for you", async ({ page, demo, browser }) => {
      const who = await asAdministrator({ page, demo }, (request) => newcomer(request, demo, "expired"));
      await open(page, endedLink(who));
      await expect(page.getByText(/^This link ended on \d+ \w+ at \d\d:\d\d\.$/)).toBeVisible();
      await expect(page.getByRole("link", { name: "4000" }).first()).toBeVisible();
      await button(page, "Ask for a new link").click();
      await expect(page.getByText("Your administrators have been told.")).toBeVisible();
      await expect(button(page, "Ask for a new link")).toHaveCount(0);
      const told = new RegExp(`^${who.name} needs a new invitation$`);
      const letter = await demo.mail.wait(person("admin").email, told);
      await demo.mail.wait(person("lead").email, told);
      expect(letter.text).toContain(`${demo.url}/acme/console/users?view=cannot_sign_in`);
      // Asking twice tells nobody twice.
      await open(page, endedLink(who));
      await button(page, "Ask for a new link").click();
      await expect(page.getByText("Your administrators have been told.")).toBeVisible();
      if (scripts) await grant(browser, demo, letter, who);
      else await asAdministrator({ page, demo }, (request) => invite(request, demo, who));
      const address = await mailedLink(demo, who);
      expect(demo.mail.all(person("admin").email).filter(({ subject }) => told.test(subject))).toHaveLength(1);
      await open(page, endedLink(who));
      await expect(page.getByText("A newer e-mail has replaced this one.")).toBeVisible();
      await open(page, address);
      await setPassword(page);
    });

    test("a link that was used, replaced or taken back says what to do", async ({ page, demo }) => {
      const who = await asAdministrator({ page, demo }, (request) => newcomer(request, demo, ...ANYBODY));
      await asAdministrator({ page, demo }, (request) => invite(request, demo, who));
      const first = await mailedLink(demo, who);
      await asAdministrator({ page, demo }, (request) => invite(request, demo, who));
      const second = await mailedLink(demo, who, 2);
      await open(page, first);
      await expect(page.getByText("A newer e-mail has replaced this one.")).toBeVisible();
      await asAdministrator({ page, demo }, (request) => takeBack(request, demo, who));
      await open(page, second);
      await expect(page.getByText("This invitation was taken back.")).toBeVisible();
      await expect(button(page, "Ask for a new link")).toHaveCount(0);
      expect(await status(page, demo, who)).toBe("pending");
      await asAdministrator({ page, demo }, (request) => invite(request, demo, who));
      const third = await mailedLink(demo, who, 3);
      await open(page, third);
      await setPassword(page);
      await open(page, third);
      await expect(page.getByText("This link was used: your password is set.")).toBeVisible();
      await link(page, "Sign in").click();
      await expect(page).toHaveURL(/\/acme$/);
      await open(page, "/invitation?token=never-was-one");
      await expect(page.getByText("This link belongs to no invitation.")).toBeVisible();
    });
  });

test("a scanner that follows links and submits what can be got uses nothing up", async ({ page, demo, request }) => {
  const who = await asAdministrator({ page, demo }, async (request) => {
    const who = await newcomer(request, demo, ...ANYBODY);
    await invite(request, demo, who);
    return who;
  });
  const address = await mailedLink(demo, who);
  for (const more of ["", "&password=opened+by+a+scanner", "&action=ask", "&asked=1"]) {
    expect((await request.get(address + more)).status()).toBe(200);
    expect((await request.head(address + more)).status()).toBe(200);
  }
  // Some run the page's program too.
  await visit(page, address);
  await page.goto("about:blank");
  await visit(page, address);
  await setPassword(page);
});

test.describe("the page Invitations", () => {
  test.use({ ownDemo: true });
  test.beforeEach(({ context, demo }) => becomeAdministrator(context, demo));

  test("decides how long links live and shows the mail", async ({ page, demo }) => {
    await visit(page, "/acme/console/users");
    await link(page, "Invitations").click();
    await expect(page).toHaveURL(/\/console\/invitations$/);
    await expect(heading(page, "Invitations")).toBeFocused();
    await expect(link(page, "Invitations")).toHaveAttribute("aria-current", "page");
    const mail = page.getByRole("region", { name: "What people read" });
    await expect(mail).toContainText("Set your password for Acme Support");
    await expect(mail).toContainText("Login Username: admin");
    for (const days of ["0", "15", "", "2.5", "a week"]) {
      await field(page, "Days").fill(days);
      await button(page, "Save").click();
      await expect(page.getByText("Enter a whole number of days from 1 to 14.")).toBeVisible();
      await expect(field(page, "Days")).toBeFocused();
    }
    await field(page, "Days").fill("7");
    await expect(page.getByText("Not saved yet.")).toBeVisible();
    await button(page, "Save").click();
    await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
    await page.reload();
    await alive(page);
    await expect(field(page, "Days")).toHaveValue("7");
    await link(page, "Audit Log").click();
    await expect(page.getByRole("row").filter({ hasText: "How long links work: 1 → 7" })).toBeVisible();
  });

  test("sends temporary passwords, which only their person reads", async ({ page, demo, browser }) => {
    await visit(page, PAGE);
    await field(page, "A temporary password").check();
    const mail = page.getByRole("region", { name: "What people read" });
    await expect(mail).toContainText("Login Password: ••••");
    await button(page, "Save").click();
    await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
    const who = await newcomer(page.request, demo, "pending");
    const answer = await invite(page.request, demo, who);
    const letter = await demo.mail.wait(who.email, /Your account at Acme Support/);
    const password = /^Login Password: (\S+)$/m.exec(letter.text)?.[1] ?? "no password";
    expect(JSON.stringify(answer)).not.toContain(password);
    expect(letter.text).toMatch(/The password above ends on \d+ \w+ at \d\d:\d\d\./);

    const theirs = await browser.newContext({ baseURL: demo.url });
    const desk = await theirs.newPage();
    await visit(desk, "/acme");
    await enterPassword(desk, who.username, password);
    await expect(heading(desk, "Change your temporary password")).toBeVisible();
    await field(desk, "New password").fill(OWN);
    await button(desk, "Save password").click();
    await expect(heading(desk, "Input authentication code")).toBeVisible();
    await theirs.close();
  });

  test("tells who was overtaken, and keeps what they typed", async ({ page, demo, complaints }) => {
    complaints.allow(/^answer 403: PUT/, /status of 40[39]/);
    await visit(page, PAGE);
    await field(page, "Days").fill("9");
    const { policy } = await (await page.request.get(`${demo.url}${API}`)).json();
    const theirs = await page.request.put(`${demo.url}${API}`, {
      data: { ...policy, days: 3 },
      headers: { origin: demo.url },
    });
    expect(theirs.status(), await theirs.text()).toBe(200);
    await button(page, "Save").click();
    await expect(page.getByText(/^Somebody else has just saved: A link, 3 days\./)).toBeVisible();
    await expect(field(page, "Days")).toHaveValue("9");
    await button(page, "Save").click();
    await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
    const after = await (await page.request.get(`${demo.url}${API}`)).json();
    expect(after.policy.days).toBe(9);
  });

  test("is read in German and used with the keyboard", async ({ page, demo }) => {
    await page.request.put(`${demo.url}/api/v1/language`, { data: { language: "de" } });
    await visit(page, PAGE);
    await expect(heading(page, "Einladungen")).toBeVisible();
    await field(page, "Ein Link").focus();
    await page.keyboard.press("ArrowDown");
    await expect(field(page, "Ein vorläufiges Passwort")).toBeChecked();
    await page.keyboard.press("Enter");
    await expect(page.getByText("Gespeichert.", { exact: true })).toBeVisible();
  });
});

test("agents decide nothing about invitations", async ({ page, demo, complaints }) => {
  complaints.allow(/^answer 403: GET \/acme\/console/);
  await signInByApi(page.request, demo, demo.agent());
  expect((await page.goto(PAGE))?.status()).toBe(403);
  expect((await page.request.get(API)).status()).toBe(403);
});

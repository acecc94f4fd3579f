// An administrator's day in User Management: who comes, who changes, who cannot sign in, who leaves.
import type { Browser, BrowserContext, Page } from "@playwright/test";
import {
  becomeAdministrator,
  button,
  type Demo,
  expect,
  field,
  link,
  lock,
  PASSWORD,
  type Person,
  signInByApi,
  test,
  visit,
} from "./support/test";

const USERS = "/acme/console/users";
const table = (page: Page) => page.getByRole("table", { name: "People in this view" });
const rows = (page: Page) => table(page).getByRole("rowheader").getByRole("link");
const panel = (page: Page) => page.getByRole("complementary");
const dialog = (page: Page) => page.getByRole("dialog");
const said = (page: Page) => page.locator(".said-last").getByRole("status");
const notFound = (page: Page, name: string) => expect(table(page).getByText(name, { exact: true })).toHaveCount(0);

let count = 0;
/** A name that nobody has yet, and what belongs to it. */
function newcomer(): { name: string; username: string; email: string } {
  const mark = `${Date.now().toString(36)}${++count}`;
  return { name: `Newcomer ${mark}`, username: `newcomer-${mark}`, email: `newcomer-${mark}@acme.example` };
}

/** Shared sessions grow old: whoever is asked for the password gives it. */
async function administrator(page: Page, context: BrowserContext, demo: Demo): Promise<void> {
  await becomeAdministrator(context, demo);
  const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
  await page.addLocatorHandler(proof, async () => {
    await proof.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await proof.getByRole("button", { name: "Continue" }).click();
  });
}

async function open(page: Page, who: { username?: string; account?: string }): Promise<void> {
  await visit(page, `${USERS}?search=${who.username ?? who.account}`);
  await rows(page).first().click();
  await expect(panel(page).getByRole("heading", { level: 2 })).toBeVisible();
}

/** Adds somebody who was not invited. */
async function add(page: Page): Promise<ReturnType<typeof newcomer>> {
  const who = newcomer();
  await visit(page, `${USERS}/new`);
  await field(page, "Name").fill(who.name);
  await field(page, "E-mail").fill(who.email);
  await field(page, "Send the invitation now").uncheck();
  await panel(page).getByRole("button", { name: "Add person" }).click();
  await expect(panel(page).getByRole("heading", { name: who.name })).toBeVisible();
  return who;
}

async function lockedAgent(demo: Demo, browser: Browser): Promise<Person> {
  const who = demo.agent();
  const theirs = await browser.newContext();
  await lock(theirs.request, demo, who);
  await theirs.close();
  return who;
}

test.beforeEach(async ({ page, context, demo }) => administrator(page, context, demo));

test("a person is added, and invited at once", async ({ page, demo }) => {
  await visit(page, USERS);
  const who = newcomer();
  await page.locator(".head").getByRole("link", { name: "Add person" }).click();
  await expect(page).toHaveURL(/\/users\/new$/);
  await expect(field(page, "Name")).toBeFocused();
  const save = panel(page).getByRole("button", { name: "Add person" });
  await save.click();
  await expect(panel(page).getByText("Type a name.")).toBeVisible();
  await expect(panel(page).getByText(/^Type a whole e-mail address/)).toBeVisible();
  await expect(field(page, "Name")).toBeFocused();
  await field(page, "Name").fill(who.name);
  await field(page, "E-mail").fill("admin@acme.example");
  await field(page, "Phone").selectOption("Desk phone");
  await save.click();
  await expect(panel(page).getByText("Somebody here already has this e-mail address.")).toBeVisible();
  await expect(field(page, "E-mail")).toBeFocused();
  await expect(field(page, "Name")).toHaveValue(who.name);
  await field(page, "E-mail").fill(who.email);
  await field(page, "Username").fill("admin");
  await save.click();
  await expect(panel(page).getByText(/^Somebody here already has this username/)).toBeVisible();
  await field(page, "Username").fill("");
  await save.click();
  await expect(said(page)).toHaveText(`Added. The invitation is on its way to ${who.name}.`);
  await expect(panel(page).getByRole("heading", { name: who.name })).toBeFocused();
  await expect(panel(page).getByText(who.username, { exact: true })).toBeVisible();
  await expect(panel(page).getByText("Desk phone")).toBeVisible();
  await demo.mail.wait(who.email, /./);
});

test("everything about a person can change", async ({ page }) => {
  const who = await add(page);
  await link(page, "Edit").click();
  await expect(page).toHaveURL(/\/edit/);
  await expect(field(page, "Name")).toBeFocused();
  await expect(field(page, "Name")).toHaveValue(who.name);
  await expect(field(page, "Agent")).toBeChecked();
  await field(page, "Agent").uncheck();
  await button(page, "Save").click();
  await expect(panel(page).getByText("Choose at least one role.")).toBeVisible();
  await field(page, "Administrator").check();
  await field(page, "Name").fill(`${who.name} the second`);
  await field(page, "E-mail").fill(`again-${who.email}`);
  await expect(panel(page).getByText(/^The next invitation goes to this address\./)).toBeVisible();
  await field(page, "Phone").selectOption("No phone");
  await panel(page).getByLabel("Language", { exact: true }).selectOption("Deutsch");
  await button(page, "Save").click();
  await expect(panel(page).getByRole("heading", { name: `${who.name} the second` })).toBeFocused();
  await expect(said(page)).toHaveText(/^Saved\./);
  await expect(panel(page).getByText("Deutsch")).toBeVisible();
  await expect(panel(page).getByText("No phone")).toBeVisible();
  await expect(panel(page).getByText("Details changed by Ada Admin")).toBeVisible();
  await visit(page, `${USERS}?search=again-${who.username}`);
  await expect(rows(page)).toHaveText([`${who.name} the second`]);
  await expect(table(page)).toContainText("Administrator");
});

test("a new address of somebody who signs in is confirmed first", async ({ page, demo }) => {
  const who = demo.agent();
  const wanted = newcomer().email;
  await open(page, who);
  await link(page, "Edit").click();
  await field(page, "E-mail").fill(wanted);
  await expect(panel(page).getByText(new RegExp(`Until then mail goes to ${who.email}`))).toBeVisible();
  await button(page, "Save").click();
  await expect(said(page)).toHaveText(`Saved. ${wanted} gets a link to confirm the new address.`);
  await expect(panel(page).getByText(wanted)).toBeVisible();
  await expect(panel(page).getByText(who.email, { exact: true })).toBeVisible();
  await demo.mail.wait(wanted, /^Confirm this address/);
});

test("the second of two who edit the same person is told, and loses nothing", async ({ page, context, demo }) => {
  const who = await add(page);
  await link(page, "Edit").click();
  const other = await context.newPage();
  await administrator(other, context, demo);
  await other.goto(page.url());
  await expect(field(other, "Name")).toHaveValue(who.name);
  await field(other, "Name").fill(`${who.name} of the other`);
  await field(other, "Phone").selectOption("Desk phone");
  await button(other, "Save").click();
  await expect(said(other)).toHaveText(/^Saved\./);

  await field(page, "Name").fill(`${who.name} of mine`);
  await button(page, "Save").click();
  const conflict = panel(page).getByRole("alert").filter({ hasText: "that counts now" });
  await expect(conflict).toContainText(`Ada Admin changed ${who.name} of the other at `);
  await expect(conflict).toContainText(`Name ${who.name} of the other`);
  await expect(conflict).toContainText("Phone Desk phone");
  await expect(field(page, "Name")).toHaveValue(`${who.name} of mine`);
  await expect(button(page, "Load current values")).toBeFocused();
  await button(page, "Load current values").click();
  await expect(field(page, "Name")).toHaveValue(`${who.name} of the other`);
  await expect(field(page, "Phone")).toHaveValue("desk_phone");
  await field(page, "Name").fill(`${who.name} of both`);
  await button(page, "Save").click();
  await expect(panel(page).getByRole("heading", { name: `${who.name} of both` })).toBeVisible();
  await other.close();
});

test("pasted rows are told their fate before and after", async ({ page }) => {
  const [ada, ben] = [newcomer(), newcomer()];
  await visit(page, USERS);
  await link(page, "Add people").click();
  await expect(field(page, "Rows")).toBeFocused();
  await button(page, "Check rows").click();
  await expect(page.getByText("Paste at least one row.")).toBeVisible();
  await field(page, "Rows").fill("x, y@z.example\n".repeat(501));
  await button(page, "Check rows").click();
  await expect(page.getByText("These are 501 rows. Add at most 500 at once.")).toBeVisible();
  await field(page, "Rows").fill(
    [
      "Name,E-mail,Username",
      `${ada.name},${ada.email}`,
      "Again Admin,admin@acme.example,again-admin",
      "Taken Name,taken-name@acme.example,admin",
      `${ada.name},${ada.email}`,
      ",nobody@acme.example",
      "Wrong Address,wrong",
      "Wrong Username,wrong@acme.example,with space",
      `${ben.name};${ben.email};${ben.username}`,
    ].join("\n"),
  );
  await field(page, "Send the invitations now").uncheck();
  await button(page, "Check rows").click();
  await expect(page.getByRole("heading", { name: "Some rows need your attention" })).toBeFocused();
  const fates = page.getByRole("table", { name: "Some rows need your attention" });
  await expect(fates.locator(".fate")).toHaveText([
    "Not a person, left out",
    "Will be added",
    "Somebody here has this e-mail address",
    "Somebody here has this username",
    "Stands in a row above already",
    "The name is missing",
    "This is no e-mail address",
    "The username has spaces or an @",
    "Will be added",
  ]);
  await button(page, "Add 2 people").click();
  await expect(said(page)).toHaveText("Added: 2 people.");
  await expect(field(page, "Rows")).toHaveValue(/^Again Admin,admin@acme\.example,again-admin\nTaken Name/);
  await expect(field(page, "Rows")).not.toHaveValue(new RegExp(ben.email));
  await field(page, "Rows").fill(`${newcomer().name}\t${newcomer().email}`);
  await button(page, "Check rows").click();
  await expect(page.getByRole("heading", { name: "Ready to add" })).toBeVisible();
  await button(page, "Add 1 person").click();
  await expect(page).toHaveURL(/\/users$/);
  await expect(said(page)).toHaveText("Added: 1 person.");
  await visit(page, `${USERS}?search=${ben.username}`);
  await expect(rows(page)).toHaveText([ben.name]);
  await expect(table(page)).toContainText("Pending");
});

test("the same is done to several people, and who was skipped is told why", async ({ page, demo, browser }) => {
  const locked = await lockedAgent(demo, browser);
  await visit(page, `${USERS}?search=${locked.account.slice(0, 8)}`);
  await expect(rows(page).nth(1)).toBeVisible();
  await table(page).getByLabel("Select this page").check();
  const bar = page.getByRole("region", { name: "People you selected" });
  await expect(bar).toBeVisible();
  await bar.getByRole("button", { name: "Unlock" }).click();
  await dialog(page).getByLabel("Reason", { exact: true }).selectOption("Identity confirmed by phone");
  await dialog(page).getByRole("button", { name: "Unlock" }).click();
  await expect(dialog(page).getByRole("heading", { name: /^Unlocked: \d+ / })).toBeVisible();
  await expect(dialog(page).getByText("Not locked:")).toBeVisible();
  await dialog(page).getByRole("button", { name: "Done" }).click();
  await expect(bar).toHaveCount(0);

  await test.step("one is disabled and enabled", async () => {
    const who = demo.agent();
    await visit(page, `${USERS}?search=${who.account}`);
    await table(page).locator("tbody .tick input").check();
    await bar.getByRole("button", { name: "Disable" }).click();
    await dialog(page).getByLabel("Reason", { exact: true }).selectOption("Away for a long time");
    await dialog(page).getByRole("button", { name: "Disable" }).click();
    await expect(said(page)).toHaveText("Disabled: 1 person.");
    await expect(table(page)).toContainText("Disabled");
    await table(page).locator("tbody .tick input").check();
    await bar.getByRole("button", { name: "Enable" }).click();
    await dialog(page).getByRole("button", { name: "Enable" }).click();
    await expect(said(page)).toHaveText("Enabled: 1 person.");
    await expect(table(page)).toContainText("Enabled");
  });

  await test.step("sessions are ended", async () => {
    const who = demo.agent();
    const theirs = await browser.newContext();
    await signInByApi(theirs.request, demo, who);
    await open(page, who);
    await expect(panel(page).getByText(/^Signed in on 1 browser\./)).toBeVisible();
    await button(page, "End sessions").click();
    await dialog(page).getByRole("button", { name: "End sessions" }).click();
    await expect(said(page)).toHaveText(/is signed out everywhere\.$/);
    expect((await theirs.request.get(`${demo.url}/api/v1/session`)).status()).toBe(401);
    await theirs.close();
  });
});

test("whoever cannot sign in today is helped at one click", async ({ page, demo, browser }) => {
  const locked = await lockedAgent(demo, browser);
  await visit(page, USERS);
  await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: /^Cannot sign in today/ }).click();
  await expect(page).toHaveURL(/view=cannot_sign_in/);
  await expect(page.getByRole("columnheader", { name: "Why, and what helps" })).toBeVisible();
  await field(page, "Search people").fill(locked.account);
  await expect(rows(page)).toHaveCount(1);
  await expect(table(page)).toContainText("Locked after five wrong codes");
  await table(page).getByRole("button", { name: /^Unlock: / }).click();
  await dialog(page).getByLabel("Reason", { exact: true }).selectOption("Mistyped the code");
  await dialog(page).getByRole("button", { name: "Unlock" }).click();
  await expect(said(page)).toHaveText(/can sign in again\.$/);
  await expect(page.getByText("Nobody matches.")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await link(page, "Clear search and filters").click();
  const again = table(page).getByRole("button", { name: /^Invite again: / }).first();
  const name = (await again.getAttribute("aria-label"))?.replace("Invite again: ", "") ?? "";
  await again.click();
  await expect(said(page)).toHaveText(`Sent. ${name} gets a new e-mail.`);
  await notFound(page, name);
});

test("somebody who was deleted is brought back", async ({ page }) => {
  const who = await add(page);
  await open(page, who);
  await button(page, "Delete").click();
  await expect(dialog(page)).toContainText("For 30 days you can bring them back");
  await dialog(page).getByRole("button", { name: "Delete" }).click();
  await expect(said(page)).toHaveText(`Deleted. ${who.name} can be brought back for 30 days.`);
  await expect(panel(page)).toHaveCount(0);
  await expect(page.getByText("Nobody matches.")).toBeVisible();
  await button(page, "Bring back").click();
  await expect(said(page)).toHaveText(`Brought back. ${who.name} is on the list again.`);
  await expect(rows(page)).toHaveText([who.name]);

  await test.step("also later, from the deleted ones", async () => {
    await rows(page).first().click();
    await button(page, "Delete").click();
    await dialog(page).getByRole("button", { name: "Delete" }).click();
    await expect(said(page)).toHaveText(/^Deleted\./);
    await visit(page, `${USERS}?view=deleted&search=${who.username}`);
    await button(page, `Bring back: ${who.name}`).click();
    await expect(said(page)).toHaveText(/^Brought back\./);
  });
});

test("the last administrator keeps the role", async ({ page }) => {
  // The other administrator of the demo steps back for a moment.
  const lead = async (check: boolean) => {
    await open(page, { account: "lead@acme" });
    await link(page, "Edit").click();
    await field(page, "Administrator").setChecked(check);
    await button(page, "Save").click();
    await expect(said(page)).toHaveText(/^Saved\./);
  };
  await lead(false);
  await open(page, { account: "admin@acme" });
  await link(page, "Edit").click();
  await field(page, "Agent").check();
  await field(page, "Administrator").uncheck();
  await expect(panel(page).getByText(/^This is you\./)).toBeVisible();
  await button(page, "Save").click();
  await expect(panel(page).getByText(/^This is the last administrator who can sign in\./)).toBeVisible();
  await lead(true);
});

test("filters and order live in the address, and Back restores view, page and scroll", async ({ page }) => {
  await visit(page, USERS);
  await field(page, "Sort by").selectOption("Last sign-in");
  await expect(page).toHaveURL(/sort=last_sign_in$/);
  await link(page, "Next").click();
  await expect(page).toHaveURL(/sort=last_sign_in&page=2$/);
  await expect(page.getByText("51–100 of")).toBeVisible();
  await rows(page).nth(30).scrollIntoViewIfNeeded();
  await page.evaluate(() => window.scrollTo(0, 900));
  const far = () => page.evaluate(() => window.scrollY);
  await expect.poll(far).toBeGreaterThan(800);
  const before = await far();
  await link(page, "Audit Log").click();
  await expect(page.getByRole("heading", { level: 1, name: "Audit Log" })).toBeVisible();
  await page.goBack();
  await expect(page.getByText("51–100 of")).toBeVisible();
  await expect.poll(far).toBe(before);

  await test.step("at 360 pixels, where a person takes the whole page", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.evaluate(() => window.scrollTo(0, 1500));
    await expect.poll(far).toBeGreaterThan(1400);
    const before = await far();
    await rows(page).nth(24).evaluate((it: HTMLElement) => it.click());
    await expect(panel(page).getByRole("heading", { level: 2 })).toBeInViewport();
    await page.goBack();
    await expect(panel(page)).toHaveCount(0);
    await expect.poll(far).toBe(before);
  });
});

test("search, person, Unlock by one thumb at 360 pixels", async ({ page, demo, browser }) => {
  const who = await lockedAgent(demo, browser);
  await page.setViewportSize({ width: 360, height: 740 });
  await visit(page, USERS);
  await field(page, "Search people").fill(who.account);
  await expect(rows(page)).toHaveCount(1);
  await rows(page).first().click();
  const unlock = button(page, "Unlock");
  await expect(unlock).toBeInViewport({ ratio: 1 });
  expect((await unlock.boundingBox())?.y).toBeGreaterThan(370);
  await unlock.click();
  await dialog(page).getByLabel("Reason", { exact: true }).selectOption("Identity confirmed by phone");
  await expect(dialog(page).getByRole("button", { name: "Unlock" })).toBeInViewport({ ratio: 1 });
  await dialog(page).getByRole("button", { name: "Unlock" }).click();
  await expect(said(page)).toHaveText(/can sign in again\.$/);
  await expect(page.locator(".said-last")).toBeInViewport({ ratio: 1 });
});

test("with the keyboard alone somebody is ticked, opened and closed", async ({ page, demo }) => {
  const who = demo.agent();
  await visit(page, `${USERS}?search=${who.account}`);
  await table(page).locator("tbody .tick input").focus();
  await page.keyboard.press("Space");
  await expect(page.getByRole("region", { name: "People you selected" })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(rows(page).first()).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(panel(page).getByRole("heading", { level: 2 })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(rows(page).first()).toBeFocused();
});

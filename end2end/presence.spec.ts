// Presence reasons: what seed 003 says of them, sentence by sentence, and what administrators and agents do with them.
import type { APIRequestContext, Page } from "@playwright/test";
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
  otherThan,
  reachCode,
  signIn,
  signInByApi,
  test,
  visit,
} from "./support/test";

const PAGE = "/acme/console/presence-lists";
const API = "/api/v1/presence-lists";
const card = (page: Page, name: string) =>
  page.getByRole("listitem").filter({ has: page.getByRole("heading", { name, exact: true, level: 2 }) });
const status = (page: Page) => page.locator(".status .what");
const stored = async (request: APIRequestContext, demo: Demo) => (await request.get(demo.url + API)).json();

test.describe("seed 003", () => {
  test.use({ ownDemo: true });

  test("no default list and none assigned: stopped, told what is needed and whom to ask, let in once there is one", async ({
    page,
    browser,
    demo,
    complaints,
  }) => {
    complaints.allow(/^answer 403: POST/);
    const admin = await browser.newContext({ baseURL: demo.url });
    await becomeAdministrator(admin, demo);
    const console_ = await admin.newPage();
    const who = demo.agent();

    await test.step("an administrator takes the mark from the default list, and knows whom that shuts out", async () => {
      await visit(console_, PAGE);
      await expect(card(console_, "Default")).toContainText("Default");
      await link(console_, "Edit Default").click();
      await field(console_, "Default list").uncheck();
      await expect(console_.getByText("Not saved yet.")).toBeVisible();
      await button(console_, "Save").click();
      const dialog = console_.getByRole("dialog", { name: "“Default” will not be the default any more" });
      await expect(dialog.getByText(/^Without a list \d+ agents could not sign in: .+ and \d+ more\.$/)).toBeVisible();
      await dialog.getByRole("button", { name: "Save" }).click();
      await expect(dialog.getByText("Choose what takes its place.")).toBeVisible();
      await dialog.getByLabel("What takes its place?").selectOption({ label: await nothing(dialog) });
      await dialog.getByRole("button", { name: "Save" }).click();
      await expect(console_.getByText(/^Saved\. Open desks show it/)).toBeVisible();
    });

    await test.step("If you can't log in, you might not have a default list or you aren't assigned a list", async () => {
      const code = await reachCode(page, demo, who);
      // Whoever has not proved everything learns nothing of it.
      await enterCode(page, otherThan(code));
      await expect(page.getByText("That code does not match.")).toBeVisible();
      await enterCode(page, code);
      await page.waitForURL(/\/acme\/stopped\?reason=presence_list_missing&reference=/);
    });

    await test.step("an error message is shown indicating that you need a Presence Reason list", async () => {
      await expect(heading(page, "You cannot sign in yet")).toBeVisible();
      await expect(page.getByText("You need a Presence Reason list to sign in.")).toBeVisible();
      await expect(page.locator(".reference code")).toHaveText(/^[0-9a-f]{16}$/);
    });

    await test.step("please contact your administrator", async () => {
      await expect(page.getByText("Ask your administrator for one.")).toBeVisible();
      await expect(page.getByText("Help desk can help you:").first()).toBeVisible();
      await expect(page.getByRole("main").getByRole("link", { name: "4000" }).first()).toBeVisible();
    });

    await test.step("the administrator sees who is stopped, and cures it", async () => {
      await visit(console_, PAGE);
      await expect(console_.getByText(/^\d+ agents cannot sign in without a list:/)).toBeVisible();
      await link(console_, "Edit Default").click();
      await field(console_, "Default list").check();
      await button(console_, "Save").click();
      await expect(console_.getByText(/^Saved\. Open desks show it/)).toBeVisible();
    });

    await test.step("and the agent gets in, at the first status that is not ready", async () => {
      // A code a minute: this one came before.
      const other = demo.agent();
      await signIn(page, demo, other);
      await expect(page).toHaveURL(/\/acme\/desk$/);
      await expect(status(page)).toContainText("Break");
    });
    await admin.close();
  });

  test("with scripts off the same page says the same", async ({ browser, demo }) => {
    const admin = await browser.newContext({ baseURL: demo.url });
    await becomeAdministrator(admin, demo);
    const { lists } = await stored(admin.request, demo);
    const { id, version, name, reasons } = lists[0];
    const changed = await admin.request.put(`${demo.url}${API}/${id}`, {
      data: { version, name, reasons, is_default: false, accept: 1000 },
    });
    expect(changed.status(), await changed.text()).toBe(200);
    const plain = await browser.newContext({ baseURL: demo.url, javaScriptEnabled: false });
    const page = await plain.newPage();
    const who = demo.agent();
    await page.goto("/acme");
    await enterPassword(page, who.account);
    await enterCode(page, await demo.mail.code(who.email));
    await expect(heading(page, "You cannot sign in yet")).toBeVisible();
    await expect(page.getByText("You need a Presence Reason list to sign in.")).toBeVisible();
    await expect(page.getByText("Help desk can help you:").first()).toBeVisible();
    await plain.close();
    await admin.close();
  });
});

/** What the choice that leaves nothing is called, with its number. */
async function nothing(dialog: ReturnType<Page["getByRole"]>): Promise<string> {
  const options = await dialog.getByRole("option").allTextContents();
  const found = options.find((option) => option.startsWith("Nothing"));
  expect(found).toMatch(/^Nothing: \d+ agents cannot sign in$/);
  return found as string;
}

test.describe("the desk", () => {
  test.use({ ownDemo: true });

  test("offers exactly the list's entries and hears of an edit within two seconds", async ({ page, browser, demo }) => {
    await signInByApi(page.request, demo, demo.agent());
    await visit(page, "/acme/desk");
    await expect(status(page)).toContainText("Break");
    const choices = page.getByRole("group", { name: "Agent Status" }).getByRole("button");
    await expect(choices).toHaveText(["Available", "Break", "Lunch", "Meeting", "Training", "Offline"]);
    await button(page, "Lunch").click();
    await expect(status(page)).toContainText("Lunch");
    await expect(button(page, "Lunch")).toHaveAttribute("aria-pressed", "true");
    await expect(page.locator(".now .timer")).toHaveText(/^0:0[2-9]$/, { timeout: 10_000 });
    const today = page.getByRole("region", { name: "Today's statuses" }).getByRole("listitem");
    await expect(today).toHaveCount(2);
    await expect(today.first()).toContainText("Lunch");

    const admin = await browser.newContext({ baseURL: demo.url });
    await becomeAdministrator(admin, demo);
    const console_ = await admin.newPage();
    await visit(console_, PAGE);
    await link(console_, "Edit Default").click();
    await field(console_, "Status 4").fill("Team meeting");
    await button(console_, "Remove Lunch").click();
    await button(console_, "Save").click();
    await expect(console_.getByText(/^Saved\. Open desks show it/)).toBeVisible();
    await expect(choices).toHaveText(["Available", "Break", "Team meeting", "Training", "Offline"], { timeout: 2_000 });
    await expect(page.getByText("“Lunch” is not on your list any more. You are now on Break.")).toBeVisible();
    await expect(status(page)).toContainText("Break");
    await button(page, "Got it").click();
    await expect(page.getByText(/is not on your list any more/)).toHaveCount(0);
    await admin.close();
  });

  test("a second tab shows what the first one chose, and a reload keeps it", async ({ page, context, demo }) => {
    await signInByApi(page.request, demo, demo.agent());
    await visit(page, "/acme/desk");
    await expect(status(page)).toContainText("Break");
    const other = await context.newPage();
    await visit(other, "/acme/desk");
    await button(page, "Available").click();
    await other.bringToFront();
    await expect(status(other)).toContainText("Available");
    await page.reload();
    await alive(page);
    await expect(status(page)).toContainText("Available");
  });

  test("does not scroll at 1093×490 and fits 360 px", async ({ page, demo }) => {
    await signInByApi(page.request, demo, demo.agent());
    await page.setViewportSize({ width: 1093, height: 490 });
    await visit(page, "/acme/desk");
    for (const name of ["Available", "Lunch", "Meeting", "Training", "Break"]) {
      await button(page, name).click();
      await expect(status(page)).toContainText(name);
    }
    const overflow = () =>
      page.evaluate(() => [
        document.documentElement.scrollHeight - document.documentElement.clientHeight,
        document.documentElement.scrollWidth - document.documentElement.clientWidth,
      ]);
    expect(await overflow()).toEqual([0, 0]);
    await expect(page.getByRole("main").getByRole("button", { name: "Sign out", exact: true })).toBeInViewport();
    await page.setViewportSize({ width: 360, height: 740 });
    expect((await overflow())[1]).toBe(0);
  });
});

test.describe("the lists", () => {
  test.use({ ownDemo: true });
  test.beforeEach(({ context, demo }) => becomeAdministrator(context, demo));

  test("one is made with the keyboard, ordered, and kept", async ({ page, demo }) => {
    await visit(page, "/acme/console/users");
    await link(page, "Presence Reason Lists").click();
    await expect(heading(page, "Presence Reason Lists")).toBeVisible();
    await expect(link(page, "Presence Reason Lists")).toHaveAttribute("aria-current", "page");
    await link(page, "New list").focus();
    await page.keyboard.press("Enter");
    await expect(heading(page, "New Presence Reason list")).toBeVisible();
    await button(page, "Save").click();
    await expect(page.getByText("Use 1 to 40 characters.")).toBeVisible();
    await expect(field(page, "Name")).toBeFocused();
    await page.keyboard.type("default");
    await field(page, "Status 1").fill("Open");
    await field(page, "Status 2").fill("Tea");
    await button(page, "Add a status").focus();
    await page.keyboard.press("Enter");
    await expect(field(page, "Status 3")).toBeFocused();
    await page.keyboard.type("tea");
    await page.keyboard.press("Enter");
    await expect(page.getByText("Two statuses have the same name.")).toBeVisible();
    await field(page, "Status 3").fill("Gone");
    await field(page, "Kind of status 3").selectOption("Offline");
    await button(page, "Save").click();
    await expect(page.getByText("Another list has this name. Choose another one.")).toBeVisible();
    await field(page, "Name").fill("Front desk");
    // Up and down, and the focus goes along.
    await button(page, "Move Tea up").focus();
    await page.keyboard.press("Space");
    await expect(field(page, "Status 1")).toHaveValue("Tea");
    await expect(button(page, "Move Tea up")).toBeDisabled();
    await expect(button(page, "Move Tea down")).toBeFocused();
    await expect(page.getByText("Tea is now number 1.")).toBeAttached();
    await field(page, "Kind of status 1").selectOption("Available");
    await button(page, "Save").click();
    await expect(page.getByText("At least one status must be Available and one Not ready.")).toBeVisible();
    await field(page, "Kind of status 1").selectOption("Not ready");
    await button(page, "Save").click();
    await expect(page.getByText("The list is there.")).toBeVisible();
    await expect(card(page, "Front desk").getByRole("list", { name: "Statuses" }).getByRole("listitem")).toHaveText([
      /^Tea/,
      /^Open/,
      /^Gone/,
    ]);
    const { lists } = await stored(page.request, demo);
    expect(lists.map((list: { name: string }) => list.name)).toEqual(["Default", "Front desk"]);
    await link(page, "Audit Log").click();
    const row = page.getByRole("row").filter({ hasText: "Front desk" });
    await expect(row.getByRole("link", { name: "Ada Admin" })).toBeVisible();
  });

  test("removing one says whom it shuts out, and what takes its place is chosen", async ({ page, demo }) => {
    await page.request.post(demo.url + API, {
      data: {
        name: "Night",
        reasons: [
          { name: "Open", kind: "available" },
          { name: "Tea", kind: "not_ready" },
        ],
      },
    });
    await visit(page, PAGE);
    const dialog = page.getByRole("dialog", { name: "Remove “Default”?" });
    await button(page, "Remove Default").click();
    await expect(dialog.getByText("Nobody has it assigned.")).toBeVisible();
    await expect(dialog.getByText("It is the default list.")).toBeVisible();
    await expect(dialog.getByText(/^Without a list \d+ agents could not sign in: .+ and \d+ more\.$/)).toBeVisible();
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await expect(dialog).toHaveCount(0);
    await button(page, "Remove Default").click();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await expect(dialog.getByText("Choose what takes its place.")).toBeVisible();
    await dialog.getByLabel("What takes its place?").selectOption("Night");
    await dialog.getByRole("button", { name: "Remove" }).click();
    await expect(page.getByText("The list is removed.")).toBeVisible();
    await expect(card(page, "Default")).toHaveCount(0);
    const { lists, without_list } = await stored(page.request, demo);
    expect(lists).toHaveLength(1);
    expect(lists[0]).toMatchObject({ name: "Night", is_default: true });
    expect(without_list.count).toBe(0);
  });

  test("whoever is slower than somebody else is told, and loses nothing", async ({ page, demo }) => {
    await visit(page, PAGE);
    const { lists } = await stored(page.request, demo);
    const list = lists.at(-1);
    await link(page, `Edit ${list.name}`).click();
    await field(page, "Status 1").fill("Ready for calls");
    const { id, version, is_default, reasons } = list;
    const theirs = await page.request.put(`${demo.url}${API}/${id}`, {
      data: { version, name: "Theirs", is_default, reasons: reasons.slice(0, 2) },
    });
    expect(theirs.status(), await theirs.text()).toBe(200);
    await button(page, "Save").click();
    await expect(page.getByText(/^Somebody else has changed this list meanwhile\./)).toBeVisible();
    await expect(page.getByText(/^Theirs: Theirs \(/)).toBeVisible();
    await expect(field(page, "Status 1")).toHaveValue("Ready for calls");
    await button(page, "Save").click();
    await expect(page.getByText(/^Saved\. Open desks show it/)).toBeVisible();
    const now = (await stored(page.request, demo)).lists.find((one: { id: string }) => one.id === id);
    expect(now.name).toBe(list.name);
    expect(now.reasons[0].name).toBe("Ready for calls");
  });
});

test("agents see no lists", async ({ page, demo, complaints }) => {
  complaints.allow(/^answer 403: GET \/acme\/console/);
  await signInByApi(page.request, demo, demo.agent());
  const answer = await page.goto(PAGE);
  expect(answer?.status()).toBe(403);
  expect((await page.request.get(demo.url + API)).status()).toBe(403);
});

// 2FA Policy, as administrators use it. What it does to sign-ins is walked elsewhere.
import type { APIRequestContext, Page } from "@playwright/test";
import {
  alive,
  becomeAdministrator,
  button,
  type Demo,
  expect,
  field,
  heading,
  link,
  PASSWORD,
  person,
  signInByApi,
  test,
  visit,
} from "./support/test";

const PAGE = "/acme/console/2fa-policy";
const API = "/api/v1/policy/two-factor";
const group = (page: Page, name: string) => page.getByRole("group", { name, exact: true });
const stored = async (request: APIRequestContext, demo: Demo) => (await request.get(demo.url + API)).json();

test.describe("changing it", () => {
  test.use({ ownDemo: true });
  test.beforeEach(({ context, demo }) => becomeAdministrator(context, demo));

  test("saves what is chosen, keeps it after a reload, and tells who did it", async ({ page, demo }) => {
    await visit(page, "/acme/console/users");
    await link(page, "2FA Policy").click();
    await expect(page).toHaveURL(/\/2fa-policy$/);
    await expect(heading(page, "2FA Policy")).toBeFocused();
    await expect(link(page, "2FA Policy")).toHaveAttribute("aria-current", "page");
    await expect(group(page, "Two-factor authentication").getByLabel("Required", { exact: true })).toBeChecked();
    for (const way of ["E-mail", "Authenticator app"]) await expect(field(page, way)).toBeChecked();

    const days = group(page, "Don't ask again");
    for (const choice of ["14 days", "30 days", "60 days", "90 days"])
      await days.getByLabel(choice, { exact: true }).setChecked(choice === "60 days");
    await field(page, "Minutes it can be used").fill("20");
    await expect(page.getByText("Not saved yet.")).toBeVisible();
    await button(page, "Save").click();
    await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
    await page.reload();
    await alive(page);
    await expect(days.getByLabel("60 days", { exact: true })).toBeChecked();
    await expect(days.getByLabel("14 days", { exact: true })).not.toBeChecked();
    await expect(field(page, "Minutes it can be used")).toHaveValue("20");
    const { policy } = await stored(page.request, demo);
    expect(policy).toMatchObject({ mode: "required", trust_days: [60], admin_code_minutes: 20 });

    const letter = await demo.mail.wait(person("admin").email, /asks for less/);
    expect(letter.text).toContain("Backup code from an administrator: 15 minutes → 20 minutes");
    await demo.mail.wait(person("lead").email, /asks for less/);
    await link(page, "Audit Log").click();
    const row = page.getByRole("row").filter({ hasText: "2FA Policy changed" });
    await expect(row).toContainText("Minutes it can be used: 15 → 20");
    await expect(row.getByRole("link", { name: "Ada Admin" })).toBeVisible();
  });

  test("asks before it leads people to set something up, and names who is not ready", async ({ page, demo }) => {
    await visit(page, PAGE);
    const before = await stored(page.request, demo);
    await field(page, "E-mail").uncheck();
    await button(page, "Save").click();
    const dialog = page.getByRole("dialog", { name: "Save this policy?" });
    const sentence = dialog.getByText(/^\d+ people must set something up at their next sign-in\.$/);
    await expect(sentence).toBeVisible();
    const led = Number(/\d+/.exec((await sentence.textContent()) ?? "")?.[0]);
    expect(led).toBeGreaterThan(200);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(dialog).toHaveCount(0);
    // What was chosen stays, and nothing was saved.
    await expect(field(page, "E-mail")).not.toBeChecked();
    expect(await stored(page.request, demo)).toEqual(before);
    await button(page, "Save").click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
    const after = await stored(page.request, demo);
    expect(after.not_set_up).toBe(before.not_set_up + led);
    const notReady = page.getByRole("region", { name: "Not set up yet" });
    await expect(notReady).toContainText(`${after.not_set_up} people have set up none of the allowed ways.`);
    await expect(notReady.getByRole("listitem")).toHaveCount(50);
    await expect(notReady).toContainText("Only the first fifty are listed.");
    await notReady.getByRole("link", { name: "Ada Admin" }).click();
    await expect(page.getByRole("complementary", { name: "Person" }).getByRole("heading", { name: "Ada Admin" })).toBeVisible();
  });

  test("a day is asked where it counts, and must not have passed", async ({ page, demo }) => {
    await visit(page, PAGE);
    const { choices } = await stored(page.request, demo);
    const day = field(page, "Required from");
    const mode = group(page, "Two-factor authentication");
    await mode.getByLabel("Optional", { exact: true }).check();
    await expect(day).toBeHidden();
    await mode.getByLabel("Required", { exact: true }).check();
    await expect(day).toBeVisible();
    await day.fill("2020-01-01");
    await button(page, "Save").click();
    await expect(page.getByText("Choose today or a later day.")).toBeVisible();
    await expect(day).toBeFocused();
    await expect(day).toHaveAttribute("aria-invalid", "true");
    await day.fill(choices.today);
    await expect(page.getByText("Choose today or a later day.")).toHaveCount(0);
    await button(page, "Save").click();
    await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
    expect((await stored(page.request, demo)).policy.required_from).toBe(choices.today);
  });

  test("at least one way stays, and minutes keep their limits", async ({ page }) => {
    await visit(page, PAGE);
    for (const way of ["E-mail", "Authenticator app"]) await field(page, way).uncheck();
    await button(page, "Save").click();
    await expect(page.getByText("Choose at least one way.")).toBeVisible();
    await expect(field(page, "E-mail")).toBeFocused();
    for (const way of ["E-mail", "Authenticator app"]) await field(page, way).check();
    for (const minutes of ["4", "61", "", "7.5"]) {
      await field(page, "Minutes it can be used").fill(minutes);
      await button(page, "Save").click();
      await expect(page.getByText("Enter a whole number of minutes within these limits.")).toBeVisible();
    }
  });

  test("what was chosen survives a failed save and an old proof", async ({ page, demo, complaints }) => {
    complaints.allow(/^answer (401|403): (PUT|POST)/, /status of (401|403)/, /ERR_INTERNET_DISCONNECTED/, /^request/);
    await visit(page, PAGE);
    await group(page, "Strict mode").getByLabel("Nobody").check();
    await field(page, "Minutes it can be used").fill("30");
    await page.context().setOffline(true);
    await button(page, "Save").click();
    await expect(page.locator(".save-bar .error")).not.toBeEmpty();
    await expect(field(page, "Minutes it can be used")).toHaveValue("30");
    await page.context().setOffline(false);

    // Ten minutes are long for a test: the first answer is the one that comes after them.
    const problem = {
      type: "/api/docs#fresh_proof_needed",
      status: 403,
      title: "Prove again who you are",
      code: "fresh_proof_needed",
      reference: "0123456789abcdef",
    };
    const answer = { status: 403, contentType: "application/problem+json", json: problem };
    await page.route(`**${API}`, (route) => route.fulfill(answer), { times: 1 });
    await button(page, "Save").click();
    const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
    const password = dialog.getByLabel("Password", { exact: true });
    await expect(password).toBeFocused();
    await password.fill("not the password at all");
    await dialog.getByRole("button", { name: "Continue" }).click();
    await expect(dialog.getByText("That is not your password. Try again.")).toBeVisible();
    await expect(password).toBeFocused();
    await password.fill(PASSWORD);
    await password.press("Enter");
    await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
    await expect(dialog).toHaveCount(0);
    expect((await stored(page.request, demo)).policy.admin_code_minutes).toBe(30);
  });

  test("is read and changed in German with the keyboard", async ({ page, context, demo }) => {
    await context.addCookies([{ name: "callgate-language", value: "de", url: demo.url }]);
    await page.request.put(`${demo.url}/api/v1/language`, { data: { language: "de" } });
    await visit(page, PAGE);
    await expect(heading(page, "2FA-Richtlinie")).toBeVisible();
    await group(page, "Strenger Modus").getByLabel("Niemand").focus();
    await page.keyboard.press("ArrowRight");
    await expect(group(page, "Strenger Modus").getByLabel("Administration")).toBeChecked();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Diese Richtlinie speichern?" });
    await expect(dialog).toContainText(/Person(en)? m(u|ü)ss(en)? bei /);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(page.getByText("Noch nicht gespeichert.")).toBeVisible();
  });
});

test("agents see no policy", async ({ page, demo, complaints }) => {
  complaints.allow(/^answer 403: GET \/acme\/console/);
  await signInByApi(page.request, demo, demo.agent());
  const answer = await page.goto(PAGE);
  expect(answer?.status()).toBe(403);
  expect((await page.request.get(API)).status()).toBe(403);
  expect((await page.request.get("/api/v1/audit")).status()).toBe(403);
});

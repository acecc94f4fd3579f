// The Audit Log, as administrators read it.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import {
  alive,
  becomeAdministrator,
  button,
  expect,
  field,
  heading,
  link,
  test,
  visit,
} from "./support/test";

const PAGE = "/acme/console/audit";
const rows = (page: Page) => page.getByRole("table").getByRole("row").filter({ has: page.getByRole("rowheader") });

test.beforeEach(({ context, demo }) => becomeAdministrator(context, demo));

test("shows what happened, newest first, and goes on to the end", async ({ page }) => {
  await visit(page, "/acme/console/users");
  await link(page, "Audit Log").click();
  await expect(heading(page, "Audit Log")).toBeFocused();
  await expect(rows(page)).toHaveCount(50);
  for (const column of ["Time", "What", "Person", "By", "Address", "Reference"])
    await expect(page.getByRole("columnheader", { name: column, exact: true })).toBeVisible();
  const times = async () => {
    const stamps = await rows(page).locator("time").evaluateAll((them) => them.map((it) => it.getAttribute("datetime") ?? ""));
    return stamps.map((stamp) => Date.parse(stamp));
  };
  const first = await times();
  expect(first).toEqual([...first].sort((a, b) => b - a));
  await link(page, "Older").click();
  await expect(page).toHaveURL(/after=/);
  await expect.poll(async () => Math.max(...(await times()))).toBeLessThanOrEqual(Math.min(...first));
  await page.reload();
  await alive(page);
  await expect(rows(page)).toHaveCount(50);
  await link(page, "Newest").click();
  await expect(page).toHaveURL(/\/audit$/);
});

test("is filtered by person, kind and day, and the address keeps it", async ({ page }) => {
  await visit(page, PAGE);
  await field(page, "Person").fill("agent-first-day@ACME");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/person=agent-first-day%40ACME$/);
  await expect(rows(page).first()).toBeVisible();
  await expect(rows(page).filter({ hasNotText: "Finn Ferrari" })).toHaveCount(0);
  await field(page, "What happened").selectOption({ label: "Account created" });
  await button(page, "Show").click();
  await expect(page).toHaveURL(/person=.+&kind=account\.created$/);
  await expect(rows(page)).toHaveCount(1);
  await page.goBack();
  await expect(field(page, "What happened")).toHaveValue("");
  await page.goForward();
  await expect(field(page, "What happened")).toHaveValue("account.created");
  await page.reload();
  await alive(page);
  await expect(field(page, "Person")).toHaveValue("agent-first-day@ACME");
  await expect(rows(page)).toHaveCount(1);
  await rows(page).getByRole("link", { name: "Finn Ferrari" }).click();
  await expect(page.getByRole("complementary", { name: "Person" }).getByRole("heading", { name: "Finn Ferrari" })).toBeVisible();
  await page.goBack();
  await link(page, "Clear").click();
  await expect(page).toHaveURL(/\/audit$/);
  await expect(field(page, "Person")).toHaveValue("");
  await expect(rows(page)).toHaveCount(50);

  await field(page, "What happened").selectOption({ label: "Signing in: everything" });
  await button(page, "Show").click();
  await expect(page).toHaveURL(/kind=sign_in$/);
  const words = await rows(page).getByRole("rowheader").allTextContents();
  expect(words.some((word) => word.startsWith("Signed in"))).toBe(true);
  expect(words.some((word) => word.startsWith("Signed out"))).toBe(false);

  await field(page, "From").fill("2026-03-02");
  await field(page, "To").fill("2026-03-01");
  await button(page, "Show").click();
  await expect(page.getByText("Choose whole days, the first not after the last.")).toBeVisible();
  await field(page, "From").fill("2020-01-01");
  await field(page, "To").fill("2020-01-31");
  await button(page, "Show").click();
  await expect(page.getByText("Nothing fits.")).toBeVisible();
});

test("says when an address makes no sense", async ({ page, complaints }) => {
  complaints.allow(/answer 400: GET \/api\/v1\/audit/, /status of 400/);
  for (const query of ["from=yesterday", "kind=moon.landed"]) {
    await visit(page, `${PAGE}?${query}`);
    await expect(page.getByText("These filters make no sense.")).toBeVisible();
  }
  await page.locator(".empty").getByRole("link", { name: "Clear" }).click();
  await expect(rows(page)).toHaveCount(50);
});

test("is taken along as files that hold everything found", async ({ page, demo }) => {
  await visit(page, `${PAGE}?person=agent-0&kind=sign_in.signed_in`);
  const [csv] = await Promise.all([page.waitForEvent("download"), link(page, "Export CSV").click()]);
  expect(csv.suggestedFilename()).toMatch(/^audit-log-acme-\d{4}-\d\d-\d\d\.csv$/);
  const lines = (await readFile(await csv.path(), "utf8")).trim().split("\r\n");
  expect(lines[0]).toBe("id,at,kind,person,username,by,reason,reference,address");
  expect(lines.length).toBeGreaterThan(60);
  for (const line of lines.slice(1)) expect(line).toMatch(/,sign_in\.signed_in,[^,]+,agent-0\d\d,,,/);
  const [json] = await Promise.all([page.waitForEvent("download"), link(page, "Export JSON").click()]);
  const events = JSON.parse(await readFile(await json.path(), "utf8"));
  expect(events).toHaveLength(lines.length - 1);
  await visit(page, `${PAGE}?kind=audit.exported`);
  await expect(rows(page).first()).toContainText("JSON, one person, Signed in");
  expect(demo.url).toBeTruthy();
});

test("passes a reference on, with the keyboard and on a telephone", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.setViewportSize({ width: 360, height: 740 });
  await visit(page, PAGE);
  const row = rows(page).first();
  const copy = row.getByRole("button", { name: /^Copy reference [0-9a-f]{16}$/ });
  const box = await copy.boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(24);
  const reference = /[0-9a-f]{16}/.exec((await copy.getAttribute("aria-label")) ?? "")?.[0];
  await copy.focus();
  await page.keyboard.press("Enter");
  await expect(copy).toHaveText("Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(reference);
  const beside = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(beside).toBeLessThanOrEqual(0);
});

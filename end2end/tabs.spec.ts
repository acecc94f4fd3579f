// A browser holds one sign-in, however many tabs show it.
import { alive, button, enterCode, enterPassword, expect, field, heading, otherThan, reachCode, test, visit } from "./support/test";

test("a tab that finishes moves the other on", async ({ page, context, demo }) => {
  const code = await reachCode(page, demo, demo.agent());
  const other = await context.newPage();
  await visit(other, "/acme/code");
  await expect(heading(other, "Input authentication code")).toBeVisible();
  await enterCode(page, code);
  await page.waitForURL("**/acme/desk");
  await other.waitForURL("**/acme/desk");
  await expect(heading(other, "Home Dashboard")).toBeVisible();
});

test("a tab shows what another one learned", async ({ page, context, demo }) => {
  const code = await reachCode(page, demo, demo.agent());
  const other = await context.newPage();
  await visit(other, "/acme/code");
  for (const step of [1, 2, 3]) {
    await enterCode(page, otherThan(code, step));
    await expect(field(page, "Authentication code")).toHaveValue("");
  }
  await expect(other.getByText("You have 2 login attempts before your account is locked")).toBeVisible();
  await button(other, "Cancel").click();
  await other.waitForURL("**/acme");
  await page.waitForURL("**/acme?notice=ended");
  await expect(page.getByText("Your sign-in ended. Start again here.")).toBeVisible();
});

test("the code of a stale tab burns no tries", async ({ page, context, demo }) => {
  const first = demo.agent();
  const second = demo.agent();
  const firstCode = await reachCode(page, demo, first);
  // The tab does not hear what follows, as one that the browser put to sleep.
  await page.route("**/api/v1/sign-in", (route) => route.abort("aborted"));

  const other = await context.newPage();
  await visit(other, "/acme");
  await enterPassword(other, second.account);
  await expect(heading(other, "Input authentication code")).toBeVisible();
  const secondCode = await demo.mail.code(second.email);

  await enterCode(page, firstCode);
  await expect(page.getByText(/another tab/)).toBeVisible();
  await page.unroute("**/api/v1/sign-in");

  // Three wrong ones of the right tab: had the stale one counted, one try would be left.
  for (const step of [1, 2, 3]) {
    await enterCode(other, otherThan(secondCode, step));
    await expect(field(other, "Authentication code")).toHaveValue("");
  }
  await expect(other.getByText("You have 2 login attempts before your account is locked")).toBeVisible();
  await enterCode(other, secondCode);
  await other.waitForURL("**/acme/desk");
});

test("a reload and a second visit continue the step", async ({ page, demo }) => {
  const who = demo.agent();
  const code = await reachCode(page, demo, who);
  await enterCode(page, otherThan(code));
  await expect(page.getByText("That code does not match.")).toBeVisible();
  await page.reload();
  await alive(page);
  await expect(heading(page, "Input authentication code")).toBeVisible();
  await expect(page.getByText(/^We sent six digits to/)).toBeVisible();
  expect(demo.mail.all(who.email)).toHaveLength(1);
  await page.goto("about:blank");
  await visit(page, "/acme/code");
  await enterCode(page, code);
  await page.waitForURL("**/acme/desk");
});

test("signing out in one tab is signing out in all", async ({ page, context, demo }) => {
  const code = await reachCode(page, demo, demo.agent());
  await enterCode(page, code);
  await page.waitForURL("**/acme/desk");
  await alive(page);
  const other = await context.newPage();
  await visit(other, "/acme/desk");
  await button(other, "Sign out").click();
  await other.waitForURL("**/acme?notice=signed_out");
  await page.waitForURL("**/acme?notice=signed_out");
});

// Single sign-on as far as pages go: buttons, the page behind the window, what is said when nothing came of it. What
// providers answer is answered here; the walks through real ones are in `sso.spec.ts` and those of the seeds.
import type { Page } from "@playwright/test";
import { test } from "./support/buttons";
import { sendNowhere } from "./support/states-sso";
import { alive, button, expect, field, heading, link, signInByApi, test as base, visit } from "./support/test";

const REFERENCE = "0198f6b2-7c1e-7d55-a1c3-2f7f9f5c3a10";

const news = (page: Page, path: string) =>
  page.evaluate((path) => {
    const channel = new BroadcastChannel("callgate-sign-in");
    return new Promise((heard) => {
      channel.onmessage = ({ data }) => heard(data);
      setTimeout(() => heard("nobody"), 2_000);
      channel.postMessage(JSON.stringify({ path }));
    });
  }, path);

test("buttons are there only when they are configured", async ({ page }) => {
  await visit(page, "/acme");
  await expect(button(page, "Sign in with Google")).toBeVisible();
  await expect(button(page, "Sign in with Office 365")).toBeVisible();
  await expect(button(page, "Single Sign-On")).toHaveCount(0);
  await expect(page.locator(".button.primary")).toHaveText(["Sign in"]);
  await visit(page, "/northwind");
  await expect(button(page, "Sign in with Google")).toHaveCount(0);
  await expect(button(page, "Single Sign-On")).toBeVisible();
});

base("without providers there are none", async ({ page }) => {
  await visit(page, "/acme");
  await expect(button(page, "Sign in")).toBeVisible();
  await expect(button(page, "Sign in with Google")).toHaveCount(0);
  await expect(page.getByText("or", { exact: true })).toHaveCount(0);
});

test("where somebody wanted to go is not forgotten", async ({ page }) => {
  await visit(page, "/acme?next=%2Facme%2Fprofile%2Fsecurity");
  const asked = page.waitForRequest("**/api/v1/companies/acme/sso");
  await sendNowhere(page);
  await button(page, "Sign in with Google").click();
  expect((await asked).postDataJSON()).toEqual({ provider: "google", next: "/acme/profile/security", choose: false });
  await expect(page).toHaveURL(/\/acme\/sso\?next=%2Facme%2Fprofile%2Fsecurity$/);
});

test("the page behind goes where the window says, and the window hears that it may close", async ({ page, context }) => {
  await visit(page, "/acme");
  await sendNowhere(page);
  const opened = context.waitForEvent("page");
  await button(page, "Sign in with Google").click();
  await expect(page.getByText("Finish signing in in the window of Google.")).toBeVisible();
  const theirs = await opened;
  await theirs.waitForURL("**/health/live");
  expect(await news(theirs, "/acme/terms")).toBe("seen");
  await page.waitForURL("**/acme/terms");
});

test("nobody answers a window behind which nobody waits", async ({ page, context }) => {
  await visit(page, "/acme");
  const other = await context.newPage();
  await other.goto("/health/live");
  expect(await news(other, "/acme/terms")).toBe("nobody");
  await expect(page).toHaveURL(/\/acme$/);
});

test("without a word from the window the server is asked", async ({ page }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, "BroadcastChannel");
  });
  await visit(page, "/acme");
  await sendNowhere(page);
  await button(page, "Sign in with Google").click();
  await expect(page.getByText("Finish signing in in the window of Google.")).toBeVisible();
  await page.route("**/api/v1/sign-in", (route) => route.fulfill({ json: { step: "signed_in", landing: "/acme/terms" } }));
  await page.waitForURL("**/acme/terms");
});

test("a window that the browser stopped can be opened again, or done without", async ({ page }) => {
  await page.addInitScript(() => {
    const open = window.open;
    let times = 0;
    window.open = (...all) => (times++ ? open.apply(window, all) : null);
  });
  await visit(page, "/acme");
  await sendNowhere(page);
  await button(page, "Sign in with Google").click();
  await expect(page.getByText("Your browser stopped the window. Open it again, or continue in this tab.")).toBeVisible();
  await expect(link(page, "Continue in this tab")).toHaveAttribute("href", /\/health\/live$/);
  const opened = page.waitForEvent("popup");
  await button(page, "Open it again").click();
  await opened;
  await expect(page.getByText("Finish signing in in the window of Google.")).toBeVisible();
  await expect(link(page, "Open it in this tab")).toBeVisible();
});

test("a window that was closed is asked about, and Cancel leads back", async ({ page }) => {
  await visit(page, "/acme");
  await sendNowhere(page);
  const opened = page.waitForEvent("popup");
  await button(page, "Sign in with Google").click();
  await (await opened).close();
  await expect(page.getByText("Is the window closed? Open it again, or continue in this tab.")).toBeVisible();
  const cancelled = page.waitForRequest((request) => request.method() === "DELETE" && request.url().endsWith("/api/v1/sign-in"));
  await button(page, "Cancel").click();
  await cancelled;
  await page.waitForURL(/\/acme$/);
  await alive(page);
  await expect(field(page, "Account")).toBeVisible();
});

test("nobody is waited for for ever", async ({ page }) => {
  await visit(page, "/acme");
  await sendNowhere(page, 3);
  const opened = page.waitForEvent("popup");
  await button(page, "Sign in with Google").click();
  const theirs = await opened;
  await expect(page.getByText("Nobody came back from the window, so this sign-in has ended.")).toBeVisible();
  expect(theirs.isClosed()).toBe(true);
  await expect(button(page, "Sign in with Google")).toBeVisible();
});

test("a browser without cookies is told so before it is sent anywhere", async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "cookieEnabled", { get: () => false }));
  await visit(page, "/acme");
  await button(page, "Sign in with Google").click();
  await expect(page.getByText("Your browser keeps no cookies for this address.")).toBeVisible();
  expect(page.context().pages()).toHaveLength(1);
});

test("a failure is said with its reference, and the buttons stay", async ({ page, complaints }) => {
  complaints.allow(/^answer 502: POST \/api\/v1\/companies\/acme\/sso$/);
  await visit(page, "/acme");
  await page.route("**/api/v1/companies/*/sso", (route) =>
    route.fulfill({
      status: 502,
      contentType: "application/problem+json",
      json: { type: "/api/docs#sso_failed", status: 502, title: "", code: "sso_failed", reference: REFERENCE, sso: "provider_down" },
    }),
  );
  await button(page, "Sign in with Google").click();
  await expect(page.getByText("The sign-in service of your company does not answer.")).toBeVisible();
  await expect(page.getByText(REFERENCE)).toBeVisible();
  await expect(button(page, "Sign in with Google")).toBeVisible();
  expect(page.context().pages()).toHaveLength(1);
});

/** Each failure: what is said, and the first thing to do. */
const FAILURES: [string, string, string][] = [
  ["provider_down", "does not answer", "Try again"],
  ["clock_wrong", "from another time", "Try again"],
  ["refused", "You did not finish signing in there", "Try again"],
  ["admin_consent_missing", "Nobody has allowed Callgate at Microsoft", "Try again"],
  ["client_refused", "does not accept Callgate any more", "Try again"],
  ["set_up_wrong", "how Callgate is set up there", "Try again"],
  ["other_company", "This login belongs to another company.", "Use another account"],
  ["taken", "already connected with another account", "Use another account"],
  ["unknown_person", "This login belongs to nobody here yet.", "Use another account"],
  ["untrusted", "could not be trusted", "Try again"],
  ["over", "took too long or was opened twice", "Try again"],
  ["other_browser", "begun in another browser", "Try again"],
  ["not_fresh", "once more, with your password", "Try again"],
  ["too_many_rounds", "Three tries ended without success", "Start over"],
];

test("every failure is said, with what to do next", async ({ page }) => {
  for (const [reason, words, next] of FAILURES) {
    await page.goto(`/acme/stopped?reason=sso_${reason}&reference=${REFERENCE}&provider=google`);
    const main = page.getByRole("main");
    await expect(heading(page, "You cannot sign in yet")).toBeVisible();
    await expect(main.getByText(words), reason).toBeVisible();
    await expect(main.getByRole("link", { name: "4000" })).toBeVisible();
    await expect(main.getByText(REFERENCE)).toBeVisible();
    await expect(page.locator(".button.primary"), reason).toHaveText([next]);
    await expect(link(page, "Sign in with your password")).toBeVisible();
  }
});

test("another account is asked for where it was the wrong one", async ({ page }) => {
  await visit(page, `/acme/stopped?reason=sso_other_company&reference=${REFERENCE}&provider=google`);
  const asked = page.waitForRequest("**/api/v1/companies/acme/sso");
  await sendNowhere(page);
  await button(page, "Use another account").click();
  expect((await asked).postDataJSON()).toEqual({ provider: "google", choose: true });
  await expect(page.getByText("Finish signing in in the window of Google.")).toBeVisible();
});

test("addresses put no words and no buttons into the page", async ({ page }) => {
  await visit(page, "/acme/stopped?reason=sso_call_0900&reference=call+0900+123&provider=company");
  await expect(page.getByText("0900")).toHaveCount(0);
  await expect(button(page, "Try again")).toHaveCount(0);
});

test("an address without a company: nothing typed is lost", async ({ page }) => {
  await visit(page, "/");
  await button(page, "Single Sign-On").click();
  await expect(field(page, "Username")).toBeFocused();
  await button(page, "Login").click();
  await expect(page.getByText("Type your e-mail address.")).toBeVisible();
  await field(page, "Username").fill("somebody@nowhere.example");
  await button(page, "Login").click();
  await expect(page.getByText("We know no single sign-on for this address.")).toBeVisible();
  await expect(field(page, "Username")).toHaveValue("somebody@nowhere.example");
  await page.route("**/api/v1/sso", (route) =>
    route.fulfill({
      status: 404,
      contentType: "application/problem+json",
      json: {
        type: "/api/docs#no_single_sign_on",
        status: 404,
        title: "",
        code: "no_single_sign_on",
        reference: REFERENCE,
        regions: [{ name: "Europe", address: "https://eu.callgate.example" }],
      },
    }),
  );
  await button(page, "Login").click();
  await expect(link(page, "Go to region Europe")).toHaveAttribute("href", "https://eu.callgate.example");
});

test("nothing is connected, and what could be", async ({ page, demo }) => {
  await signInByApi(page.request, demo, demo.agent());
  await visit(page, "/acme/profile/security");
  const part = page.getByRole("region", { name: "Single Sign-On", exact: true });
  await expect(part).toContainText("No login is connected.");
  await button(page, "Connect Google…").click();
  await page.route("**/api/v1/security/logins", (route) =>
    route.fulfill({ json: { url: `${demo.url}/health/live`, company: "acme", name: "Google", expires_in: 600 } }),
  );
  const opened = page.waitForEvent("popup");
  await button(page, "Open Google").click();
  const theirs = await opened;
  await theirs.waitForURL("**/health/live");
  // The page behind closes the window, now and then before the window has heard its answer.
  const told = await news(theirs, `/acme/stopped?reason=sso_taken&reference=${REFERENCE}&provider=google`).catch(() => "closed");
  expect(["seen", "closed"]).toContain(told);
  await expect(page.getByRole("dialog").getByText("already connected with another account")).toBeVisible();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test.beforeEach(({ complaints }) => {
    complaints.allow(/^request failed: \S+\.js: csp$/, /^answer (404|502): POST \/(acme\/)?sso$/);
  });

  test("a provider that is away is said on a page with its button", async ({ page }) => {
    await page.goto("/acme");
    await button(page, "Sign in with Google").click();
    await expect(page.getByText("The sign-in service of your company does not answer.")).toBeVisible();
    await expect(button(page, "Sign in with Google")).toBeVisible();
  });

  test("an unknown domain keeps what was typed", async ({ page }) => {
    await page.goto("/");
    await button(page, "Single Sign-On").click();
    await field(page, "Username").fill("somebody@nowhere.example");
    await button(page, "Login").click();
    await expect(page.getByText("We know no single sign-on for this address.")).toBeVisible();
    await expect(field(page, "Username")).toHaveValue("somebody@nowhere.example");
  });

  test("starting over", async ({ page }) => {
    await page.goto(`/acme/stopped?reason=sso_too_many_rounds&reference=${REFERENCE}&provider=google`);
    await button(page, "Start over").click();
    await expect(page).toHaveURL(/\/acme$/);
  });
});

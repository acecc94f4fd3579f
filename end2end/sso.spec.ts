// Single sign-on on good and bad days: windows that are blocked, forgotten or closed, providers that say no or nothing,
// logins of other companies, and the ways around.
import type { Page } from "@playwright/test";
import { blockWindows, type Kind, LoginPage, test, windowOf } from "./support/outside";
import { asAdministrator } from "./support/states-invitations";
import {
  alive,
  button,
  type Demo,
  enterCode,
  enterPassword,
  expect,
  field,
  heading,
  link,
  PASSWORD,
  type Person,
  person,
  signIn,
  signInByApi,
  visit,
} from "./support/test";

const BUTTONS: Record<Kind, string> = {
  google: "Sign in with Google",
  office365: "Sign in with Office 365",
  northwind: "Single Sign-On",
};
const stopped = (page: Page, alias: string, failure: string) =>
  page.waitForURL((url) => url.pathname === `/${alias}/stopped` && url.searchParams.get("reason") === `sso_${failure}`);

/** A page with buttons that open windows. */
async function ready(page: Page, path: string): Promise<void> {
  await visit(page, path);
  // What opens windows is fetched once the page is there; before that the browser goes on in this one.
  await page.waitForLoadState("networkidle");
}

async function enter(page: Page, path: string, kind: Kind): Promise<LoginPage> {
  await ready(page, path);
  return press(page, kind);
}

async function press(page: Page, kind: Kind): Promise<LoginPage> {
  const opened = await windowOf(page, () => button(page, BUTTONS[kind]).click());
  return new LoginPage(opened, kind).seen();
}

/** Binds what came back at Acme, up to the desk. */
async function bind(page: Page, demo: Demo, who: Person): Promise<void> {
  await page.waitForURL("**/acme/bind");
  await alive(page);
  await field(page, "Account").fill(who.account);
  await field(page, "Password").fill(PASSWORD);
  await button(page, "Bind").click();
  await expect(heading(page, "Input authentication code")).toBeVisible();
  await enterCode(page, await demo.mail.code(who.email));
  await page.waitForURL("**/acme/desk");
}

test.describe("windows", () => {
  test("a browser that opens none: on in this one, and back", async ({ page, context }) => {
    await blockWindows(context);
    await ready(page, "/northwind");
    await button(page, BUTTONS.northwind).click();
    await expect(page.getByText("Your browser stopped the window. Open it again, or continue in this tab.")).toBeVisible();
    await link(page, "Continue in this tab").click();
    const here = await new LoginPage(page, "northwind").seen();
    await here.be("agent@northwind.example");
    await page.waitForURL("**/northwind/desk");
    await expect(heading(page, "Home Dashboard")).toBeVisible();
  });

  test("a window that forgets who opened it: the page moves on all the same", async ({ page }) => {
    const theirs = await enter(page, "/northwind", "northwind");
    await theirs.be("agent@northwind.example", "This window forgets who opened it");
    await expect(theirs.page.getByText("This window has forgotten who opened it.")).toBeVisible();
    await theirs.page.getByRole("link", { name: "Continue" }).click();
    await page.waitForURL("**/northwind/desk");
    await expect(heading(page, "Home Dashboard")).toBeVisible();
    // It may not close itself any more: then it says so.
    if (!theirs.page.isClosed()) await expect(theirs.page.getByText("Close this window.", { exact: false })).toBeVisible();
  });

  test("a window that is closed by hand: the page says what can be done", async ({ page }) => {
    const theirs = await enter(page, "/northwind", "northwind");
    await expect(page.getByText("Finish signing in in the window of Northwind ID.")).toBeVisible();
    await theirs.page.close();
    await expect(page.getByText("Is the window closed? Open it again, or continue in this tab.")).toBeVisible();
    const again = await windowOf(page, () => button(page, "Open it again").click());
    await (await new LoginPage(again, "northwind").seen()).be("agent@northwind.example");
    await page.waitForURL("**/northwind/desk");
  });

  test("given up: the page is what it was", async ({ page }) => {
    const theirs = await enter(page, "/northwind", "northwind");
    const closed = theirs.page.waitForEvent("close");
    await button(page, "Cancel").click();
    await closed;
    await expect(button(page, BUTTONS.northwind)).toBeVisible();
    await expect(field(page, "Account")).toBeVisible();
  });
});

test.describe("providers that say no", () => {
  test("Cancel there", async ({ page }) => {
    const theirs = await enter(page, "/acme", "google");
    await theirs.cancel();
    await stopped(page, "acme", "refused");
    await alive(page);
    await expect(page.getByText("You did not finish signing in there", { exact: false })).toBeVisible();
    await expect(page.locator(".reference code")).toHaveText(/^[0-9a-f-]{8,}$/);
    await page.waitForLoadState("networkidle");
    const again = await windowOf(page, () => button(page, "Try again").click());
    await new LoginPage(again, "google").seen();
  });

  test("no administrator has agreed at Microsoft", async ({ page }) => {
    const theirs = await enter(page, "/acme", "office365");
    await theirs.page.getByRole("button", { name: "No administrator has agreed" }).click();
    await stopped(page, "acme", "admin_consent_missing");
    await expect(page.getByText("Nobody has allowed Callgate at Microsoft", { exact: false })).toBeVisible();
  });

  test("a login of another company, and then one's own", async ({ page, demo }) => {
    const who = demo.agent();
    const theirs = await enter(page, "/acme", "google");
    await theirs.choose("visitor@initech.example");
    await stopped(page, "acme", "other_company");
    await alive(page);
    await expect(page.getByText("This login belongs to another company.", { exact: false })).toBeVisible();
    await page.waitForLoadState("networkidle");
    // Google remembers the wrong one, so it is asked to let people choose.
    const again = await windowOf(page, () => button(page, "Use another account").click());
    await (await new LoginPage(again, "google").seen()).be(who.email);
    await bind(page, demo, who);
  });

  test("somebody whom nobody added", async ({ page }) => {
    const theirs = await enter(page, "/northwind", "northwind");
    await theirs.be("newcomer@northwind.example");
    await stopped(page, "northwind", "unknown_person");
    await expect(page.getByText("This login belongs to nobody here yet.", { exact: false })).toBeVisible();
    await expect(page.getByRole("main").getByRole("link", { name: "4000" })).toBeVisible();
  });

  test("three rounds without success stop with an explanation", async ({ page, complaints }) => {
    complaints.allow(/^answer 502: POST \/api\/v1\/companies\/acme\/sso$/);
    await ready(page, "/acme");
    for (let round = 1; round <= 3; round++) {
      const theirs = await press(page, "google");
      await theirs.cancel();
      await stopped(page, "acme", "refused");
      await ready(page, "/acme");
    }
    await button(page, BUTTONS.google).click();
    await expect(page.getByText("Three tries ended without success", { exact: false })).toBeVisible();
    // Whoever has read it may start over.
    const again = await windowOf(page, () => button(page, BUTTONS.google).click());
    await new LoginPage(again, "google").seen();
  });
});

test.describe("providers that are away", () => {
  test.describe("before anybody was there", () => {
    test.use({ ownDemo: true });

    test("the page says so, and the password is another way", async ({ page, demo, outside, complaints }) => {
      complaints.allow(/^answer 502: POST \/api\/v1\/companies\/acme\/sso$/);
      await outside.become("google", "down");
      await ready(page, "/acme");
      await button(page, BUTTONS.google).click();
      await expect(page.getByText("The sign-in service of your company does not answer.", { exact: false })).toBeVisible();
      // Nobody waits longer than five seconds for one that is slow.
      await outside.become("office365", "slow");
      await button(page, BUTTONS.office365).click();
      await expect(page.getByText("One moment, the window is on its way.")).toBeVisible();
      await expect(page.getByText("The sign-in service of your company does not answer.", { exact: false })).toBeVisible();

      await signIn(page, demo, demo.agent());
      await expect(heading(page, "Home Dashboard")).toBeVisible();
    });
  });

  test("one that goes away while somebody is there", async ({ page, outside }) => {
    const theirs = await enter(page, "/northwind", "northwind");
    await outside.become("northwind", "no_tokens");
    await theirs.be("agent@northwind.example");
    await stopped(page, "northwind", "provider_down");
    await alive(page);
    await expect(page.getByText("does not answer", { exact: false })).toBeVisible();
    await outside.become("northwind", "up");
    await page.waitForLoadState("networkidle");
    await windowOf(page, () => button(page, "Try again").click());
    await page.waitForURL("**/northwind/desk");
  });

  test("a secret that has ended", async ({ page, outside }) => {
    const theirs = await enter(page, "/acme", "office365");
    await outside.become("office365", "client_refused");
    await theirs.be("agent@acme.example");
    await stopped(page, "acme", "client_refused");
    await expect(page.getByText("its secret has probably ended", { exact: false })).toBeVisible();
  });

  test("keys that changed a moment ago are no reason to ask twice", async ({ page, outside }) => {
    const first = await enter(page, "/northwind", "northwind");
    await first.be("agent@northwind.example");
    await page.waitForURL("**/northwind/desk");
    await outside.rotate("northwind");
    await page.context().clearCookies();
    const theirs = await enter(page, "/northwind", "northwind");
    await theirs.be("agent@northwind.example");
    await page.waitForURL("**/northwind/desk");
  });
});

test.describe("Security Settings", () => {
  const part = (page: Page) => page.getByRole("region", { name: "Single Sign-On", exact: true });

  async function connect(page: Page): Promise<LoginPage> {
    await part(page).getByRole("button", { name: "Connect Google…" }).click();
    const opened = await windowOf(page, () => button(page, "Open Google").click());
    return new LoginPage(opened, "google").seen();
  }

  test("a login is connected there, and disconnected", async ({ page, demo }) => {
    const who = demo.agent();
    await signInByApi(page.request, demo, who);
    await ready(page, "/acme/profile/security");
    await (await connect(page)).be(who.email);
    await expect(page.getByText("Connected. You can sign in with it from now on.")).toBeVisible();
    await expect(part(page)).toContainText(who.email);
    await button(page, "Remove: Google").click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    await expect(part(page)).toContainText("No login is connected.");
    await expect(part(page)).not.toContainText(who.email);
  });

  test("a login that is somebody else's stays theirs", async ({ page, demo, browser, complaints }) => {
    const [first, second] = [demo.agent(), demo.agent()];
    const theirs = await enter(page, "/acme", "google");
    await theirs.be(first.email);
    await bind(page, demo, first);
    const context = await browser.newContext({ baseURL: demo.url, locale: "en-GB" });
    complaints.listen(context);
    const other = await context.newPage();
    await signInByApi(context.request, demo, second);
    await ready(other, "/acme/profile/security");
    await (await connect(other)).be(first.email);
    await expect(other.getByText("This login is already connected with another account.", { exact: false })).toBeVisible();
    await context.close();
  });
});

test("signed out here and at the provider", async ({ page }) => {
  const theirs = await enter(page, "/northwind", "northwind");
  await theirs.be("agent@northwind.example");
  await page.waitForURL("**/northwind/desk");
  await alive(page);
  await page.locator(".person-menu summary").click();
  await page.locator(".person-menu").getByRole("button", { name: "Sign out here and at Northwind ID" }).click();
  await expect(heading(page, "Sign out of Northwind ID?")).toBeVisible();
  await button(page, "Sign out").click();
  await page.waitForURL(/\/northwind(\?|$)/);
  // It asks again who it is.
  await ready(page, "/northwind");
  await press(page, "northwind");
});

test.describe("a company without passwords", () => {
  test.use({ ownDemo: true });

  test("politely says which button works, and leaves its administrators a way in", async ({ page, demo }) => {
    await signInByApi(page.request, demo, person("admin"));
    const chosen = await page.request.put(`${demo.url}/api/v1/company/single-sign-on/passwords`, {
      data: { passwords: false },
      headers: { origin: demo.url },
    });
    expect(chosen.status(), await chosen.text()).toBe(200);
    await page.context().clearCookies();

    const who = demo.agent();
    await ready(page, "/acme");
    await expect(field(page, "Password")).toHaveCount(0);
    await expect(button(page, BUTTONS.google)).toBeVisible();
    await link(page, "Administrator sign-in").click();
    await page.waitForURL(/\/acme\?admin/);
    await alive(page);
    await enterPassword(page, who.account);
    await expect(page.getByText("Nobody signs in with a password here.", { exact: false })).toBeVisible();

    await enterPassword(page, "lead");
    await expect(heading(page, "Input authentication code")).toBeVisible();
    await enterCode(page, await demo.app("lead").code());
    await page.waitForURL("**/acme/console/**");
    const alarm = await demo.mail.wait("admin@acme.example", /./, 2);
    expect(alarm.text).toContain("Lea Lindqvist");
  });
});

test("whoever signs in outside only continues with Google from their invitation, which binds", async ({ page, demo }) => {
  const email = "freya@acme.example";
  await asAdministrator({ page, demo }, async (request) => {
    const headers = { origin: demo.url };
    const proof = await request.post("/api/v1/session/proof", { data: { password: PASSWORD }, headers });
    expect(proof.ok(), await proof.text()).toBe(true);
    const added = await request.post("/api/v1/users", {
      data: { name: "Freya Free", email, roles: ["agent"], sso_only: true, invite: false },
      headers,
    });
    expect(added.status(), await added.text()).toBe(201);
    const { user } = await added.json();
    const invited = await request.post(`/api/v1/users/${user.id}/invite`, { headers });
    expect(invited.status(), await invited.text()).toBe(200);
  });
  const letter = await demo.mail.wait(email, /./);
  await ready(page, /http:\/\/\S+\/invitation\S+/.exec(letter.text)?.[0] ?? "no link");
  await expect(field(page, "New password")).toHaveCount(0);
  const opened = await windowOf(page, () => button(page, "Continue with Google").click());
  // It binds whichever login they use there: the link says whose it is.
  await (await new LoginPage(opened, "google").seen()).be("freya.free@acme.example");
  await page.waitForURL("**/acme/desk");
  await expect(heading(page, "Home Dashboard")).toBeVisible();
  await visit(page, "/acme/profile/security");
  await expect(page.getByRole("region", { name: "Single Sign-On", exact: true })).toContainText("freya.free@acme.example");
});

test("in German, by one thumb at 360 pixels", async ({ page, demo }) => {
  const who = demo.agent();
  await page.setViewportSize({ width: 360, height: 640 });
  await page.context().addCookies([{ name: "callgate-language", value: "de", url: demo.url }]);
  await ready(page, "/acme");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  const opened = await windowOf(page, () => button(page, "Mit Google anmelden").click());
  const theirs = await new LoginPage(opened, "google").seen();
  await theirs.be(who.email);
  await page.waitForURL("**/acme/bind");
  await alive(page);
  for (const control of [field(page, "Konto"), field(page, "Passwort"), button(page, "Verbinden")]) {
    const box = await control.boundingBox();
    expect(box?.height, await control.evaluate((it) => it.outerHTML)).toBeGreaterThanOrEqual(44);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
  }
  const beside = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(beside).toBeLessThanOrEqual(0);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("to the provider and back", async ({ page, demo, complaints }) => {
    complaints.allow(/^request failed: \S+\.js: csp$/);
    const who = demo.agent();
    await page.goto("/acme");
    await button(page, BUTTONS.google).click();
    const here = await new LoginPage(page, "google").seen();
    await here.be(who.email);
    await page.waitForURL("**/acme/bind");
    await field(page, "Account").fill(who.account);
    await field(page, "Password").fill(PASSWORD);
    await button(page, "Bind").click();
    await expect(heading(page, "Input authentication code")).toBeVisible();
    await enterCode(page, await demo.mail.code(who.email));
    await page.waitForURL("**/acme/desk");
  });

  test("from the start page with an address", async ({ page, complaints }) => {
    complaints.allow(/^request failed: \S+\.js: csp$/);
    await page.goto("/");
    await button(page, "Single Sign-On").click();
    await page.waitForURL(/\/sso\??$/);
    await field(page, "Username").fill("two-companies@northwind.example");
    await button(page, "Login").click();
    const here = await new LoginPage(page, "northwind").seen();
    await here.be("two-companies@northwind.example");
    await page.waitForURL("**/northwind/console/users");
    await expect(heading(page, "User Management")).toBeVisible();
  });
});

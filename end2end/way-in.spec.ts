// What Secure Login says before and while things go wrong that a page can do something about: windows without end, a library
// that was not fetched, cookies that the browser keeps from the frame, another user at the summary.
import type { Page } from "@playwright/test";
import { firstTime, secureLogin } from "./support/first-minute";
import { answerForCookies, HEARING, launched, NO_FOREIGN_COOKIES, Simulator } from "./support/phone";
import { alive, button, Demo, expect, heading, link, test, visit } from "./support/test";

test.use({ ownDemo: true, ears: launched(HEARING) });

const HINT = "Opens a window of Amazon Connect. Allow pop-ups for this page.";

test("pop-ups are hinted at before anything is blocked, and whose password it is once the window is open", async ({
  page,
}) => {
  await visit(page, "/docs-example");
  await expect(button(page, "Secure Login")).toBeEnabled();
  await expect(page.getByText(HINT)).toBeVisible();
  await secureLogin(page);
  await expect(page.getByRole("status").filter({ hasText: "window is open" })).toContainText(
    "the username and password that your Amazon Connect administrator gave you",
  );
  await expect(page.getByText(HINT)).toHaveCount(0);
});

/** Opens the window once more, and closes it as a page does that has nothing to ask. */
async function again(page: Page): Promise<void> {
  const [window] = await Promise.all([page.waitForEvent("popup"), button(page, "Open it again").click()]);
  await window.close();
}

test("windows that come again and again are stopped, and a press begins anew", async ({ page }) => {
  await visit(page, "/docs-example");
  await (await secureLogin(page)).close();
  await again(page);
  await again(page);
  await button(page, "Open it again").click();
  await expect(page.getByRole("alert").filter({ hasText: "Sign-in keeps repeating." })).toBeVisible();
  await expect(page.getByText("sign out there and use another account")).toBeVisible();
  await (await secureLogin(page)).close();
  await expect(page.getByText("Sign-in keeps repeating.")).toHaveCount(0);
});

test("a library that was not fetched is said, and fetched at the next press", async ({ page, demo, context, complaints }) => {
  complaints.allow(/request failed: .*connect-streams/, /ERR_FAILED/);
  const LIBRARY = /connect-streams/;
  await Simulator.of(demo).signInBefore(context, "agent");
  await page.route(LIBRARY, (route) => route.abort());
  await visit(page, "/docs-example");
  await button(page, "Secure Login").click();
  await expect(page.getByText("The phone could not be fetched. Check your network, then press Secure Login again.")).toBeVisible();
  await page.unroute(LIBRARY);
  await button(page, "Secure Login").click();
  await expect(heading(page, "Connect your phone")).toBeVisible({ timeout: 20_000 });
});

test("somebody else at Amazon Connect is named at the summary, and nobody goes on", async ({ page, demo }) => {
  const simulator = Simulator.of(demo);
  await firstTime(page, demo, simulator);
  await simulator.turn({ claims: "admin" });
  await page.reload();
  await alive(page);
  await expect(page.getByText(/^Amazon Connect says that you are admin, but you signed in here as agent\./)).toBeVisible({
    timeout: 20_000,
  });
  await expect(link(page, "Go to Dashboard")).toHaveCount(0);
  await link(page, "Start again").click();
  await expect(page).toHaveURL(/\/docs-example\?other=1$/);
});

test.describe("a browser that keeps cookies of other sites from frames", () => {
  test.use({ ears: launched(HEARING, NO_FOREIGN_COOKIES) });

  test("asks for them by the button in the frame, and lets the person in", async ({ page, complaints }) => {
    test.setTimeout(150_000);
    complaints.allow(/requestStorageAccess/i);
    const demo = await Demo.start(undefined, "--phone-elsewhere");
    try {
      const simulator = Simulator.of(demo);
      await simulator.turn({ cookies_blocked: true });
      await visit(page, `${demo.url}/docs-example`);
      const window = await secureLogin(page);
      await simulator.signInAt(window, "agent");
      await answerForCookies(page, "granted", demo.url, simulator.url);
      // Signed in there, and nothing happens here for as long as signing in takes.
      await button(page, "Let Amazon Connect use its cookies").click({ timeout: 90_000 });
      await expect(page.getByText("Press the button of Amazon Connect below")).toBeVisible({ timeout: 20_000 });
      await page.frameLocator(".phone-frame iframe").getByRole("button", { name: "Grant access" }).click();
      await expect(heading(page, "Connect your phone")).toBeVisible({ timeout: 20_000 });
    } finally {
      await page.close();
      await demo.stop();
    }
  });
});

// Every page and state that people come to, each reached as people reach it.
import type { BrowserContext, Page } from "@playwright/test";
import { appCode } from "./authenticator";
import { AMAZON_STATES } from "./states-amazon";
import { CONFIRM_EMAIL_STATES } from "./states-confirm-email";
import { PEOPLE } from "./states-people";
import { INVITATION_STATES } from "./states-invitations";
import { MICROPHONE_STATES } from "./states-microphone";
import { ONBOARDING_STATES } from "./states-onboarding";
import { SETTINGS_STATES } from "./states-settings";
import { SSO_CONSOLE_STATES } from "./states-sso-console";
import { PHONE_STATES } from "./states-phone";
import { DESK_STATES } from "./states-desk";
import { PRESENCE_STATES } from "./states-presence";
import { SSO_STATES } from "./states-sso";
import {
  becomeAdministrator,
  button,
  type Demo,
  enterCode,
  enterPassword,
  expect,
  field,
  heading,
  link,
  lock,
  otherThan,
  reachCode,
  signInByApi,
  visit,
} from "./test";
import { PERSONS } from "./states-persons";

export interface Stage {
  page: Page;
  context: BrowserContext;
  demo: Demo;
}

export const STATES: Record<string, (stage: Stage) => Promise<void>> = {
  ...AMAZON_STATES,
  ...CONFIRM_EMAIL_STATES,
  ...INVITATION_STATES,
  ...MICROPHONE_STATES,
  ...PERSONS,
  ...PHONE_STATES,
  ...ONBOARDING_STATES,
  ...SETTINGS_STATES,
  ...SSO_CONSOLE_STATES,
  ...DESK_STATES,
  ...PRESENCE_STATES,
  ...SSO_STATES,
  ...PEOPLE,
  finder: async ({ page }) => {
    await visit(page, "/");
    await expect(heading(page, "Find your company")).toBeVisible();
  },
  "finder-unknown": async ({ page }) => {
    await visit(page, "/");
    await field(page, "Company name or instance alias").fill("Initech");
    await button(page, "Continue").click();
    await expect(page.getByText("We know no company by that name.")).toBeVisible();
  },
  company: async ({ page }) => {
    await visit(page, "/acme");
    await expect(heading(page, "Acme Support")).toBeVisible();
  },
  "company-empty-fields": async ({ page }) => {
    await visit(page, "/acme");
    await button(page, "Sign in").click();
    await expect(page.getByText("Type your password.")).toBeVisible();
  },
  "company-wrong-password": async ({ page, demo }) => {
    await visit(page, "/acme");
    await enterPassword(page, demo.agent().account, "not the password at all");
    await expect(page.getByText("Account and password do not match.")).toBeVisible();
  },
  "company-wait": async ({ page, demo }) => {
    const who = demo.agent();
    const wrong = (password: string) =>
      page.request.post(`${demo.url}/api/v1/companies/acme/sign-in`, { data: { account: who.account, password } });
    for (let tries = 1; tries <= 5; tries++) await wrong(`wrong number ${tries}`);
    await visit(page, "/acme");
    await enterPassword(page, who.account);
    await expect(page.getByText(/^Too many tries\./)).toBeVisible();
  },
  "company-signed-in": async ({ page, demo }) => {
    await signInByApi(page.request, demo, demo.agent());
    await visit(page, "/acme");
    await expect(page.getByText(/^You are signed in as/)).toBeVisible();
  },
  "company-another-account": async ({ page, demo }) => {
    await signInByApi(page.request, demo, demo.agent());
    await visit(page, "/acme?other=1");
    await expect(page.getByText(/^Signing in here signs out/)).toBeVisible();
  },
  "company-signed-out": async ({ page }) => {
    await visit(page, "/acme?notice=signed_out");
    await expect(page.getByText("You are signed out.")).toBeVisible();
  },
  "unknown-company": async ({ page }) => {
    await visit(page, "/no-such-company");
    await expect(heading(page, "There is no company here")).toBeVisible();
  },
  "unknown-page": async ({ page }) => {
    await visit(page, "/acme/no-such-page");
    await expect(heading(page, "There is no page here")).toBeVisible();
  },
  stopped: async ({ page }) => {
    await visit(page, "/acme/stopped?reason=account_disabled&reference=0198f6b2-7c1e-7d55-a1c3-2f7f9f5c3a10");
    await expect(heading(page, "You cannot sign in yet")).toBeVisible();
  },
  terms: async ({ page }) => {
    await visit(page, "/acme/terms");
    await expect(heading(page, "Terms of Service")).toBeVisible();
  },
  privacy: async ({ page }) => {
    await visit(page, "/acme/privacy");
    await expect(heading(page, "Privacy Policy")).toBeVisible();
  },
  "browser-link": async ({ page }) => {
    await visit(page, "/acme/browser-link?account=agent");
    await expect(heading(page, "Open this browser by e-mail")).toBeVisible();
  },
  "browser-link-open": async ({ page }) => {
    await visit(page, "/acme/browser-link?token=whatever");
    await expect(heading(page, "Open this browser")).toBeVisible();
  },
  invitation: async ({ page, demo }) => {
    await visit(page, invitation(demo));
    await expect(heading(page, "Set your password")).toBeVisible();
  },
  "invitation-dead": async ({ page }) => {
    await visit(page, "/invitation?token=ended");
    await expect(heading(page, "This link does not work any more")).toBeVisible();
  },
  "forgot-password": async ({ page }) => {
    await visit(page, "/acme/forgot-password");
    await expect(heading(page, "Forgot Password")).toBeVisible();
  },
  "forgot-password-sent": async ({ page }) => {
    await STATES["forgot-password"]?.({ page } as Stage);
    await field(page, "Account").fill("nobody-at-all");
    await button(page, "Send link").click();
    await expect(page.getByText("If this account exists,")).toBeVisible();
  },
  "reset-password": async ({ page, demo }) => {
    const who = demo.agent();
    await page.request.post(`${demo.url}/api/v1/companies/acme/forgot-password`, { data: { account: who.account } });
    const letter = await demo.mail.wait(who.email, /Choose a new password/);
    await visit(page, /http:\/\/\S+\/reset-password\S+/.exec(letter.text)?.[0] ?? "no link");
    await expect(heading(page, "Choose a new password")).toBeVisible();
  },
  "reset-password-dead": async ({ page }) => {
    await visit(page, "/reset-password?token=ended");
    await expect(heading(page, "This link does not work any more")).toBeVisible();
  },
  "change-password": async ({ page }) => {
    await visit(page, "/acme");
    await enterPassword(page, "agent-first-day");
    await expect(heading(page, "Change your temporary password")).toBeVisible();
  },
  "change-password-refused": async ({ page }) => {
    await STATES["change-password"]?.({ page } as Stage);
    await field(page, "New password").fill("password");
    await button(page, "Save password").click();
    await expect(page.getByText("Strangers try this password first.")).toBeVisible();
  },
  code: async ({ page, demo }) => {
    await reachCode(page, demo, demo.agent());
    await expect(button(page, "Resend")).toBeDisabled();
  },
  "code-wrong": async ({ page, demo }) => {
    const code = await reachCode(page, demo, demo.agent());
    for (const step of [1, 2, 3, 4]) {
      await enterCode(page, otherThan(code, step));
      await expect(field(page, "Authentication code")).toHaveValue("");
    }
    await expect(page.getByText("You have 1 login attempt before your account is locked")).toBeVisible();
  },
  "code-another-way": async ({ page, demo }) => {
    await reachCode(page, demo, demo.agent());
    await page.getByText("Try another way", { exact: true }).click();
    await expect(page.getByText(/Your administrator can give you a backup code/)).toBeVisible();
  },
  "code-app": async ({ page }) => {
    await visit(page, "/acme");
    await enterPassword(page, "agent-totp");
    await expect(page.getByText("Open the authenticator app on your phone")).toBeVisible();
  },
  "code-backup": async ({ page }) => {
    await STATES["code-app"]?.({ page } as Stage);
    await page.getByText("Try another way", { exact: true }).click();
    await button(page, "Backup code").click();
    await expect(page.getByText("Type one of the backup codes you saved")).toBeVisible();
  },
  "setup-choose": async ({ page, demo }) => {
    await reachSetup(page, demo);
    await expect(button(page, "Authenticator app")).toBeVisible();
  },
  "setup-app": async ({ page, demo }) => {
    await reachSetup(page, demo);
    await button(page, "Authenticator app").click();
    await expect(page.getByRole("img", { name: "QR code for your authenticator app" })).toBeVisible();
  },
  "setup-codes": async ({ page, demo }) => {
    await reachSetup(page, demo);
    await button(page, "Code by e-mail").click();
    await expect(heading(page, "Save your backup codes")).toBeVisible();
  },
  locked: async ({ page, demo }) => {
    const code = await reachCode(page, demo, demo.agent());
    for (const step of [1, 2, 3, 4]) {
      await enterCode(page, otherThan(code, step));
      await expect(field(page, "Authentication code")).toHaveValue("");
    }
    await enterCode(page, otherThan(code, 5));
    await expect(page.getByText("Your account is locked.")).toBeVisible();
  },
  desk: async ({ page, demo }) => {
    await signInByApi(page.request, demo, demo.agent());
    await visit(page, "/acme/desk");
    await expect(heading(page, "Home Dashboard")).toBeVisible();
  },
  "desk-menu": async ({ page, demo }) => {
    await signInByApi(page.request, demo, demo.agent());
    await visit(page, "/acme/desk");
    await page.locator("summary").filter({ hasText: "You" }).click();
    await expect(button(page, "Sign out everywhere")).toBeVisible();
  },
  security: async ({ page, demo }) => {
    await signInByApi(page.request, demo, demo.agent());
    await visit(page, "/acme/profile/security");
    await expect(heading(page, "Security Settings")).toBeVisible();
  },
  "security-add-app": async (stage) => {
    await STATES.security?.(stage);
    await button(stage.page, "Add authenticator app").click();
    await expect(stage.page.locator(".secret")).toBeVisible();
  },
  "security-backup-codes": async (stage) => {
    await STATES["security-add-app"]?.(stage);
    const { page } = stage;
    await field(page, "Device name").fill("Pixel 8");
    await field(page, "Authentication code").fill(appCode(await page.locator(".secret").innerText()));
    await button(page, "Verify").click();
    await expect(page.getByRole("heading", { name: "Save your backup codes" })).toBeVisible();
  },
  "security-no-codes": async (stage) => {
    await STATES["security-backup-codes"]?.(stage);
    await stage.page.keyboard.press("Escape");
    await expect(stage.page.getByText("You have no backup codes.")).toBeVisible();
    await expect(stage.page.getByText("Authenticator app: Pixel 8")).toBeVisible();
  },
  "security-email": async (stage) => {
    await STATES.security?.(stage);
    await button(stage.page, "Reset").click();
    await expect(button(stage.page, "Resend")).toBeDisabled();
  },
  "security-turn-off": async (stage) => {
    await STATES["security-no-codes"]?.(stage);
    await stage.page.getByRole("button", { name: /^Turn off: E-mail/ }).click();
    await expect(stage.page.getByRole("dialog")).toBeVisible();
  },
  "security-password": async (stage) => {
    await STATES.security?.(stage);
    await button(stage.page, "Change password").click();
    await field(stage.page, "New password").fill("seven slow");
    await button(stage.page, "Save password").click();
    await expect(stage.page.getByText("Type your current password.")).toBeVisible();
  },
  "console-forbidden": async ({ page, demo }) => {
    await signInByApi(page.request, demo, demo.agent());
    await visit(page, "/acme/console/users");
    await expect(heading(page, "This page is for administrators")).toBeVisible();
  },
  console: async ({ page, context, demo }) => {
    await becomeAdministrator(context, demo);
    await visit(page, "/acme/console/users");
    await expect(page.getByRole("table").getByRole("link").first()).toBeVisible();
  },
  "console-locked": async ({ page, context, demo }) => {
    await becomeAdministrator(context, demo);
    await visit(page, "/acme/console/users?view=locked");
    await expect(page.getByRole("table").getByRole("link").first()).toBeVisible();
  },
  "console-nobody": async ({ page, context, demo }) => {
    await becomeAdministrator(context, demo);
    await visit(page, "/acme/console/users?search=nobody+is+called+this");
    await expect(page.getByText("Nobody matches.")).toBeVisible();
  },
  "console-unknown-page": async ({ page, context, demo }) => {
    await becomeAdministrator(context, demo);
    await visit(page, "/acme/console/weather");
    await expect(heading(page, "There is no such page")).toBeVisible();
  },
  policy: async ({ page, context, demo }) => {
    await becomeAdministrator(context, demo);
    await visit(page, "/acme/console/2fa-policy");
    await expect(button(page, "Save")).toBeVisible();
  },
  "policy-sure": async ({ page, context, demo }) => {
    await STATES.policy?.({ page, context, demo });
    await field(page, "E-mail").uncheck();
    await button(page, "Save").click();
    await expect(page.getByText(/people must set something up/)).toBeVisible();
  },
  "policy-flawed": async ({ page, context, demo }) => {
    await STATES.policy?.({ page, context, demo });
    await field(page, "Minutes it can be used").fill("0");
    await button(page, "Save").click();
    await expect(page.getByText(/^Enter a whole number of minutes/)).toBeVisible();
  },
  audit: async ({ page, context, demo }) => {
    await becomeAdministrator(context, demo);
    await visit(page, "/acme/console/audit");
    await expect(link(page, "Older")).toBeVisible();
  },
  "audit-nothing": async ({ page, context, demo }) => {
    await becomeAdministrator(context, demo);
    await visit(page, "/acme/console/audit?person=nobody+is+called+this");
    await expect(page.getByText("Nothing fits.")).toBeVisible();
  },
  person: async ({ page, context, demo }) => {
    await becomeAdministrator(context, demo);
    await visit(page, "/acme/console/users?search=agent-first-day");
    await link(page, "Finn Ferrari").click();
    await expect(page.getByRole("heading", { name: "Finn Ferrari" })).toBeVisible();
  },
  "person-locked": async ({ page, context, demo }) => {
    const who = demo.agent();
    await lock(page.request, demo, who);
    await becomeAdministrator(context, demo);
    await visit(page, `/acme/console/users?search=${who.account}`);
    await page.getByRole("table").getByRole("link").first().click();
    await expect(button(page, "Unlock")).toBeVisible();
  },
  "backup-code": async ({ page, context, demo }) => {
    const who = demo.agent();
    await becomeAdministrator(context, demo);
    await visit(page, `/acme/console/users?search=${who.account}`);
    await page.getByRole("table").getByRole("link").first().click();
    await button(page, "Backup code").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason", { exact: true }).selectOption("Phone lost or stolen");
    await dialog.getByRole("button", { name: "Backup code" }).click();
    await expect(dialog.locator("code")).toBeVisible();
  },
  "reset-two-factor": async ({ page, context, demo }) => {
    await STATES["person-locked"]?.({ page, context, demo });
    await button(page, "Reset two-factor").click();
    await expect(page.getByRole("dialog")).toBeVisible();
  },
  unlock: async ({ page, context, demo }) => {
    await STATES["person-locked"]?.({ page, context, demo });
    await button(page, "Unlock").click();
    await expect(page.getByRole("dialog")).toBeVisible();
  },
};

/** To where a second way is set up: somebody whose ways an administrator has just reset. */
async function reachSetup(page: Page, demo: Demo): Promise<void> {
  const who = demo.agent();
  const admin = await page.context().browser()?.newContext({ baseURL: demo.url });
  if (!admin) throw new Error("no browser");
  await becomeAdministrator(admin, demo);
  const { users } = await (await admin.request.get(`/api/v1/users?search=${who.account}`)).json();
  const reset = await admin.request.post(`/api/v1/users/${users[0].id}/reset-two-factor`, {
    data: { reason: "A new phone" },
    headers: { origin: demo.url },
  });
  expect(reset.status(), await reset.text()).toBe(200);
  await admin.close();
  await enterCode(page, await reachCode(page, demo, who));
  await expect(heading(page, "Set up two-factor authentication")).toBeVisible();
}

/** The address in the demo's one live invitation. */
function invitation(demo: Demo): string {
  const letter = demo.mail.first(/Set your password/);
  return /http:\/\/\S+\/invitation\S+/.exec(letter.text)?.[0] ?? "no link";
}

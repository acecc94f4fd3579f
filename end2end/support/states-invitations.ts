// What becomes of invitations, and where a company decides about them.
import type { APIRequestContext } from "@playwright/test";
import type { Stage } from "./states";
import { becomeAdministrator, button, type Demo, expect, field, heading, PASSWORD, visit } from "./test";
import { inviteByLink } from "./welcome";

/** Somebody whom the demo has not let in yet. */
export interface Newcomer {
  id: string;
  name: string;
  username: string;
  email: string;
}

const taken = new WeakMap<Demo, Set<string>>();

/** Somebody with this status whom no test has been yet. The request is an administrator's. */
export async function newcomer(request: APIRequestContext, demo: Demo, ...statuses: string[]): Promise<Newcomer> {
  const used = taken.get(demo) ?? new Set<string>();
  taken.set(demo, used);
  // Whom the demo has mailed already others may want.
  const mailed = (email: string) => demo.mail.all(email).length > 0;
  const { users } = await (await request.get(`${demo.url}/api/v1/users?view=invited`)).json();
  for (const status of statuses)
    for (const user of users)
      if (user.status === status && !mailed(user.email) && !used.has(user.id)) {
        used.add(user.id);
        return user;
      }
  throw new Error(`nobody of the demo is ${statuses.join(" or ")} any more`);
}

/** As an administrator's page does it. Answers the person's detail. */
export async function invite(request: APIRequestContext, demo: Demo, who: Newcomer) {
  const answer = await request.post(`${demo.url}/api/v1/users/${who.id}/invite`, { headers: { origin: demo.url } });
  expect(answer.status(), await answer.text()).toBe(200);
  return answer.json();
}

export async function takeBack(request: APIRequestContext, demo: Demo, who: Newcomer): Promise<void> {
  const answer = await request.delete(`${demo.url}/api/v1/users/${who.id}/invitation`, {
    headers: { origin: demo.url },
  });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** The address in an invitation: the first one that somebody was sent, or a later one. */
export async function mailedLink(demo: Demo, who: Newcomer, number = 1): Promise<string> {
  const letter = await demo.mail.wait(who.email, /Set your password/, number);
  return /http:\/\/\S+\/invitation\S+/.exec(letter.text)?.[0] ?? "no link";
}

/** The link of somebody whose invitation the demo let end. */
export const endedLink = (who: Newcomer) => `/invitation?token=ended-${who.username}`;

/** An administrator's requests, apart from the page's own cookies. */
export async function asAdministrator<T>(
  { page, demo }: Pick<Stage, "page" | "demo">,
  act: (request: APIRequestContext) => Promise<T>,
): Promise<T> {
  const context = await page.context().browser()?.newContext({ baseURL: demo.url });
  if (!context) throw new Error("no browser");
  await becomeAdministrator(context, demo);
  const answer = await act(context.request);
  await context.close();
  return answer;
}

const ANYBODY = ["pending", "invited", "expired"];

export const INVITATION_STATES: Record<string, (stage: Stage) => Promise<void>> = {
  invitations: async ({ page, context, demo }) => {
    await becomeAdministrator(context, demo);
    await inviteByLink(context.request, demo);
    await visit(page, "/acme/console/invitations");
    await expect(page.getByText("Set your password for Acme Support")).toBeVisible();
  },
  "invitations-temporary": async (stage) => {
    await INVITATION_STATES.invitations?.(stage);
    await field(stage.page, "A temporary password").check();
    await expect(stage.page.getByText(/Login Password: ••••/)).toBeVisible();
  },
  "invitations-flawed": async (stage) => {
    await INVITATION_STATES.invitations?.(stage);
    await field(stage.page, "Days").fill("15");
    await button(stage.page, "Save").click();
    await expect(stage.page.getByText("Enter a whole number of days from 1 to 14.")).toBeVisible();
  },
  "invitation-ended": async ({ page, demo }) => {
    const who = await asAdministrator({ page, demo }, (request) => newcomer(request, demo, "expired"));
    await visit(page, endedLink(who));
    await expect(button(page, "Ask for a new link")).toBeVisible();
  },
  "invitation-asked": async (stage) => {
    await INVITATION_STATES["invitation-ended"]?.(stage);
    await button(stage.page, "Ask for a new link").click();
    await expect(stage.page.getByText("Your administrators have been told.")).toBeVisible();
  },
  "invitation-accepted": async ({ page, demo }) => {
    const link = await asAdministrator({ page, demo }, async (request) => {
      await inviteByLink(request, demo);
      const who = await newcomer(request, demo, ...ANYBODY);
      await invite(request, demo, who);
      return mailedLink(demo, who);
    });
    const token = new URL(link).searchParams.get("token");
    const data = { token, password: PASSWORD };
    const accepted = await page.request.post(`${demo.url}/api/v1/invitations/accept`, { data });
    expect(accepted.status(), await accepted.text()).toBe(200);
    await visit(page, link);
    await expect(page.getByText("This link was used: your password is set.")).toBeVisible();
  },
  "invitation-replaced": async ({ page, demo }) => {
    const link = await asAdministrator({ page, demo }, async (request) => {
      await inviteByLink(request, demo);
      const who = await newcomer(request, demo, ...ANYBODY);
      await invite(request, demo, who);
      const old = await mailedLink(demo, who);
      await invite(request, demo, who);
      return old;
    });
    await visit(page, link);
    await expect(page.getByText("A newer e-mail has replaced this one.")).toBeVisible();
  },
  "invitation-cancelled": async ({ page, demo }) => {
    const link = await asAdministrator({ page, demo }, async (request) => {
      await inviteByLink(request, demo);
      const who = await newcomer(request, demo, ...ANYBODY);
      await invite(request, demo, who);
      const sent = await mailedLink(demo, who);
      await takeBack(request, demo, who);
      return sent;
    });
    await visit(page, link);
    await expect(page.getByText("This invitation was taken back.")).toBeVisible();
  },
};

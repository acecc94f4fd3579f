// Companies that tests create, as people create them.
import type { APIRequestContext } from "@playwright/test";
import { type Demo, expect, PASSWORD } from "./test";

export interface Founded {
  alias: string;
  name: string;
  email: string;
}

let made = 0;

/** Names that no other test of this worker takes. */
export function freshCompany(): Founded {
  const alias = `initech-${process.pid}-${++made}`;
  return { alias, name: `Initech ${process.pid} ${made}`, email: `bill@${alias}.example` };
}

/** Creates a company by the API; nobody has opened it yet. */
export async function found(request: APIRequestContext, demo: Demo, more: object = {}): Promise<Founded> {
  const company = freshCompany();
  const answer = await request.post(`${demo.url}/api/v1/onboarding`, {
    data: {
      name: company.name,
      alias: company.alias,
      language: "en",
      time_zone: "Europe/Berlin",
      admin_name: "Bill Lumbergh",
      admin_email: company.email,
      ...more,
    },
    headers: { origin: demo.url },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  return company;
}

/** The address in the mail that opens a company. */
export async function openingLink(demo: Demo, { email }: Founded): Promise<string> {
  const letter = await demo.mail.wait(email, /set your password/);
  const address = /http:\/\/\S+\/invitation\S+/.exec(letter.text)?.[0];
  if (!address) throw new Error(`no link in:\n${letter.text}`);
  return address;
}

/** Opens a company by the API: its first administrator is signed in. */
export async function open(request: APIRequestContext, demo: Demo, company: Founded): Promise<void> {
  const token = new URL(await openingLink(demo, company)).searchParams.get("token");
  const accepted = await request.post(`${demo.url}/api/v1/invitations/accept`, {
    data: { token, password: PASSWORD },
    headers: { origin: demo.url },
  });
  expect(accepted.status(), await accepted.text()).toBe(200);
  const { attempt } = await accepted.json();
  const letter = await demo.mail.wait(company.email, /sign-in code/);
  const code = /^\s*(\d{6})\s*$/m.exec(letter.text)?.[1];
  const entered = await request.post(`${demo.url}/api/v1/sign-in/code`, { data: { attempt, code } });
  expect(entered.status(), await entered.text()).toBe(200);
}

// Who can sign in at the providers: anybody. An address is all there is to a login; everything else follows from it,
// the same at every start. What is claimed of it differs between the kinds, as it does in the world.
import { createHash } from "node:crypto";

/** Microsoft's tenants, by the domain that is verified there. */
export const TENANTS = {
  "acme.example": "7c3f8a52-5b1e-4f0e-9d3a-2f6a1c9b0e44",
  "northwind.example": "b1d5a0c7-3e94-4c68-8f27-6a90d2e5c813",
  "initech.example": "e2a97b40-8c15-4d3b-a6f1-95c0473d8e6b",
};

/** Where Microsoft keeps people without a company; this one is real. */
const PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad";

/** What each provider offers to choose from, with what is special about it. */
export const LISTED = {
  google: {
    "agent-sso@acme.example": "",
    "agent@acme.example": "",
    "visitor@initech.example": "of another company",
    "somebody@mail.example": "of no company",
  },
  office365: {
    "agent-sso@acme.example": "",
    "lead@acme.example": "",
    "visitor@initech.example": "of another company",
    "somebody@mail.example": "of no company",
  },
  northwind: {
    "two-companies@northwind.example": "",
    "sso-only@northwind.example": "",
    "admin@northwind.example": "",
    "agent@northwind.example": "",
    "agent-no-list@northwind.example": "",
    "newcomer@northwind.example": "unknown to Callgate",
  },
};

/** Logins that were used, by their subject: what the providers' sessions know of a person. */
const used = new Map();

/** The login of an address at a provider of this kind. */
export function login(kind, address) {
  const email = address.trim().toLowerCase();
  const [local, domain] = email.split("@");
  const word = local.replace(/[^a-z0-9]+/g, " ").trim();
  const found = {
    kind,
    email,
    domain,
    subject: subject(kind, email),
    name: word.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()) || email,
    tenant: TENANTS[domain] ?? PERSONAL,
  };
  used.set(found.subject, found);
  return found;
}

export const isAddress = (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text?.trim() ?? "");

export const ofSubject = (subject) => used.get(subject);

/** What a provider says of a login. Which of it comes in the token and which by userinfo, its settings decide. */
export function claims({ kind, email, domain, subject, name, tenant }) {
  const common = { sub: subject, email, name };
  switch (kind) {
    case "google":
      return { ...common, email_verified: true, ...(domain in TENANTS && { hd: domain }) };
    case "office365":
      return {
        ...common,
        preferred_username: email,
        oid: uuid(`object ${email}`),
        tid: tenant,
        ver: "2.0",
        // Microsoft says so of addresses whose domain its tenant has proven.
        ...(domain in TENANTS && { xms_edov: true }),
      };
    default:
      return { ...common, email_verified: true, preferred_username: email };
  }
}

function subject(kind, email) {
  const hash = digest(`${kind} ${email}`);
  switch (kind) {
    case "google":
      return BigInt(`0x${hash.toString("hex").slice(0, 16)}`).toString().padStart(21, "1");
    case "office365":
      return hash.toString("base64url");
    default:
      // It numbers its people by name, so that the demo can know who has been there before.
      return `${kind}-${email.split("@")[0]}`;
  }
}

const digest = (text) => createHash("sha256").update(text).digest();

function uuid(text) {
  const hex = digest(text).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}

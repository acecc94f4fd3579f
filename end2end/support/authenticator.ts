// An authenticator app that is not ours: Debian's `oathtool`.
import { execFileSync } from "node:child_process";

/** The six digits that an app with this secret shows, now or so many seconds away from it. */
export function appCode(secret: string, off = 0): string {
  const at = new Date(Date.now() + off * 1000).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
  const typed = secret.replaceAll(" ", "");
  return execFileSync("oathtool", ["--totp", "--base32", `--now=${at}`, typed], { encoding: "utf8" }).trim();
}

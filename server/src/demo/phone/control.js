// Keeps the simulator's own page up to date, and lets its buttons and switches work without leaving it.
const now = document.getElementById("now");

async function look() {
  const text = await (await fetch("/", { cache: "no-store" })).text();
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("now");
  // A button that has the focus would lose it.
  if (fresh.innerHTML !== now.innerHTML && !now.contains(document.activeElement)) now.innerHTML = fresh.innerHTML;
}

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const typed = new URLSearchParams(new FormData(event.target, event.submitter));
  await fetch("/act", { method: "POST", body: typed });
  document.activeElement?.blur();
  await look();
});
document.addEventListener("change", ({ target }) => target.form?.classList.contains("switches") && target.form.requestSubmit());
setInterval(() => look().catch(() => undefined), 1000);

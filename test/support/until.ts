/** Waits for a condition, for a while; what a spec then asserts says whether it came. */
export async function until(reached: () => boolean | Promise<boolean>, forMs = 5_000): Promise<void> {
  const deadline = Date.now() + forMs;
  while (!(await reached()) && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 5));
}

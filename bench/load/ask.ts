/** Asks the API for what a workload needs before it is measured. @throws with the answer when it is refused */
export async function ask(url: string, path: string, body: object): Promise<{ readonly id: string }> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`);
  return (text.startsWith("{") ? JSON.parse(text) : { id: "" }) as { id: string };
}

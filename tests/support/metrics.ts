/** The value of one series of a server's metrics, by its name with its labels; 0 where the server has none of it. */
export async function metricOf({ url }: { readonly url: string }, series: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.split(' ')[1] ?? 0);
}

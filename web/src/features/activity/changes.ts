export interface Change {
  name: string;
  before: string;
  after: string;
  same: boolean;
}

function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Every field of either side, what changed first. */
export function changesIn(before: Readonly<Record<string, unknown>> | null, after: Readonly<Record<string, unknown>> | null): Change[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.map((name): Change => {
    const was = shown(before?.[name]);
    const is = shown(after?.[name]);
    return { name, before: was, after: is, same: was === is };
  }).sort((a, b) => Number(a.same) - Number(b.same));
}

/** Why something was done, in words: the undo of a job without a reason has none either. */
export function whyOf({ reason, ticket }: { reason?: string | null; ticket?: string | null }): string[] {
  return [reason?.replace(/^Undo:\s*$/, '') ?? '', ticket ?? ''].filter(Boolean);
}

import type { ActionName } from '../api/client';
import { ACTION_WORD, isActionName, verbWord } from './actionWords';
import { t } from './i18n';
import { plural } from './numbers';

/** An action, or several in one. */
export type BulkName = ActionName | 'contain' | 'offboard';

const COMPOSITE_WORD: Readonly<Record<string, string>> = { contain: t('Contain'), offboard: t('Offboard'), undo_offboard: t('Undo offboarding') };

/** `told` is what the server calls it: the title of a connector's own action. */
export function bulkWord(name: string, told?: string): string {
  return isActionName(name) ? ACTION_WORD[name] : COMPOSITE_WORD[name] ?? told ?? verbWord(name);
}

/** "Suspend: 37 users" */
export function bulkTitle({ action, words }: { action: string; words?: string }, users: number): string {
  return `${bulkWord(action, words)}: ${plural(users, 'user')}`;
}

/** What is destroyed cannot be brought back everywhere: the button is red, and the phrase is asked for. */
export function isDestructive(name: string): boolean {
  return name === 'delete' || name === 'offboard';
}

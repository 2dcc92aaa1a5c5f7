import { t } from '../../shared/i18n';

const BROWSERS: readonly [RegExp, string][] = [
  [/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/HeadlessChrome\/|Chrome\//, 'Chrome'], [/Firefox\//, 'Firefox'], [/Safari\//, 'Safari'], [/^curl\//, 'curl'], [/^tenantry/i, 'tenantry'],
];
const SYSTEMS: readonly [RegExp, string][] = [[/Windows/, 'Windows'], [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux']];

/** "Firefox on Linux" of what a browser says about itself; what is not known is said to be so. */
export function agentWords(agent: string | null): string {
  if (!agent) return t('Unknown program');
  const name = BROWSERS.find(([pattern]) => pattern.test(agent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1];
  if (!name) return agent.slice(0, 60);
  return system ? t('{name} on {system}', { name, system }) : name;
}

import { useLocalStorage } from '@mantine/hooks';

export type Density = 'compact' | 'comfortable';

/** How the lists are drawn on this computer. */
export function useDensity() {
  return useLocalStorage<Density>({ key: 'tenantry-density', defaultValue: 'compact', getInitialValueInEffect: false });
}

/** Whether single letters act on the list (WCAG 2.1.4: they can be switched off). */
export function useLetterKeys() {
  return useLocalStorage<boolean>({ key: 'tenantry-letter-keys', defaultValue: true, getInitialValueInEffect: false });
}

export const ROW_PX: Record<Density, number> = { compact: 36, comfortable: 44 };

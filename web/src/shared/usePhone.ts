import { useMediaQuery } from '@mantine/hooks';

const PHONE = '(max-width: 700px)';

/** Whether the page is as narrow as on a phone; known at the first drawing. */
export function usePhone(): boolean {
  return useMediaQuery(PHONE, matchMedia(PHONE).matches);
}

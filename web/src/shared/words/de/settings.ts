/** German: only said in features/settings. */
export const settings: Readonly<Record<string, string>> = {
  'As the system': 'Wie das System',
  'As your organization keeps it.': 'Wie Ihre Organisation es führt.',
  'Dark': 'Dunkel',
  'Kept on this computer only.': 'Nur auf diesem Rechner gespeichert.',
  'Language': 'Sprache',
  'Light': 'Hell',
  'Server': 'Server',
  'Theme': 'Thema',
  'This browser': 'Dieser Browser',
  'U unlocks, S suspends, G U goes to Users, in a list that has the focus. Press ? for all keys.': 'U entsperrt, S sperrt, G U geht zu den Benutzern, in einer Liste mit dem Fokus. ? zeigt alle Tasten.',
};

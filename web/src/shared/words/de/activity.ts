/** German: only said in features/activity. */
export const activity: Readonly<Record<string, string>> = {
  'Any action': 'Jede Aktion',
  'Any outcome': 'Jeder Ausgang',
  'Before and after': 'Vorher und nachher',
  'Correlation': 'Korrelation',
  'Detail': 'Näheres',
  'Every action, every change of a connection and every refusal appears here.': 'Jede Aktion, jede Änderung einer Verbindung und jede Ablehnung erscheint hier.',
  'From where': 'Von wo',
  'No entry matches': 'Kein Eintrag passt',
  'None given': 'Nicht angegeben',
  'Nothing was done yet': 'Noch nichts wurde getan',
  'Outcome': 'Ausgang',
  'Search activity': 'Aktivität durchsuchen',
  'Since': 'Seit',
  'The server itself': 'Der Server selbst',
  'Who, whom, what or ticket': 'Wer, wen, was oder Ticket',
};

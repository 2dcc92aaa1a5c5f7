// The layer order must be the first thing any style sheet says.
import './styles/layers.css';
import './styles/mantine';
import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/badges.css';
import './styles/users.css';
import './styles/lists.css';
import './styles/bulk.css';
import './styles/pages.css';
import './styles/drawer.css';
import './styles/organizations.css';
import './styles/session.css';
import './styles/authority.css';
import './styles/phone.css';

import { loadLanguage } from './shared/i18n';

// The words come first: modules make their texts when they are loaded. Then all that the first page needs, at once.
void loadLanguage().then(() => {
  const start = import('./app/start');
  void import('./app/Shell');
  if (location.pathname === '/' || location.pathname === '/users') void import('./features/users/UsersPage');
  return start;
}).then(({ start }) => { start(); });

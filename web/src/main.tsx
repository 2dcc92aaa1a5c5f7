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
import './styles/drawer.css';
import './styles/organizations.css';
import './styles/session.css';
import './styles/phone.css';

import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { queryClient } from './app/queries';
import { router } from './app/router';
import { theme } from './app/theme';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <MantineProvider theme={theme} withCssVariables={false} withGlobalClasses={false}
    colorSchemeManager={localStorageColorSchemeManager({ key: 'tenantry-theme' })} defaultColorScheme="auto">
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </MantineProvider>,
);

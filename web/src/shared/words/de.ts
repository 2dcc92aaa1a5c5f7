import { activity } from './de/activity';
import { app } from './de/app';
import { connectors } from './de/connectors';
import { jobs } from './de/jobs';
import { organizations } from './de/organizations';
import { overview } from './de/overview';
import { roles } from './de/roles';
import { session } from './de/session';
import { settings } from './de/settings';
import { shared } from './de/shared';
import { users } from './de/users';

/** German. The keys are the English words as they are written in the code; a feature's own words stand in its own file. */
export const de: Readonly<Record<string, string>> = { ...activity, ...app, ...connectors, ...jobs, ...organizations, ...overview, ...roles, ...session, ...settings, ...shared, ...users };

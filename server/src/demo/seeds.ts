import type { Role } from '@alongside/sdk/protocol';
import type { Identity } from '../identity/open-identity.ts';

export const DEMO_SITE = 'demo';
/** The person as whom `/demo/both` signs a browser in. */
export const DEMO_AGENT = 'Ana';

const PEOPLE: readonly { name: string; role: Role }[] = [
  { name: DEMO_AGENT, role: 'agent' },
  { name: 'Ben', role: 'agent' },
  { name: 'Sam', role: 'admin' },
];

/** Makes the demo's site and people where they are missing; answers the people's names. */
export async function seedDemo({ sites, accounts }: Identity): Promise<string[]> {
  await sites.add({
    key: DEMO_SITE,
    name: 'Hollow Lane Cycles',
    settings: {
      name: 'Chat with us',
      corner: 'end',
      greeting: 'Questions about a bicycle? Write to us.',
    },
    origins: [],
  });
  for (const { name, role } of PEOPLE) {
    const found = await accounts.findByName(DEMO_SITE, name);
    if (!found) await accounts.add({ site: DEMO_SITE, name, role });
  }
  return PEOPLE.map(({ name }) => name);
}

import type { Role } from '@alongside/sdk/protocol';
import type { CoBrowsePolicy } from '@alongside/sdk/shared';
import type { AuditActor } from '../events/audit-store.ts';
import type { Identity } from '../identity/open-identity.ts';
import { SINGLE_ID } from '../settings/decided-settings.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import { DEMO_CODES, DEMO_REPLIES, DEMO_TAGS } from './desk-seeds.ts';

export const DEMO_SITE = 'demo';
/** The person as whom `/demo/both` signs a browser in. */
export const DEMO_AGENT = 'Ana';

const SHOWN_FIELDS = [
  ...['name', 'given-name', 'family-name', 'street-address', 'address-line1', 'address-line2'],
  ...['postal-code', 'address-level2'],
];

/** As if the owner had saved it in the preview: agents see the pages, and the name and address that they help with. */
const DEMO_POLICY: CoBrowsePolicy = {
  preset: 'balanced',
  mask: [],
  block: [],
  deny: [],
  assetOrigins: [],
  seen: '/demo/shop/checkout.html',
  show: SHOWN_FIELDS.map((field) => `[autocomplete~="${field}"]`),
};

const PEOPLE: readonly { name: string; role: Role }[] = [
  { name: DEMO_AGENT, role: 'agent' },
  { name: 'Ben', role: 'agent' },
  { name: 'Sam', role: 'admin' },
];

/** Makes the demo's site, people and settings where they are missing; answers the people's names. */
export async function seedDemo({ sites, accounts }: Identity, settings: SettingsService): Promise<string[]> {
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
  await seedSettings(settings);
  return PEOPLE.map(({ name }) => name);
}

const SEEDS: AuditActor = { kind: 'system' };

/** Once: what somebody has changed or removed since stays so. */
async function seedSettings(settings: SettingsService): Promise<void> {
  if ((await settings.read(DEMO_SITE)).head > 0) return;
  const policy = { version: 0, value: DEMO_POLICY };
  await settings.change('co-browse-policy', DEMO_SITE, SINGLE_ID, policy, SEEDS);
  for (const value of DEMO_REPLIES) await settings.create('canned-replies', DEMO_SITE, { value }, SEEDS);
  for (const value of DEMO_TAGS) await settings.create('tags', DEMO_SITE, { value }, SEEDS);
  for (const value of DEMO_CODES) await settings.create('wrap-up-codes', DEMO_SITE, { value }, SEEDS);
}

import type { SavedSetting, SettingsWarning, Website } from '@alongside/sdk/shared';
import type { AuditActor } from '../events/audit-store.ts';
import { isLoopbackOrigin, toOrigin } from '../identity/origins.ts';
import type { Site, SitesStore } from '../identity/sites-store.ts';
import { SettingsFault } from './settings-fault.ts';
import { changeEntry } from './settings-log.ts';
import type { SettingsService } from './settings-service.ts';

export interface WebsitesPorts {
  sites: Pick<SitesStore, 'read' | 'change' | 'forget'>;
  settings: Pick<SettingsService, 'record'>;
}

/** What a site is called, whose pages may use it (T9), and how its widget looks: changed like every setting. */
export class Websites {
  readonly #ports: WebsitesPorts;

  constructor(ports: WebsitesPorts) {
    this.#ports = ports;
  }

  /** @throws SettingsFault where there is no such site */
  async read(key: string): Promise<SavedSetting<Website>> {
    const site = await this.#ports.sites.read(key);
    if (!site) throw new SettingsFault('not-found', 'there is no such site');
    return savedOf(site);
  }

  /**
   * Changes a site for whoever saw its newest version. Pages that are connected stay so; the next hello of a page,
   * and the next snippet, go by what holds then.
   * @throws SettingsFault
   */
  async change(
    key: string,
    change: { version: number; value: Website },
    actor: AuditActor,
  ): Promise<SavedSetting<Website>> {
    const { sites, settings } = this.#ports;
    const after = checked(change.value);
    await settings.record(key, async (_rows, transaction) => {
      const site = await sites.read(key, transaction);
      if (!site) throw new SettingsFault('not-found', 'there is no such site');
      if (site.version !== change.version) {
        throw new SettingsFault('stale', 'somebody has changed it since you saw it; look again');
      }
      const before = websiteOf(site);
      if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
      await sites.change(key, after, transaction);
      return { audit: [changeEntry({ actor, kind: 'website', id: key, name: after.name, before, after })] };
    });
    sites.forget(key);
    return this.read(key);
  }
}

function websiteOf({ name, origins, settings }: Site): Website {
  return { name, origins, widget: settings };
}

function savedOf(site: Site): SavedSetting<Website> {
  return {
    item: { id: site.key, version: site.version, value: websiteOf(site) },
    warnings: warningsOf(site),
  };
}

/** As it is stored: origins as browsers send them. @throws SettingsFault for what cannot be meant */
export function checked({ name, origins, widget }: Website): Website {
  const { locale, greeting, ...rest } = widget;
  const seen = new Set<string>();
  for (const [index, text] of origins.entries()) {
    const field = `origins[${index}]`;
    const origin = toOrigin(text.trim());
    if (origin === undefined) {
      const words = `“${text.slice(0, 100)}” is not one origin, such as https://www.example.com: no path, no *`;
      throw new SettingsFault('invalid', words, field);
    }
    if (seen.has(origin)) throw new SettingsFault('invalid', `${origin} stands there twice`, field);
    seen.add(origin);
  }
  if (locale !== undefined && locale !== '' && !isLanguageTag(locale)) {
    throw new SettingsFault('invalid', `“${locale}” is no language, such as de or pt-BR`, 'widget.locale');
  }
  return {
    name: name.trim(),
    origins: [...seen],
    widget: {
      ...rest,
      ...(greeting !== undefined && greeting.trim() !== '' && { greeting }),
      ...(locale !== undefined && locale !== '' && { locale }),
    },
  };
}

function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

/** What holds and will hardly be meant. */
function warningsOf({ key: id, origins, anyLoopbackOrigin }: Site): SettingsWarning[] {
  const open = origins.flatMap((origin, index) =>
    origin.startsWith('http:') && !isLoopbackOrigin(origin)
      ? [{ id, field: `origins[${index}]`, message: `${origin} is not https: others can read along` }]
      : [],
  );
  if (origins.length > 0 || anyLoopbackOrigin) return open;
  return [{ id, field: 'origins', message: 'without an address no page may use the chat' }];
}

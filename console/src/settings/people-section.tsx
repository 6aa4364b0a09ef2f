import { useSignal } from '@preact/signals';
import type { Role } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError } from '../shell/api.ts';
import { hashOf } from '../shell/router.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { Avatar, Name } from '../ui/person.tsx';
import { AssignmentForm } from './assignment-form.tsx';
import { EditForm } from './edit-form.tsx';
import { Editor, wordsOf } from './editor.ts';
import { SaidAbout, SelectField, SwitchField, TextField } from './fields.tsx';
import { Loading } from './listed-section.tsx';
import type { Account } from './settings-api.ts';
import { type SettingsState, useSettings } from './settings-state.ts';

const NEW = 'new';
const FIRST = 50;

/** Everybody who works for the site: who may sign in and as what, and what they work on. */
export function PeopleSection({ id }: { id: string | undefined }): JSX.Element {
  const settings = useSettings();
  useEffect(() => {
    void settings.loadAccounts();
    for (const kind of ['assignments', 'queues', 'skills'] as const) void settings.load(kind);
  }, [settings]);
  const accounts = settings.accounts.value;
  if (!accounts) return <Loading />;
  const open = accounts.find((each) => each.id === id);
  return (
    <div class="settings-list-and-form" data-open={id !== undefined}>
      <div class="settings-items">
        <a class="button" href={hashOf({ place: 'settings', part: `people/${NEW}` })}>
          <Icon name="plus" size={16} />
          New agent
        </a>
        <Accounts accounts={accounts} id={id} />
      </div>
      {id === NEW && <AccountForm key={NEW} account={undefined} />}
      {open && (
        <div key={open.id} class="settings-forms">
          <AccountForm account={open} />
          {open.active && <SignInLink account={open} />}
          {open.active && <AssignmentForm account={open} />}
        </div>
      )}
    </div>
  );
}

const ROLES: readonly (readonly [Role, string])[] = [
  ['agent', 'Agent'],
  ['supervisor', 'Supervisor: sees the floor, moves work'],
  ['admin', 'Administrator: changes settings too'],
];
const ROLE_NAMES: Readonly<Record<Role, string>> = {
  agent: 'Agent',
  supervisor: 'Supervisor',
  admin: 'Administrator',
};

function Accounts({ accounts, id }: { accounts: readonly Account[]; id: string | undefined }): JSX.Element {
  const words = useSignal('');
  const warnings = useSettings().list('assignments').value?.warnings ?? [];
  const warned = new Set(warnings.map((each) => each.id));
  const wanted = words.value.trim().toLowerCase();
  const found = accounts
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .sort((a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name));
  return (
    <>
      <input
        type="search"
        class="settings-find"
        aria-label="Find an agent"
        placeholder="Find an agent"
        value={words}
        onInput={(event) => {
          words.value = event.currentTarget.value;
        }}
      />
      <ul>
        {found.slice(0, FIRST).map((account) => (
          <li key={account.id}>
            <a
              class="settings-item settings-person"
              href={hashOf({ place: 'settings', part: `people/${account.id}` })}
              aria-current={account.id === id ? 'true' : undefined}
            >
              <Avatar id={account.id} name={account.name} />
              <strong>
                <Name of={account.name} />
              </strong>
              <span class="muted">{account.active ? ROLE_NAMES[account.role] : 'Deactivated'}</span>
              {warned.has(account.id) && (
                <span class="said-warning">
                  <Icon name="alert" size={16} />
                  <span class="visually-hidden">There is a warning</span>
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
      {found.length > FIRST && <p class="muted">{found.length - FIRST} more: type a part of the name.</p>}
    </>
  );
}

type AccountValue = Omit<Account, 'id'>;

function AccountForm({ account }: { account: Account | undefined }): JSX.Element {
  const settings = useSettings();
  const { identity } = useWorkspace();
  const editor = useAccountEditor(settings, account);
  const { name, role, active } = editor.draft.value;
  const isMe = account?.id === identity.agent.id;
  return (
    <EditForm
      editor={editor}
      title={account ? account.name : 'New agent'}
      onSaved={(id) => {
        settings.go(`people/${id}`);
      }}
    >
      <TextField
        field="name"
        said={editor}
        label="Name"
        hint="Visitors see it."
        maxLength={80}
        value={name}
        onChange={(value) => {
          editor.change({ name: value });
        }}
      />
      {isMe ? (
        <p class="muted">This is you. Another administrator changes your role or deactivates you.</p>
      ) : (
        <>
          <SelectField
            field="role"
            said={editor}
            label="Role"
            {...(account && { hint: 'A change ends their sessions: they sign in again with a new link.' })}
            value={role}
            options={ROLES}
            onChange={(value) => {
              editor.change({ role: value as Role });
            }}
          />
          {account && (
            <SwitchField
              label="May sign in"
              hint="Turned off, they are signed out at once, and what they have is offered to others."
              value={active}
              onChange={(value) => {
                editor.change({ active: value });
              }}
            />
          )}
        </>
      )}
    </EditForm>
  );
}

function useAccountEditor(settings: SettingsState, account: Account | undefined): Editor<AccountValue> {
  return useMemo(() => {
    const begin: AccountValue = account
      ? { name: account.name, role: account.role, active: account.active }
      : { name: '', role: 'agent', active: true };
    let known = begin;
    const editor: Editor<AccountValue> = new Editor<AccountValue>(
      { id: account?.id ?? '', version: 0, value: begin },
      {
        async save({ id, value }) {
          const saved = await (id === ''
            ? settings.api.addAccount({ name: value.name, role: value.role })
            : settings.api.changeAccount(id, differing(known, value)));
          known = { name: saved.name, role: saved.role, active: saved.active };
          await settings.loadAccounts();
          void settings.load('assignments');
          return { item: { id: saved.id, version: 0, value: known }, warnings: [] };
        },
        read: () => Promise.resolve(undefined),
      },
      { isNew: account === undefined },
    );
    return editor;
    // Its own saving changes the account, which must not begin anew.
  }, [settings, account?.id]);
}

/** Only what differs: a role or a right to sign in that is sent ends sessions. */
function differing(before: AccountValue, after: AccountValue): Partial<AccountValue> {
  return {
    ...(before.name !== after.name && { name: after.name }),
    ...(before.role !== after.role && { role: after.role }),
    ...(before.active !== after.active && { active: after.active }),
  };
}

function SignInLink({ account }: { account: Account }): JSX.Element {
  const settings = useSettings();
  const { notices } = useWorkspace();
  const link = useSignal<string | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const make = async (): Promise<void> => {
    try {
      link.value = await settings.api.signInLink(account.id);
      problem.value = undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      problem.value = wordsOf(error);
    }
  };
  return (
    <section class="sign-in-link" aria-label="Sign-in link">
      <h3>Sign-in link</h3>
      <p class="muted">Works once, for an hour. Give it to nobody else: whoever opens it is signed in.</p>
      {link.value !== undefined && (
        <div class="field-line">
          <input type="text" readOnly aria-label="Sign-in link" value={link.value} />
          <button
            type="button"
            class="button"
            onClick={() => {
              navigator.clipboard.writeText(link.value ?? '').then(
                () => {
                  notices.say('Copied.');
                },
                () => {
                  notices.say('The browser does not let it be copied. Select and copy it.', 'problem');
                },
              );
            }}
          >
            Copy
          </button>
        </div>
      )}
      <SaidAbout problem={problem.value} warning={undefined} />
      <button type="button" class="button" onClick={() => void make()}>
        Make a link
      </button>
    </section>
  );
}

import type { Plural } from './english.ts';

/** Words at the composer, where agents see what is typed. `{names}` are theirs. */
export interface DraftWords {
  readonly sees: Plural;
  readonly seesSent: Plural;
  readonly turnOff: string;
  readonly turnOn: string;
}

const english: DraftWords = {
  sees: {
    one: '{names} sees what you type, before you send it.',
    other: '{names} see what you type, before you send it.',
  },
  seesSent: { one: '{names} sees only what you send.', other: '{names} see only what you send.' },
  turnOff: 'Turn off',
  turnOn: 'Turn on',
};

const WORDS: Readonly<Record<string, DraftWords>> = {
  ar: {
    sees: { other: 'ما تكتبه يظهر أمام {names} قبل إرساله.' },
    seesSent: { other: 'لا يظهر أمام {names} إلا ما ترسله.' },
    turnOff: 'إيقاف',
    turnOn: 'تشغيل',
  },
  de: {
    sees: {
      one: '{names} sieht schon vor dem Senden, was Sie schreiben.',
      other: '{names} sehen schon vor dem Senden, was Sie schreiben.',
    },
    seesSent: { one: '{names} sieht nur, was Sie senden.', other: '{names} sehen nur, was Sie senden.' },
    turnOff: 'Ausschalten',
    turnOn: 'Einschalten',
  },
  es: {
    sees: {
      one: '{names} ve lo que escribe antes de que lo envíe.',
      other: '{names} ven lo que escribe antes de que lo envíe.',
    },
    seesSent: { one: '{names} solo ve lo que envía.', other: '{names} solo ven lo que envía.' },
    turnOff: 'Desactivar',
    turnOn: 'Activar',
  },
  fr: {
    sees: {
      one: '{names} voit ce que vous écrivez avant l’envoi.',
      other: '{names} voient ce que vous écrivez avant l’envoi.',
    },
    seesSent: {
      one: '{names} ne voit que ce que vous envoyez.',
      other: '{names} ne voient que ce que vous envoyez.',
    },
    turnOff: 'Désactiver',
    turnOn: 'Activer',
  },
  it: {
    sees: {
      one: '{names} vede quello che Lei scrive prima dell’invio.',
      other: '{names} vedono quello che Lei scrive prima dell’invio.',
    },
    seesSent: {
      one: '{names} vede solo quello che Lei invia.',
      other: '{names} vedono solo quello che Lei invia.',
    },
    turnOff: 'Disattiva',
    turnOn: 'Attiva',
  },
  ja: {
    sees: { other: '送信前の入力内容が{names}に表示されています。' },
    seesSent: { other: '送信した内容だけが{names}に表示されます。' },
    turnOff: 'オフにする',
    turnOn: 'オンにする',
  },
  nl: {
    sees: {
      one: '{names} ziet wat u typt voordat u het verstuurt.',
      other: '{names} zien wat u typt voordat u het verstuurt.',
    },
    seesSent: {
      one: '{names} ziet alleen wat u verstuurt.',
      other: '{names} zien alleen wat u verstuurt.',
    },
    turnOff: 'Uitzetten',
    turnOn: 'Aanzetten',
  },
  pt: {
    sees: {
      one: '{names} vê o que você digita antes de enviar.',
      other: '{names} veem o que você digita antes de enviar.',
    },
    seesSent: { one: '{names} só vê o que você envia.', other: '{names} só veem o que você envia.' },
    turnOff: 'Desativar',
    turnOn: 'Ativar',
  },
};

/** Those of a locale, or the English ones. */
export function draftWords(locale: string): DraftWords {
  return WORDS[locale.split('-')[0] ?? ''] ?? english;
}

/**
 * Words for those who wait, or come while it is closed, and of the menu; fetched only then. `{when}` is "tomorrow
 * at 09:00".
 */
export interface WaitingWords {
  readonly backLeave: string;
  readonly back: string;
  readonly next: string;
  readonly place: string;
  readonly range: string;
  readonly leave: string;
  readonly left: string;
  readonly leftUntil: string;
  readonly at: string;
  readonly sound: string;
}

const english: WaitingWords = {
  backLeave: 'Back {when}. Leave a message.',
  back: 'Back {when}.',
  next: 'You are next.',
  place: 'You are number {place} in line.',
  range: 'It will probably take {low} to {high} minutes.',
  leave: 'Leave a message instead',
  left: 'Your message is with us. You need not wait; the answer will be here.',
  leftUntil: 'Your message is with us. We are back {when}, and the answer will be here.',
  at: '{day} at {time}',
  sound: 'Sound for new messages',
};

const WORDS: Readonly<Record<string, WaitingWords>> = {
  ar: {
    backLeave: 'نعود {when}. اترك رسالة.',
    back: 'نعود {when}.',
    next: 'دورك هو التالي.',
    place: 'ترتيبك في الانتظار: {place}.',
    range: 'سيستغرق الأمر على الأرجح من {low} إلى {high} دقائق.',
    leave: 'اترك رسالة بدلاً من ذلك',
    left: 'رسالتك لدينا. لا داعي للانتظار؛ ستجد الرد هنا.',
    leftUntil: 'رسالتك لدينا. نعود {when}، وستجد الرد هنا.',
    at: '{day} {time}',
    sound: 'صوت الرسائل الجديدة',
  },
  de: {
    backLeave: 'Wieder da: {when}. Hinterlassen Sie eine Nachricht.',
    back: 'Wieder da: {when}.',
    next: 'Sie sind als Nächstes dran.',
    place: 'Sie sind Nummer {place} in der Reihe.',
    range: 'Es dauert wahrscheinlich {low} bis {high} Minuten.',
    leave: 'Lieber eine Nachricht hinterlassen',
    left: 'Ihre Nachricht ist bei uns. Sie müssen nicht warten; die Antwort steht dann hier.',
    leftUntil: 'Ihre Nachricht ist bei uns. Wieder da: {when}. Die Antwort steht dann hier.',
    at: '{day} um {time}',
    sound: 'Ton bei neuen Nachrichten',
  },
  es: {
    backLeave: 'Volvemos {when}. Deje un mensaje.',
    back: 'Volvemos {when}.',
    next: 'Usted es el siguiente.',
    place: 'Su lugar en la cola: {place}.',
    range: 'Probablemente tardará de {low} a {high} minutos.',
    leave: 'Dejar un mensaje',
    left: 'Tenemos su mensaje. No hace falta que espere; la respuesta estará aquí.',
    leftUntil: 'Tenemos su mensaje. Volvemos {when}; la respuesta estará aquí.',
    at: '{day}, {time}',
    sound: 'Sonido para mensajes nuevos',
  },
  fr: {
    backLeave: 'De retour {when}. Laissez un message.',
    back: 'De retour {when}.',
    next: 'C’est bientôt votre tour : vous êtes le prochain.',
    place: 'Votre place dans la file : {place}.',
    range: 'L’attente sera probablement de {low} à {high} minutes.',
    leave: 'Laisser plutôt un message',
    left: 'Nous avons votre message. Inutile d’attendre ; la réponse sera ici.',
    leftUntil: 'Nous avons votre message. De retour {when} ; la réponse sera ici.',
    at: '{day} à {time}',
    sound: 'Son pour les nouveaux messages',
  },
  it: {
    backLeave: 'Torniamo {when}. Lasci un messaggio.',
    back: 'Torniamo {when}.',
    next: 'Tocca a Lei tra poco: è il prossimo.',
    place: 'Il suo posto in coda: {place}.',
    range: 'Ci vorranno probabilmente da {low} a {high} minuti.',
    leave: 'Lasciare invece un messaggio',
    left: 'Abbiamo il suo messaggio. Non serve aspettare; la risposta sarà qui.',
    leftUntil: 'Abbiamo il suo messaggio. Torniamo {when}; la risposta sarà qui.',
    at: '{day} alle {time}',
    sound: 'Suono per i nuovi messaggi',
  },
  ja: {
    backLeave: '{when}に再開します。メッセージをお残しください。',
    back: '{when}に再開します。',
    next: '次はお客様の番です。',
    place: '{place}番目でお待ちいただいています。',
    range: '待ち時間はおよそ{low}〜{high}分です。',
    leave: '代わりにメッセージを残す',
    left: 'メッセージをお預かりしました。お待ちいただく必要はありません。こちらでお返事します。',
    leftUntil: 'メッセージをお預かりしました。{when}に再開し、こちらでお返事します。',
    at: '{day} {time}',
    sound: '新着メッセージの音',
  },
  nl: {
    backLeave: 'Terug {when}. Laat een bericht achter.',
    back: 'Terug {when}.',
    next: 'U bent de volgende.',
    place: 'U bent nummer {place} in de rij.',
    range: 'Het duurt waarschijnlijk {low} tot {high} minuten.',
    leave: 'Liever een bericht achterlaten',
    left: 'Wij hebben uw bericht. U hoeft niet te wachten; het antwoord komt hier.',
    leftUntil: 'Wij hebben uw bericht. Terug {when}; het antwoord komt hier.',
    at: '{day} om {time}',
    sound: 'Geluid bij nieuwe berichten',
  },
  pt: {
    backLeave: 'Voltamos {when}. Deixe uma mensagem.',
    back: 'Voltamos {when}.',
    next: 'Você é o próximo.',
    place: 'Seu lugar na fila: {place}.',
    range: 'Provavelmente vai levar de {low} a {high} minutos.',
    leave: 'Deixar uma mensagem',
    left: 'Recebemos sua mensagem. Não precisa esperar; a resposta estará aqui.',
    leftUntil: 'Recebemos sua mensagem. Voltamos {when}; a resposta estará aqui.',
    at: '{day} às {time}',
    sound: 'Som para novas mensagens',
  },
};

/** Those of a locale, or the English ones. */
export function waitingWords(locale: string): WaitingWords {
  return WORDS[locale.split('-')[0] ?? ''] ?? english;
}

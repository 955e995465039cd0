/** How a matter stands: painted by [data-tone] (tokens.css), always beside an icon or a word. */
export type NoticeTone = 'info' | 'ok' | 'warn' | 'bad';

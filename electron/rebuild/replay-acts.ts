/** What people set and did, from the events alone: connections, profiles, SIEM targets, tolerances, reports, verifications. */
import { join } from 'node:path';
import { calendarIds } from '../ingest/calendars/calendars.ts';
import { parseProfile } from '../profile/parse-profile.ts';
import { setCursor } from '../siem/delivery-log.ts';
import { readFound } from '../verify/found-document.ts';
import { document, documentText, type ReplayParts } from './replay-parts.ts';
import { NotEnough, type ToldEvent } from './told-event.ts';

export async function replayConnection(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const name = event.text('name');
  if (event.type === 'connection.remove') {
    await parts.database.transaction((tx) =>
      tx.run('INSERT INTO connection_event (seq, changed_at, name, removed) VALUES (?, ?, ?, ?)', [
        ...[event.seq, event.at, name, true],
      ]),
    );
    return;
  }
  const settings = event.has('settings') ? event.textOrNull('settings') : null;
  const profile = event.has('profile_sha256') ? event.textOrNull('profile_sha256') : null;
  await parts.database.transaction((tx) =>
    tx.run(
      `INSERT INTO connection_event (seq, changed_at, name, removed, base_url, token_url, client_id, scope, ca_file,
         allow_http, settings, profile_sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[event.seq, event.at, name, false, event.text('base_url'), event.text('token_url')],
        ...[event.text('client_id'), event.text('scope'), event.textOrNull('ca_file')],
        ...[event.text('allow_http') === 'yes', settings, profile],
      ],
    ),
  );
  await parts.knowSecret(name);
}

export async function replayProfile(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const digest = event.sha256('sha256');
  const text = await documentText(parts, digest);
  const { name, revision } = parseProfile(text, `The profile ${digest}`, calendarIds());
  parts.findings.expect('audit', `event ${event.seq} name`, event.text('name'), name);
  parts.findings.expect('audit', `event ${event.seq} revision`, event.int('revision'), revision);
  const values = [digest, event.seq, name, revision, text, event.at, event.actor];
  await parts.database.transaction((tx) =>
    tx.run('INSERT INTO profile VALUES (?, ?, ?, ?, ?, ?, ?)', values),
  );
}

export async function replayTolerance(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const values = [
    ...[event.seq, event.at, event.actor, event.text('curve_id')],
    ...[event.textOrNull('absolute'), event.textOrNull('percent')],
  ];
  await parts.database.transaction((tx) =>
    tx.run('INSERT INTO curve_tolerance_event VALUES (?, ?, ?, ?, ?, ?)', values),
  );
}

export async function replayReport(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const folder = event.text('folder');
  const files = event.texts('files').map((line) => ({ sha256: line.slice(0, 64), name: line.slice(66) }));
  await parts.database.transaction(async (tx) => {
    for (const { sha256, name } of files) {
      await tx.run('INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?)', [
        ...[event.seq, event.text('month'), event.text('recon_id'), join(folder, name)],
        ...[event.text('format'), sha256, event.at],
      ]);
    }
  });
}

/** Every page of the month was looked at; those that were not in order are named in what was found. */
export async function replayVerification(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const month = event.textOrNull('month');
  const clean = event.int('differences') === 0;
  const found = clean ? null : readFound(await document(parts, event.sha256('found_sha256')));
  if (!clean && found === null) throw new NotEnough('what it found cannot be read');
  const faulty = (found?.faulty ?? []).map(([runId, page]) => ({ run_id: runId, page }));
  await parts.database.transaction(async (tx) => {
    await tx.run('INSERT INTO verification VALUES (?, ?, ?, ?, ?, ?, ?)', [
      ...[event.seq, month, event.at, event.int('pages'), event.int('records')],
      ...[JSON.stringify(found?.differences ?? []), event.text('audit_head')],
    ]);
    await tx.run(
      `INSERT INTO page_check
       SELECT p.run_id, p.page, ?::BIGINT, f.run_id IS NULL FROM page p JOIN run r ON r.run_id = p.run_id
       LEFT JOIN (SELECT unnest(from_json(?::JSON, '[{"run_id":"VARCHAR","page":"BIGINT"}]'), recursive := true)) f
         ON f.run_id = p.run_id AND f.page = p.page
       WHERE ?::VARCHAR IS NULL OR r.month = ? ORDER BY r.seq, p.page`,
      [event.seq, JSON.stringify(faulty), month, month],
    );
  });
}

export async function replaySiem(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const name = event.text('name');
  const target = event.text('target_id');
  const insert = 'INSERT INTO siem_target_event VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
  const head = [event.seq, event.at, event.actor, target, name];
  await parts.database.transaction(async (tx) => {
    if (event.type === 'siem.remove') {
      await tx.run(insert, [...head, true, null, null]);
      return;
    }
    const known = await tx.row('SELECT 1 AS found FROM siem_target WHERE name = ?', [name]);
    const place = event.text('secret');
    await tx.run(insert, [...head, false, event.text('settings'), place === 'kept' ? 'keychain' : place]);
    const given = event.textOrNull('from');
    const from = given === 'now' ? event.seq : given === null ? (known ? null : 1) : Number(given);
    if (from !== null) await setCursor(tx, target, from - 1, event.at);
  });
}

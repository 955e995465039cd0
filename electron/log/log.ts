/**
 * Structured log lines: JSON, one a line, UTC with `Z`, level, module, correlation id. Fields are primitives, so that
 * no object with a token in it can be logged, and every line passes the redactor before it is written.
 */
import pino from 'pino';
import type { Redactor } from '../credentials/secret.ts';

export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log for another module: `etrm.token`. */
  module(name: string): Log;
  /** The same log with the correlation id of a run in every line. */
  correlated(correlationId: string): Log;
}

/** Where finished lines go; each ends with a newline. */
export type LogSink = (line: string) => void;

function wrap(logger: pino.Logger): Log {
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
    module: (name) => wrap(logger.child({ module: name })),
    correlated: (correlationId) => wrap(logger.child({ correlation_id: correlationId })),
  };
}

export function createLog(sinks: readonly LogSink[], redactor: Redactor): Log {
  const destination = {
    write(line: string): void {
      const clean = redactor.redact(line);
      for (const sink of sinks) sink(clean);
    },
  };
  return wrap(
    pino(
      {
        base: null,
        level: 'debug',
        messageKey: 'message',
        timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
        formatters: { level: (label) => ({ level: label.toUpperCase() }) },
      },
      destination,
    ),
  );
}

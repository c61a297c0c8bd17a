/**
 * The command line: one tree of commands behind {@code bin/stoa} and behind the shell's scope
 * {@code stoa}. Exports nothing.
 */
package dev.stoa.shell;

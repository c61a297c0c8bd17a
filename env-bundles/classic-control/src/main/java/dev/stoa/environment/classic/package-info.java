/**
 * The classic control tasks, constant for constant those of Gymnasium: one file per task, over the
 * mechanics in {@link dev.stoa.environment.classic.ClassicControl}.
 */
package dev.stoa.environment.classic;

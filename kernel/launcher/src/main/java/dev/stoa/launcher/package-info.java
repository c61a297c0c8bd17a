/**
 * What {@code bin/stoa} starts: boots an OSGi framework in this process, hands the command line to
 * the bundle that implements it, and takes the framework down in order.
 *
 * <p>A plain jar, not a bundle. It meets the bundles through {@code java.*} types, framework
 * properties ({@code stoa.home}, {@code stoa.version}, {@code stoa.data}, {@code stoa.deploy}) and
 * the OSGi log only.
 */
package dev.stoa.launcher;

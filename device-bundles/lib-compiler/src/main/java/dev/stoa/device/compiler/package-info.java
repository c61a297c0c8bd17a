/** The compiler of graphs that devices of the processor share: no services, no natives. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.device.compiler;

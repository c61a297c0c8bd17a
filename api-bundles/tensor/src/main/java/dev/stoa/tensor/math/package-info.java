/** Elementary functions with the same bits on the host and on every processor device. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.tensor.math;

/** The contract of a run: what is asked for, how it lives, what it reports. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.run;

/** What learners share: arrays carried on a device, and reading them from states. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.lib.learners;

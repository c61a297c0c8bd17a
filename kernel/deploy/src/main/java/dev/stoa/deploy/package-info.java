/** The deploy folder: what Felix File Install leaves unsaid. */
package dev.stoa.deploy;

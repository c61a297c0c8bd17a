package dev.stoa.distribution;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.cleanCaches;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.frameworkStartLevel;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;

/**
 * The assembled distribution inside Pax Exam: every bundle of {@code bundles/NN} at its start
 * level, except those of the terminal, with a deploy folder of its own (framework property {@code
 * stoa.deploy}).
 */
final class StoaContainer {
  /** Start level of the terminal's bundles, which would read standard input. */
  private static final int TERMINAL = 45;

  private StoaContainer() {}

  /** The options of a container; each call gives a fresh deploy folder. */
  static Option[] options() throws IOException {
    Path deploy =
        Files.createTempDirectory(Files.createDirectories(build().resolve("it")), "deploy");
    List<Option> options = new ArrayList<>();
    options.add(junitBundles());
    options.add(cleanCaches(true));
    options.add(frameworkStartLevel(TERMINAL - 1));
    options.add(systemProperty("stoa.distribution").value(home().toString()));
    options.add(systemProperty("stoa.build").value(build().toString()));
    options.add(systemProperty("org.ops4j.pax.logging.DefaultServiceLog.level").value("WARN"));
    property(options, "felix.log.level", "1");
    property(options, "stoa.home", home().toString());
    property(options, "stoa.version", "test");
    property(options, "stoa.data", data().toString());
    property(options, "stoa.deploy", deploy.toString());
    property(options, "felix.fileinstall.dir", deploy.toString());
    property(options, "felix.fileinstall.filter", ".*\\.jar");
    property(options, "felix.fileinstall.poll", "200");
    property(options, "felix.fileinstall.noInitialDelay", "true");
    property(options, "felix.fileinstall.start.level", "20");
    property(options, "felix.fileinstall.bundles.startTransient", "true");
    property(options, "felix.fileinstall.enableConfigSave", "false");
    property(options, "felix.fileinstall.log.level", "2");
    for (Path jar : bundles()) {
      options.add(bundle("reference:" + jar.toUri()).startLevel(level(jar)).start());
    }
    return options.toArray(new Option[0]);
  }

  private static void property(List<Option> options, String key, String value) {
    options.add(frameworkProperty(key).value(value));
  }

  /** The installation under test. */
  static Path home() {
    return Path.of(System.getProperty("stoa.distribution"));
  }

  /** The build folder of this module. */
  static Path build() {
    return Path.of(System.getProperty("stoa.build"));
  }

  /** The data directory that all tests of a build share, so that natives are unpacked once. */
  static Path data() {
    return build().resolve("data");
  }

  /** The jars that make up the container, by start level. */
  static List<Path> bundles() throws IOException {
    try (Stream<Path> files = Files.walk(home().resolve("bundles"), 2)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".jar"))
          .filter(file -> level(file) < TERMINAL)
          .sorted()
          .toList();
    }
  }

  private static int level(Path jar) {
    return Integer.parseInt(jar.getParent().getFileName().toString());
  }

  /** Whether a device of that name is there and can work on this machine. */
  static boolean ready(BundleContext context, String device) {
    try {
      var references =
          context.getServiceReferences(
              dev.stoa.device.Device.class, "(" + dev.stoa.run.Parts.NAME + "=" + device + ")");
      return references.stream()
          .anyMatch(reference -> context.getService(reference).describe().ready());
    } catch (InvalidSyntaxException e) {
      throw new IllegalArgumentException("no name of a device: " + device, e);
    }
  }
}

package dev.stoa.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The framework of this process, from boot to stop.
 *
 * <p>Every {@code HOME/bundles/NN/*.jar} is installed in place at start level NN: infrastructure
 * 01, contracts and libraries 05, plugins and the deploy folder 20, its watcher 21, runs 30,
 * command line 40, terminal 45. Going down through the levels parks every run while all its parts
 * live.
 */
final class Kernel {
  /** Start level of what was dropped into the deploy folder. */
  private static final int PLUGINS = 20;

  /** Start level of the run manager. */
  private static final int RUNS = 30;

  /** Start level of the command line. */
  private static final int COMMAND_LINE = 40;

  /** Highest start level without the terminal's bundles. */
  private static final int COMMAND = 44;

  /** Start level of the terminal's bundles. */
  private static final int TERMINAL = 45;

  private static final long STOP_LIMIT_SECONDS = 30;
  private static final long COMMAND_LIMIT_SECONDS = 10;
  private static final long LAST_WORDS_SECONDS = 5;
  private static final long TERMINAL_LIMIT_MILLIS = 1000;
  // The version at which org.osgi.service.log is exported; a bundle of that contract imports
  // [1.5,1.6).
  private static final String LOG_PACKAGES =
      "org.osgi.service.log;version=1.5.0,org.osgi.service.log.admin;version=1.0.0";

  private final Places places;
  private final ProcessArea area;
  private final DetailLog details;
  private final LogPrinter log;
  private final Framework framework;
  private final boolean terminal;
  private final CountDownLatch commandEnded = new CountDownLatch(1);
  // Set before a command begins and cleared when it has returned.
  private volatile boolean commandRuns;
  private boolean stopped;

  private Kernel(
      Places places,
      ProcessArea area,
      DetailLog details,
      LogPrinter log,
      Framework framework,
      boolean terminal) {
    this.places = places;
    this.area = area;
    this.details = details;
    this.log = log;
    this.framework = framework;
    this.terminal = terminal;
  }

  /**
   * A framework that is not running yet.
   *
   * @param debug write all log entries to the detail log
   * @param terminal whether the shell on the terminal will start
   */
  static Kernel create(Places places, boolean debug, boolean terminal) {
    FrameworkFactory factory =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow(
                () ->
                    LaunchException.internal(
                        "no OSGi framework in " + places.home().resolve("lib")));
    DetailLog details = new DetailLog(places.logs());
    ProcessArea area = ProcessArea.create(Path.of(System.getProperty("java.io.tmpdir")));
    Map<String, String> settings = settings(places, area, debug);
    settings.put(
        Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(terminal ? TERMINAL : COMMAND));
    return new Kernel(
        places,
        area,
        details,
        new LogPrinter(System.err, details, debug),
        factory.newFramework(settings),
        terminal);
  }

  private static Map<String, String> settings(Places places, ProcessArea area, boolean debug) {
    Map<String, String> settings = new HashMap<>();
    settings.put("stoa.home", places.home().toString());
    settings.put("stoa.version", Version.text());
    settings.put("stoa.data", places.data().toString());
    settings.put(Constants.FRAMEWORK_STORAGE, area.folder("cache").toString());
    settings.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, LOG_PACKAGES);
    // The framework's own printing to standard output; its events come to the LogPrinter.
    settings.put("felix.log.level", "0");
    settings.put("org.osgi.service.log.admin.loglevel", debug ? "DEBUG" : "WARN");
    // The terminal library looks for sun.misc.Signal without importing it; Ctrl-C would end the
    // shell.
    settings.put(Constants.FRAMEWORK_BOOTDELEGATION, "sun.misc");
    settings.put("gosh.home", places.home().toString());
    Path deploy = places.deploy().orElseGet(() -> area.folder("no-deploy"));
    settings.put("stoa.deploy", deploy.toString());
    settings.put("felix.fileinstall.dir", deploy.toString());
    settings.put("felix.fileinstall.tmpdir", area.folder("fileinstall").toString());
    settings.put("felix.fileinstall.filter", ".*\\.jar");
    settings.put("felix.fileinstall.poll", "200");
    settings.put("felix.fileinstall.noInitialDelay", "true");
    settings.put("felix.fileinstall.start.level", Integer.toString(PLUGINS));
    settings.put("felix.fileinstall.bundles.startTransient", "true");
    settings.put("felix.fileinstall.enableConfigSave", "false");
    settings.put("felix.fileinstall.subdir.mode", "skip");
    settings.put("felix.fileinstall.log.level", debug ? "3" : "2");
    Path own = places.home().resolve("etc").resolve("framework.properties");
    if (Files.isReadable(own)) {
      Properties properties = new Properties();
      try (InputStream in = Files.newInputStream(own)) {
        properties.load(in);
      } catch (IOException | IllegalArgumentException e) {
        throw LaunchException.user("cannot read " + own + ": " + e.getMessage());
      }
      properties.stringPropertyNames().forEach(k -> settings.put(k, properties.getProperty(k)));
    }
    return settings;
  }

  /** Installs and starts everything; returns when all start levels are reached. */
  void start() {
    try {
      framework.init();
      BundleContext context = framework.getBundleContext();
      log.listenIn(context);
      List<Bundle> installed = new ArrayList<>();
      FrameworkStartLevel startLevel = framework.adapt(FrameworkStartLevel.class);
      int initial = startLevel.getInitialBundleStartLevel();
      for (Map.Entry<Integer, List<Path>> level : bundles(places.home()).entrySet()) {
        startLevel.setInitialBundleStartLevel(level.getKey());
        for (Path jar : level.getValue()) {
          install(context, jar).ifPresent(installed::add);
        }
      }
      startLevel.setInitialBundleStartLevel(initial);
      for (Bundle bundle : installed) {
        if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
          bundle.start(Bundle.START_ACTIVATION_POLICY);
        }
      }
      framework.start();
    } catch (BundleException e) {
      details.write("error: cannot start", e);
      throw LaunchException.internal("cannot start: " + Causes.line(e));
    }
    Thread sweeper = new Thread(area::sweep, "stoa-sweep");
    sweeper.setDaemon(true);
    sweeper.start();
  }

  private Optional<Bundle> install(BundleContext context, Path jar) {
    try {
      return Optional.of(context.installBundle("reference:" + jar.toUri()));
    } catch (BundleException e) {
      log.error(jar + " cannot be installed: " + Causes.line(e), e);
      return Optional.empty();
    }
  }

  private static Map<Integer, List<Path>> bundles(Path home) {
    Map<Integer, List<Path>> levels = new TreeMap<>();
    Path root = home.resolve("bundles");
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, "[0-9][0-9]")) {
      for (Path folder : folders) {
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
          files.forEach(jars::add);
        }
        jars.sort(null);
        levels.put(Integer.valueOf(folder.getFileName().toString()), jars);
      }
    } catch (IOException e) {
      throw LaunchException.internal("cannot read " + root + ": " + Causes.line(e));
    }
    return levels;
  }

  /**
   * Runs one command on this thread.
   *
   * @param ready told once the command line is there, before the command runs
   * @return its exit code
   */
  int command(List<String> command, Runnable ready) throws InterruptedException {
    ToIntFunction<String[]> commandLine = commandLine();
    ready.run();
    commandRuns = true;
    try {
      return commandLine.applyAsInt(command.toArray(new String[0]));
    } catch (RuntimeException | Error e) {
      log.error("internal error: " + Causes.line(e) + " (details: " + details.file() + ")", e);
      return LaunchException.INTERNAL;
    } finally {
      commandRuns = false;
      commandEnded.countDown();
    }
  }

  /**
   * The service behind the command line, met through a type of the JDK: the launcher and the bundle
   * share no class.
   */
  private ToIntFunction<String[]> commandLine() throws InterruptedException {
    BundleContext context = framework.getBundleContext();
    try {
      ServiceTracker<ToIntFunction<String[]>, ToIntFunction<String[]>> tracker =
          new ServiceTracker<>(
              context,
              FrameworkUtil.createFilter(
                  "(&(objectClass=" + ToIntFunction.class.getName() + ")(stoa.command.line=true))"),
              null);
      tracker.open();
      ToIntFunction<String[]> found =
          tracker.waitForService(TimeUnit.SECONDS.toMillis(COMMAND_LIMIT_SECONDS));
      if (found == null) {
        throw LaunchException.internal(
            "the command line is not there: no service java.util.function.ToIntFunction with"
                + " stoa.command.line=true after "
                + COMMAND_LIMIT_SECONDS
                + " s; what is wrong with its bundle stands above or in "
                + details.file());
      }
      return found;
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until the shell, or whoever else may, has stopped the framework. */
  void awaitStop() throws InterruptedException {
    framework.waitForStop(0);
  }

  /**
   * Takes the framework down in order; returns when it is down and the temporary folder is gone.
   * May be called by several threads; the later ones wait for the first. Past a limit the process
   * is ended with exit code 1 and the stacks of its threads are kept.
   */
  synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    Thread watchdog = new Thread(this::endByForce, "stoa-stop-limit");
    watchdog.setDaemon(true);
    watchdog.start();
    try {
      if (framework.getState() == Bundle.ACTIVE && (terminal || commandRuns)) {
        parkRuns();
      }
      framework.stop();
      // The terminal's own shutdown waits for its reader, which may sit in a read that nothing
      // ends.
      framework.waitForStop(terminal ? TERMINAL_LIMIT_MILLIS : 0);
    } catch (BundleException e) {
      log.error("cannot stop: " + Causes.line(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      watchdog.interrupt();
      area.delete();
    }
  }

  /**
   * Stops the bundles of the runs before anything else. The run manager then parks every run while
   * all its parts live; a command that follows a run hears of it, returns by itself, and says its
   * last words while its own bundle is still there.
   */
  private void parkRuns() throws BundleException, InterruptedException {
    List<Bundle> bundles = new ArrayList<>();
    for (Bundle bundle : framework.getBundleContext().getBundles()) {
      int level = bundle.adapt(BundleStartLevel.class).getStartLevel();
      if (level >= RUNS && level < COMMAND_LINE) {
        bundles.add(bundle);
      }
    }
    bundles.sort(
        Comparator.comparingInt(
                (Bundle bundle) -> bundle.adapt(BundleStartLevel.class).getStartLevel())
            .thenComparingLong(Bundle::getBundleId)
            .reversed());
    for (Bundle bundle : bundles) {
      bundle.stop(Bundle.STOP_TRANSIENT);
    }
    if (commandRuns) {
      commandEnded.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void endByForce() {
    try {
      TimeUnit.SECONDS.sleep(STOP_LIMIT_SECONDS);
    } catch (InterruptedException ended) {
      return;
    }
    details.writeThreads("did not stop within " + STOP_LIMIT_SECONDS + " s");
    System.err.println(
        "stoa: error: did not stop within "
            + STOP_LIMIT_SECONDS
            + " s; ended by force (threads: "
            + details.file()
            + ")");
    Runtime.getRuntime().halt(LaunchException.INTERNAL);
  }
}
